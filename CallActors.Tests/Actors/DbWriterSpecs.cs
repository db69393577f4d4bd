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

public sealed partial class DbWriterSpecs : TestKit
{
    private readonly ScriptedCrm _crm = new();
    private readonly CrmAvailability _availability = new();
    private readonly CallCounters _counters = new();
    private readonly IActorRef _writer;

    public DbWriterSpecs(ITestOutputHelper output) : base("akka.loglevel = OFF", output: output) =>
        _writer = Sys.ActorOf(Props.Create<DbWriterActor>(
            _crm, new WriterSettings(TransactionsInFlight: 1)
            {
                Linger = TimeSpan.Zero,
                AmendPatience = TimeSpan.FromHours(1),
                LongestBackOff = TimeSpan.FromMilliseconds(50)
            }, _availability, _counters));

    private IActorRef Writer(WriterSettings settings) => Sys.ActorOf(Props.Create<DbWriterActor>(_crm, settings, _availability, _counters));

    private static CallRecord Record(string id, CallStatus status = CallStatus.Completed, bool final = true) =>
        new(CallId.Parse(id), new CallStart(CallDirection.Inbound, $"+1555{id.Sum(letter => letter):000000}", "+2"),
            DateTimeOffset.UnixEpoch)
        { Status = status, Final = final };

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
    public void A_batch_whose_rows_tell_that_it_was_written_before_the_ledger_forgot_it_is_done()
    {
        Flush(Record("a"), attempt: 3);
        _crm.NextCommit().Answer.SetResult(Written(0) with { ByTheirRows = [0] });
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
    public void Dead_letters_that_somebody_else_has_seen_to_are_counted_no_more()
    {
        var writer = Writer(new WriterSettings { Linger = TimeSpan.Zero, CountLettersEvery = TimeSpan.FromMilliseconds(10) });
        writer.Tell(new FlushBatch(Record("bad"), 1), TestActor);
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "no"));
        ExpectMsg<FlushDeadLettered>();
        Assert.Equal(1, _counters.DeadLetters);
        _crm.Letters.Clear();
        AwaitCondition(() => _counters is { KnowsDeadLetters: true, DeadLetters: 0 });
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

    [Theory]
    [InlineData("bad", "a", "worse")]
    [InlineData("bad", "worse")]
    public void Culprits_that_are_named_together_are_taken_out_together(params string[] calls)
    {
        Flush(Record("first"));
        var first = _crm.NextCommit();
        foreach (var id in calls) Flush(Record(id));
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "unclear", culprit: 0) { Culprits = [0, calls.Length - 1] });
        if (calls.Length == 3)
        {
            var rest = _crm.NextCommit();
            Assert.Equal(["a"], Ids(rest));
            rest.Answer.SetResult(Written());
        }

        var answers = ReceiveN(calls.Length).ToImmutableArray();
        Assert.Equal(["bad", "worse"], answers.OfType<FlushDeadLettered>().Select(one => one.CallId.Value).Order());
        Flush(Record("next"));
        Assert.Equal(["next"], Ids(_crm.NextCommit()));
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
    public void A_later_version_takes_the_place_of_one_whose_dead_letter_cannot_be_kept()
    {
        _crm.LettersRefused = 1;
        Flush(Record("bad"));
        var first = _crm.NextCommit();
        Flush(Record("bad", CallStatus.Busy), attempt: 2);
        first.Answer.SetException(new CrmException(CrmFault.Refused, "no"));
        Assert.Equal(2, ExpectMsg<FlushReplaced>().Attempt);
        var second = _crm.NextCommit();
        Assert.Equal(CallStatus.Busy, Assert.Single(second.Records).Status);
        second.Answer.SetResult(Written());
        Assert.Equal(2, ExpectMsg<FlushCommitted>().Attempt);
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
    public void A_snapshot_is_not_tried_again()
    {
        Flush(Record("a", final: false));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        ExpectMsg<SnapshotFailed>();
        ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Assert.Empty(_crm.Commits);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_call_that_ends_while_its_snapshot_is_under_way_is_written_after_it(int transactions)
    {
        var writer = Writer(new WriterSettings(transactions) { Linger = TimeSpan.FromHours(1), AmendPatience = TimeSpan.FromHours(1) });
        writer.Tell(new FlushBatch(Record("a", final: false), 1), TestActor);
        var snapshot = _crm.NextCommit();
        writer.Tell(new FlushBatch(Record("a"), 2), TestActor);
        snapshot.Answer.SetResult(Written());
        Assert.Equal(1, ExpectMsg<FlushCommitted>().Attempt);
        var final = _crm.NextCommit();
        Assert.True(Assert.Single(final.Records).Final);
        final.Answer.SetResult(Written());
        Assert.Equal(2, ExpectMsg<FlushCommitted>().Attempt);
    }
}
