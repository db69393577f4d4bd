using Akka.Actor;
using CallActors.Cluster;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Actors;

/// <summary>What the actors of a node are given from outside.</summary>
/// <param name="Counters">What is counted.</param>
/// <param name="Availability">Whether the CRM answers.</param>
/// <param name="Journals">Whether the logs can be written.</param>
/// <param name="JournalIsHeld">Whether what is written goes where it can be found again.</param>
/// <param name="Statements">What the CRM was asked.</param>
/// <param name="Superseded">Told when another node has taken a log of this one's.</param>
/// <param name="OutBy">Says who voted this node out; null: there is no cluster.</param>
/// <param name="Time">The clock.</param>
internal sealed record NodeParts(
    CallCounters Counters, CrmAvailability Availability, JournalAvailability Journals, Func<bool> JournalIsHeld,
    StatementCounter? Statements, Action<int, string> Superseded, Func<Task<string?>>? OutBy, TimeProvider Time);

/// <summary>The actors of a node and how they hang together.</summary>
/// <param name="Calls">The way to every call.</param>
/// <param name="Writer">For an operator's look at the dead letters.</param>
/// <param name="Here">The partitions of this node.</param>
/// <param name="Figures">What this node counts.</param>
/// <param name="Replies">Where replies to the edge go.</param>
/// <param name="Partitions">How many there are.</param>
internal sealed record CallTree(IActorRef Calls, IActorRef Writer, LocalPartitions Here, OwnFigures Figures, ReplyAddress Replies, int Partitions)
{
    /// <param name="system">Where they live.</param>
    /// <param name="database">Handed to the loader and the writer, and to nobody else.</param>
    /// <param name="options">How they are set up.</param>
    /// <param name="node">What they are given.</param>
    public static CallTree Start(ActorSystem system, ICrmDatabase database, CallActorsOptions options, NodeParts node)
    {
        var loading = options.Loader with { Timeout = options.Timeouts.Load };
        var writing = options.Writer with { Timeout = options.Timeouts.Flush };
        var busy = new BusyBook(options.Cluster.IsClustered ? ClusterTree.ClockSkew : TimeSpan.Zero);
        var loader = system.ActorOf(Props.Create<ContextLoaderActor>(database, loading, node.Availability, busy, node.Time), "context-loader");
        var writer = system.ActorOf(Props.Create<DbWriterActor>(database, writing, node.Availability, node.Counters), "db-writer");
        var admission = system.ActorOf(Props.Create<AdmissionActor>(options.Limits), "admission");
        var parts = new SessionParts(loader, writer, admission, options.Timeouts, node.Counters, node.Time)
        {
            Busy = busy,
            IsJournaled = options.Journal.Durability == Durability.Journal,
            Journals = node.Journals,
            JournalIsThere = node.JournalIsHeld,
            Superseded = node.Superseded,
            OutBy = node.OutBy,
            Node = NodeNames.Of(system, options.Cluster),
        };
        var figures = new OwnFigures(parts, node.Availability, node.Statements);
        var partitions = options.Journal.Partitions;
        IActorRef calls;
        if (options.Cluster.IsClustered)
        {
            calls = ClusterTree.Start(system, options, parts);
            system.ActorOf(Props.Create<NodeDesk>(figures), NodeDesk.Name);
        }
        else
        {
            // Until a partition says otherwise its journal is not ready; nobody is to take the time before for good.
            if (parts.IsJournaled) foreach (var partition in Enumerable.Range(0, partitions)) node.Journals.Away(partition, "it is being started");
            calls = StartHere(system, options, parts);
        }

        return new CallTree(calls, writer, parts.Here, figures, new ReplyAddress((ExtendedActorSystem)system), partitions);
    }

    private static IActorRef StartHere(ActorSystem system, CallActorsOptions options, SessionParts parts)
    {
        var partitions = options.Journal.Partitions;

        // Each needs the way to the other.
        var way = new CallsToCome();
        parts = parts with
        {
            Calendars = EachBusiness("calendars", id => Props.Create<BusinessCalendarActor>(id, way.Calls, partitions, TimeSpan.Zero, parts.Time)),
            Businesses = options.Limits.LimitBusinesses
                ? EachBusiness("businesses", id => Props.Create<BusinessAdmission>(id, options.Limits, way.Calls, partitions))
                : null,
        };
        return way.Calls = system.ActorOf(Props.Create<CallPartitions>(partitions, parts), "calls");

        IActorRef EachBusiness(string name, Func<BusinessId, Props> of) => system.ActorOf(Props.Create<Businesses>(of), name);
    }

    private sealed class CallsToCome
    {
        public IActorRef Calls { get; set; } = ActorRefs.Nobody;
    }
}
