using System.Collections.Immutable;
using Akka.Actor;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;
using Xunit.Abstractions;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

public sealed class DbWriterSpecs : TestKit
{
    private readonly ScriptedCrm _crm = new();
    private readonly CrmAvailability _availability = new();
    private readonly CallCounters _counters = new();
    private readonly IActorRef _writer;

    public DbWriterSpecs(ITestOutputHelper output) : base("akka.loglevel = OFF", output: output) =>
        _writer = Sys.ActorOf(Props.Create<DbWriterActor>(
            _crm, new WriterSettings(TransactionsInFlight: 1) { Linger = TimeSpan.Zero, LongestBackOff = TimeSpan.FromMilliseconds(50) }, _availability, _counters));

    private IActorRef Writer(WriterSettings settings) => Sys.ActorOf(Props.Create<DbWriterActor>(_crm, settings, _availability, _counters));

    private static CallRecord Record(string id, CallStatus status = CallStatus.Completed, bool final = true) =>
        new(CallId.Parse(id), new CallStart(CallDirection.Inbound, "+1", "+2"), DateTimeOffset.UnixEpoch) { Status = status, Final = final };

    private void Flush(CallRecord record, int attempt = 1) => _writer.Tell(new FlushBatch(record, attempt), TestActor);

    private static Committed Written(params int[] alreadyThere) => new([.. alreadyThere], new StatementCost(5, TimeSpan.FromMilliseconds(1), 1));

    private static string[] Ids(ScriptedCrm.Commit commit) => [.. commit.Records.Select(record => record.CallId.Value)];

    [Fact]
    public void Batches_that_come_while_a_transaction_runs_go_together_in_the_next()
    {
        Flush(Record("a"));
        var first = _crm.NextCommit();
        Flush(Record("b"));
        Flush(Record("c"));
        first.Answer.SetResult(Written());
        Assert.Equal("a", ExpectMsg<FlushCommitted>().CallId.Value);
        var second = _crm.NextCommit();
        Assert.Equal(["b", "c"], Ids(second));
        second.Answer.SetResult(Written(1));
        Assert.Equal(1, ExpectMsg<FlushCommitted>().Attempt);
        Assert.Equal(0, ExpectMsg<FlushCommitted>().Attempt);
    }

    [Fact]
    public void A_database_that_is_away_is_asked_until_it_is_back()
    {
        Flush(Record("a"));
        for (var i = 0; i < 5; i++)
        {
            _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
            AwaitCondition(() => !_availability.IsAvailable);
        }

        _crm.NextCommit().Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();
        Assert.True(_availability.IsAvailable);
        Assert.Empty(_crm.Letters);
    }

    [Fact]
    public void A_refused_group_is_split_until_the_culprit_stands_alone()
    {
        Flush(Record("first"));
        var first = _crm.NextCommit();
        foreach (var id in new[] { "a", "b", "bad", "d", "e" }) Flush(Record(id));
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();
        var committed = new List<string>();
        while (committed.Count < 4 || _crm.Letters.IsEmpty)
        {
            var commit = _crm.NextCommit();
            if (Ids(commit).Contains("bad"))
            {
                commit.Answer.SetException(new CrmException(CrmFault.Refused, "violates a constraint", "23514"));
                if (Ids(commit).Length == 1) Assert.Equal("bad", ExpectMsg<FlushDeadLettered>().CallId.Value);
            }
            else
            {
                commit.Answer.SetResult(Written());
                committed.AddRange(ReceiveN(commit.Records.Count).Cast<FlushCommitted>().Select(one => one.CallId.Value));
            }
        }

        Assert.Equal(["a", "b", "d", "e"], committed.Order());
        Assert.Equal(("bad", "23514"), (_crm.Letters.Single().Record.CallId.Value, _crm.Letters.Single().SqlState));
        Assert.Equal(1, _counters.DeadLetters);
    }

    [Fact]
    public void A_culprit_that_is_named_is_taken_out_at_once()
    {
        Flush(Record("first"));
        var first = _crm.NextCommit();
        foreach (var id in new[] { "a", "bad", "c" }) Flush(Record(id));
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "unknown business", culprit: 1));
        var rest = _crm.NextCommit();
        Assert.Equal(["a", "c"], Ids(rest));
        rest.Answer.SetResult(Written());
        var answers = ReceiveN(3).ToImmutableArray();
        Assert.Equal("bad", Assert.Single(answers.OfType<FlushDeadLettered>()).CallId.Value);
        Assert.Equal(2, answers.OfType<FlushCommitted>().Count());
    }

    [Fact]
    public void A_batch_whose_dead_letter_cannot_be_kept_stays()
    {
        _crm.LettersRefused = 1;
        Flush(Record("bad"));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "no"));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "no"));
        ExpectMsg<FlushDeadLettered>();
        Assert.Single(_crm.Letters);
    }

    [Fact]
    public void A_later_version_takes_the_place_of_one_that_waits()
    {
        Flush(Record("first"));
        var first = _crm.NextCommit();
        Flush(Record("a"));
        Flush(Record("a", CallStatus.Busy), attempt: 2);
        Assert.Equal(2, ExpectMsg<FlushReplaced>().Attempt);
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();
        var second = _crm.NextCommit();
        Assert.Equal(CallStatus.Busy, Assert.Single(second.Records).Status);
        second.Answer.SetResult(Written());
        Assert.Equal(2, ExpectMsg<FlushCommitted>().Attempt);
    }

    [Fact]
    public void A_later_version_of_a_batch_under_way_waits_for_its_end()
    {
        Flush(Record("a"));
        var first = _crm.NextCommit();
        Flush(Record("a", CallStatus.Busy), attempt: 2);
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        first.Answer.SetResult(Written());
        Assert.Equal(1, ExpectMsg<FlushCommitted>().Attempt);
        Assert.Empty(_crm.Commits);
    }

    [Fact]
    public void A_transaction_that_is_stuck_is_given_up_for_a_later_version_and_begun_again_with_it()
    {
        var writer = Writer(new WriterSettings(TransactionsInFlight: 1) { Linger = TimeSpan.Zero, AmendPatience = TimeSpan.FromMilliseconds(20) });
        writer.Tell(new FlushBatch(Record("a"), 1), TestActor);
        _crm.NextCommit();
        writer.Tell(new FlushBatch(Record("a", CallStatus.Busy), 2), TestActor);
        Assert.Equal(2, ExpectMsg<FlushReplaced>().Attempt);
        var second = _crm.NextCommit();
        Assert.Equal(CallStatus.Busy, Assert.Single(second.Records).Status);
        second.Answer.SetResult(Written());
        Assert.Equal(2, ExpectMsg<FlushCommitted>().Attempt);
    }

    [Fact]
    public void A_batch_waits_a_little_for_others_and_a_full_group_does_not()
    {
        var writer = Writer(new WriterSettings(TransactionsInFlight: 2, GroupBound: 3) { Linger = TimeSpan.FromMilliseconds(200) });
        foreach (var id in (string[])["a", "b"]) writer.Tell(new FlushBatch(Record(id), 1), TestActor);
        Assert.Equal(["a", "b"], Ids(_crm.NextCommit()));

        var patient = Writer(new WriterSettings(TransactionsInFlight: 2, GroupBound: 3) { Linger = TimeSpan.FromHours(1) });
        foreach (var id in (string[])["c", "d", "e", "f"]) patient.Tell(new FlushBatch(Record(id), 1), TestActor);
        Assert.Equal(["c", "d", "e"], Ids(_crm.NextCommit()));
        Assert.Empty(_crm.Commits);
        patient.Tell(HurryFlush.Instance, TestActor);
        Assert.Equal(["f"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void An_operators_snapshot_does_not_wait_for_company()
    {
        var writer = Writer(new WriterSettings { Linger = TimeSpan.FromHours(1) });
        writer.Tell(new FlushBatch(Record("a", final: false), 1), TestActor);
        _crm.NextCommit();
    }

    [Fact]
    public void A_group_is_bounded_in_bytes_and_a_call_that_has_more_goes_alone()
    {
        var writer = Writer(new WriterSettings(TransactionsInFlight: 1) { Linger = TimeSpan.FromMilliseconds(100), GroupBytes = 10_000 });
        foreach (var id in (string[])["a", "b", "c"])
        {
            var said = IntentStash.Empty.With(new WriteIntent.Transcription(new string('x', id == "b" ? 20_000 : 10)), null);
            writer.Tell(new FlushBatch(Record(id) with { Intents = said }, 1), TestActor);
        }

        foreach (var expected in (string[])["a", "b", "c"])
        {
            var commit = _crm.NextCommit();
            Assert.Equal([expected], Ids(commit));
            commit.Answer.SetResult(Written());
            ExpectMsg<FlushCommitted>();
        }
    }

    [Fact]
    public void A_transaction_whose_end_is_not_known_is_settled_by_the_ledger()
    {
        Flush(Record("a"));
        var lost = _crm.NextCommit();
        Flush(Record("a", CallStatus.Busy), attempt: 2);
        lost.Answer.SetException(new CrmException(CrmFault.Away, "the answer was lost", inDoubt: true));
        var again = _crm.NextCommit();
        Assert.Equal(CallStatus.Busy, Assert.Single(again.Records).Status);
        again.Answer.SetResult(Written(0));
        Assert.Equal(0, ExpectMsg<FlushCommitted>().Attempt);
    }

    [Fact]
    public void A_later_version_takes_the_place_of_one_that_is_known_not_to_stand()
    {
        Flush(Record("a"));
        var failed = _crm.NextCommit();
        Flush(Record("a", CallStatus.Busy), attempt: 2);
        failed.Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        Assert.Equal(2, ExpectMsg<FlushReplaced>().Attempt);
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        Flush(Record("a", CallStatus.Failed), attempt: 3);
        Assert.Equal(3, ExpectMsg<FlushReplaced>().Attempt);
    }

    [Fact]
    public void A_batch_handed_over_again_is_not_written_twice()
    {
        Flush(Record("a"));
        var first = _crm.NextCommit();
        Flush(Record("a"));
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();
        ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Assert.Empty(_crm.Commits);
    }

    [Fact]
    public void The_end_is_later_than_any_snapshot_however_its_attempts_are_counted()
    {
        Flush(Record("a", final: false), attempt: 7);
        var snapshot = _crm.NextCommit();
        Flush(Record("a"), attempt: 1);
        snapshot.Answer.SetResult(Written());
        Assert.False(ExpectMsg<FlushCommitted>().Final);
        Assert.True(Assert.Single(_crm.NextCommit().Records).Final);
    }

    [Fact]
    public void A_call_whose_failure_does_not_pass_stands_alone_in_the_end_and_holds_nobody_up()
    {
        Flush(Record("first"));
        var first = _crm.NextCommit();
        foreach (var id in (string[])["a", "b", "locked", "d"]) Flush(Record(id));
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();

        var written = new HashSet<string>();
        while (written.Count < 3)
        {
            var commit = _crm.NextCommit();
            if (Ids(commit).Contains("locked"))
            {
                commit.Answer.SetException(new CrmException(CrmFault.Away, "a table its trigger looks for is gone", "42P01"));
                continue;
            }

            commit.Answer.SetResult(Written());
            foreach (var _ in commit.Records) written.Add(ExpectMsg<FlushCommitted>().CallId.Value);
        }

        Assert.Equal(["a", "b", "d"], written.Order());
        var alone = _crm.NextCommit();
        Assert.Equal(["locked"], Ids(alone));
        alone.Answer.SetResult(Written());
        Assert.Equal("locked", ExpectMsg<FlushCommitted>().CallId.Value);
    }

    [Theory]
    [InlineData("42P01", true)]
    [InlineData("57014", true)]
    [InlineData("55P03", true)]
    [InlineData("57P03", false)]
    [InlineData("53300", false)]
    [InlineData("25006", false)]
    [InlineData("08006", false)]
    public void An_outage_is_nobodys_fault(string sqlState, bool perhaps) =>
        Assert.Equal(perhaps, WriterFaults.IsPerhapsOneBatchs(new CrmException(CrmFault.Away, "", sqlState)));

    [Fact]
    public void A_snapshot_is_not_tried_again()
    {
        Flush(Record("a", final: false));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        ExpectMsg<SnapshotFailed>();
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Assert.Empty(_crm.Commits);
    }

    [Fact]
    public void A_call_that_ends_while_its_snapshot_is_under_way_is_written_after_it()
    {
        Flush(Record("a", final: false));
        var snapshot = _crm.NextCommit();
        Flush(Record("a"), attempt: 2);
        snapshot.Answer.SetResult(Written());
        Assert.Equal(1, ExpectMsg<FlushCommitted>().Attempt);
        var final = _crm.NextCommit();
        Assert.True(Assert.Single(final.Records).Final);
        final.Answer.SetResult(Written());
        Assert.Equal(2, ExpectMsg<FlushCommitted>().Attempt);
    }
}
