using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CallActors.Tests.Fixtures;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Tests.Journal;

/// <summary>Two nodes that each take a log for theirs, on a real store: one of them has it, and knows all that the other was told stands.</summary>
public abstract class TakeoverSpecs : StoreSpec
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly LogWriter First = LogWriter.On("first"), Second = LogWriter.On("second");

    [Fact]
    public void A_writer_whose_log_was_taken_writes_nothing_and_is_told_by_whom()
    {
        using var a = new Node(Journal.Start("a"), First);
        using var b = new Node(Journal.Start("b"), Second);
        a.Open(claims: true);
        Assert.True(a.Write(1));
        Assert.Equal(1, Assert.Single(b.Open(claims: true)));
        Assert.False(a.Write(2));
        Assert.True(b.Write(2));

        Assert.Equal("second", a.IsSuperseded());
        Assert.True(b.Write(3));
    }

    [Fact]
    public void Nothing_that_was_acknowledged_is_missing_from_what_the_next_writer_reads()
    {
        var (systemA, systemB) = (Journal.Start("a"), Journal.Start("b"));
        for (var round = 0; round < 20; round++)
        {
            using var a = new Node(systemA, LogWriter.On($"a{round}"));
            using var b = new Node(systemB, LogWriter.On($"b{round}"));
            var acknowledged = a.Open(claims: true).ToHashSet();
            b.Begin(claims: true);
            // As long as the first one writes on without a pause, the other's claim may come too late each time, and it reads again.
            var from = acknowledged.Count + 1L;
            for (var number = from; number < from + 30 && a.Write(number); number++) acknowledged.Add(number);

            var read = b.UntilOpen(claims: true);
            Assert.Superset(acknowledged, read.ToHashSet());
            Assert.True(b.Write(read.Length + 1));
        }
    }

    [Fact]
    public void A_log_that_was_cut_to_nothing_still_says_whose_it_is()
    {
        using var a = new Node(Journal.Start("a"), First);
        using var b = new Node(Journal.Start("b"), Second);
        a.Open(claims: true);
        b.Open(claims: true);
        for (var number = 1; number <= 200; number++) Assert.True(b.WriteAndClose(CallId.Parse($"brief-{number}")));

        Assert.Equal("another node", a.IsSuperseded());
    }

    [Fact]
    public void A_node_that_was_voted_out_takes_no_log()
    {
        using var a = new Node(Journal.Start("a"), First);
        using var b = new Node(Journal.Start("b"), Second);
        a.Open(claims: true);
        Assert.True(a.Write(1));
        b.Begin(claims: true, () => Task.FromResult<string?>("first"));
        Assert.Equal("first", b.UntilSuperseded());
        Assert.True(a.Write(2));
    }

    [Fact]
    public async Task A_node_that_stands_still_before_its_claim_asks_again_when_that_comes_too_late()
    {
        using var a = new Node(Journal.Start("a"), First);
        using var b = new Node(Journal.Start("b"), Second);
        var (asked, awake) = (new TaskCompletionSource(), new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously));
        b.Begin(claims: true, () =>
        {
            asked.SetResult();
            return awake.Task;
        });
        await asked.Task.WaitAsync(Patience);
        a.Open(claims: true);
        Assert.True(a.Write(1));

        // What it was told was true when it was asked.
        awake.SetResult(null);
        b.UntilGone();
        b.Begin(claims: true, () => Task.FromResult<string?>("first"));
        Assert.Equal("first", b.UntilSuperseded());
        Assert.True(a.Write(2));
    }

    [Fact]
    public void A_log_is_not_taken_while_nobody_knows_whether_it_may_be()
    {
        using var a = new Node(Journal.Start("a"), First);
        a.Begin(claims: true, () => Task.FromException<string?>(new IOException("The database is away.")));
        a.UntilGone();
        Assert.Empty(a.Open(claims: true));
    }

    /// <summary>A supervisor that the spec plays, and its journal.</summary>
    private sealed class Node(ActorSystem system, LogWriter writer) : IDisposable
    {
        private static readonly CallId Call = CallId.Parse("CA-1");
        private readonly TestKit _kit = new(system);
        private TestProbe _supervisor = null!;
        private IActorRef _log = null!;

        public void Begin(bool claims, Func<Task<string?>>? outBy = null)
        {
            _supervisor = _kit.CreateTestProbe();
            _log = _supervisor.ChildActorOf(
                Props.Create<CallJournal>(0, 20, new CutTurns(TimeProvider.System, CutTurns.Pause), (Func<bool>)(() => true), writer, claims, outBy,
                new BusyBook(), new LogProof(TimeProvider.System)));
            _supervisor.Watch(_log);
        }

        public ImmutableArray<long> Open(bool claims)
        {
            Begin(claims);
            return UntilOpen(claims);
        }

        /// <summary>As a supervisor does: a journal that dies is started again.</summary>
        /// <returns>The numbers of the call's entries that were read.</returns>
        public ImmutableArray<long> UntilOpen(bool claims)
        {
            while (true)
            {
                switch (_supervisor.ReceiveOne(Patience))
                {
                    case Recovered recovered: return [.. recovered.Calls.SelectMany(call => Numbers(call.State))];
                    case Terminated: Begin(claims); break;
                    case JournalWrites: break;
                    case var other: throw new InvalidOperationException($"Nobody expected {other}.");
                }
            }
        }

        public bool Write(long number) => Append(new Append(Call, 1, number, number == 1
            ? [.. Opening, Noted(number)]
            : [Noted(number)], false));

        public bool WriteAndClose(CallId call) =>
            Append(new Append(call, 1, 1, [new CallFact.Opened(call, CallScripts.Start().Start, CallScripts.Noon, CallScripts.Noon)], false))
            && Append(new Append(call, 1, 2, [], true));

        /// <summary>Starts the journal again on behalf of the same writer.</summary>
        public string IsSuperseded()
        {
            if (!_log.IsNobody())
            {
                system.Stop(_log);
                UntilGone();
            }

            Begin(claims: false);
            return UntilSuperseded();
        }

        public void UntilGone() => _supervisor.FishForMessage(message => message is Terminated, Patience);

        public string UntilSuperseded() => ((Superseded)_supervisor.FishForMessage(message => message is Superseded, Patience)).Node;

        public void Dispose() => system.Stop(_log);

        private bool Append(Append append)
        {
            _log.Tell(append, _supervisor.Ref);
            while (true)
            {
                switch (_supervisor.ReceiveOne(Patience))
                {
                    case Appended: return true;
                    case Terminated:
                        _log = ActorRefs.Nobody;
                        return false;
                    case JournalWrites or CarryForward: break;
                    case var other: throw new InvalidOperationException($"Nobody expected {other}.");
                }
            }
        }

        private static CallFact[] Opening =>
            [new CallFact.Opened(Call, CallScripts.Start().Start, CallScripts.Noon, CallScripts.Noon)];

        private static CallFact.Heard Noted(long number) => new CallFact.Heard((ulong)number, "call.noted", CallScripts.Noon, CallScripts.Noon, null);

        private static IEnumerable<long> Numbers(Call call) => call.Seen.Select(seen => (long)seen);
    }
}

public sealed class SqliteTakeoverSpecs : TakeoverSpecs
{
    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnSqliteAsync();
}

public sealed class PostgreSqlTakeoverSpecs : TakeoverSpecs
{
    protected override Task<SpecJournal> OpenAsync() => SpecJournal.OnPostgreSqlAsync();
}
