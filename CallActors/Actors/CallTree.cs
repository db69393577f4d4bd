using Akka.Actor;
using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Actors;

/// <summary>
/// The actors of a node and how they hang together. The database is handed to two of them here and to nobody else.
/// </summary>
/// <param name="Calls">The way to every call.</param>
/// <param name="Writer">For an operator's look at the dead letters.</param>
/// <param name="Replies">Where replies to the edge go.</param>
internal sealed record CallTree(IActorRef Calls, IActorRef Writer, ReplyAddress Replies)
{
    public static CallTree Start(
        ActorSystem system, ICrmDatabase database, CallActorsOptions options, CallCounters counters, CrmAvailability availability, JournalAvailability journals,
        Func<bool> journalIsHeld, TimeProvider time)
    {
        var loading = options.Loader with { Timeout = options.Timeouts.Load };
        var writing = options.Writer with { Timeout = options.Timeouts.Flush };
        var loader = system.ActorOf(Props.Create<ContextLoaderActor>(database, loading, availability, time), "context-loader");
        var writer = system.ActorOf(Props.Create<DbWriterActor>(database, writing, availability, counters), "db-writer");
        var admission = system.ActorOf(Props.Create<AdmissionActor>(options.Limits), "admission");
        var parts = new SessionParts(loader, writer, admission, options.Timeouts, counters, time)
        {
            IsJournaled = options.Journal.Durability == Durability.Journal,
            LimitsBusinesses = options.Limits.PerBusiness is not null,
            Journals = journals,
            JournalIsThere = journalIsHeld,
        };
        // Until a partition says otherwise its journal is not ready; nobody is to take the time before for good.
        if (parts.IsJournaled) foreach (var partition in Enumerable.Range(0, options.Journal.Partitions)) journals.Away(partition, "it is being started");
        return new CallTree(system.ActorOf(Props.Create<CallPartitions>(options.Journal.Partitions, parts), "calls"), writer, new ReplyAddress((ExtendedActorSystem)system));
    }
}
