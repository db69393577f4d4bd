using Akka.Actor;
using Akka.Persistence;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Tests.Fixtures;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

/// <summary>Akka.Persistence.Sql as it is configured here, on a real store: what was acknowledged is there again.</summary>
public abstract class PersistenceSpecs : StoreSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_was_written_by_one_process_is_read_by_the_next()
    {
        var written = Numbered(1, 1_000);
        var first = Journal.Start("first");
        var log = Open(first);
        await Task.WhenAll(written.Chunk(50).Select(batch => log.Ask<Log.Done>(new Log.Write(batch), Patience)));
        await first.Terminate();

        Assert.Equal(written, await ReadAsync(Open(Journal.Start("second"))));
        Assert.Equal("journal: already there", (await JournalStore.MigrateAsync(Journal.Options, dryRun: true))[1]);
    }

    [Fact]
    public async Task A_log_that_moves_from_node_to_node_and_back_loses_nothing()
    {
        // Both nodes live on, so that the first one comes back as the writer it was.
        ActorSystem[] nodes = [Journal.Start("a"), Journal.Start("b")];
        var written = Array.Empty<IMessage>();
        for (var move = 0; move < 4; move++)
        {
            var log = Open(nodes[move % 2]);
            Assert.Equal(written, await ReadAsync(log));
            var batch = Numbered(written.Length + 1, 3);
            await log.Ask<Log.Done>(new Log.Write(batch), Patience);
            written = [.. written, .. batch];
            await log.GracefulStop(Patience);
        }

        Assert.Equal(written, await ReadAsync(Open(Journal.Start("c"))));
    }

    [Fact]
    public async Task A_log_that_was_cut_goes_on_with_the_numbers_it_had()
    {
        var log = Open(Journal.Start("first"));
        await log.Ask<Log.Done>(new Log.Write(Numbered(1, 10)), Patience);
        await log.Ask<DeleteMessagesSuccess>(new Log.Cut(7), Patience);
        await log.Ask<Log.Done>(new Log.Write(Numbered(11, 1)), Patience);
        await log.GracefulStop(Patience);

        Assert.Equal(Numbered(8, 4), await ReadAsync(Open(Journal.Start("second"))));
    }

    private static IActorRef Open(ActorSystem system) => system.ActorOf(Props.Create<Log>());

    private static async Task<IMessage[]> ReadAsync(IActorRef log) => (await log.Ask<Log.Contents>(Log.Read.Instance, Patience)).Entries;

    /// <summary>Entries as a partition writes them: a business, then the calls that refer to it.</summary>
    private static IMessage[] Numbered(int from, int count) =>
    [
        .. Enumerable.Range(from, count).Select(number => number % 10 == 1
            ? (IMessage)JournalSamples.Businesses()[0]
            : FactCodec.ToWire(JournalSamples.Id, number, [new CallFact.ContextGiven(JournalSamples.FullContext, DateTimeOffset.UnixEpoch)], false,
                JournalSamples.Book(), [])),
    ];

    /// <summary>The least that writes a log.</summary>
    private sealed class Log : UntypedPersistentActor
    {
        public sealed record Write(IMessage[] Entries);

        public sealed record Cut(long UpTo);

        public sealed record Read
        {
            public static readonly Read Instance = new();
        }

        public sealed record Done;

        public sealed record Contents(IMessage[] Entries);

        private readonly List<IMessage> _entries = [];
        private IActorRef _cutter = ActorRefs.Nobody;

        public override string PersistenceId => "calls-0";

        public override Recovery Recovery { get; } = new(SnapshotSelectionCriteria.None);

        protected override void OnRecover(object message)
        {
            if (message is IMessage entry) _entries.Add(entry);
        }

        protected override void OnCommand(object message)
        {
            switch (message)
            {
                case Write write:
                    var asker = Sender;
                    var left = write.Entries.Length;
                    PersistAllAsync(write.Entries, entry =>
                    {
                        _entries.Add(entry);
                        if (--left == 0) asker.Tell(new Done());
                    });
                    break;
                case Cut cut:
                    _cutter = Sender;
                    DeleteMessages(cut.UpTo);
                    break;
                case DeleteMessagesSuccess or DeleteMessagesFailure:
                    _cutter.Tell(message);
                    break;
                case Read:
                    Sender.Tell(new Contents([.. _entries]));
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }
}

public sealed class SqlitePersistenceSpecs : PersistenceSpecs
{
    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnSqliteAsync();
}

public sealed class PostgreSqlPersistenceSpecs : PersistenceSpecs
{
    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnPostgreSqlAsync();
}
