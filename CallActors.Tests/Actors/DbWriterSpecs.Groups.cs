using CallActors.Actors;
using CallActors.Domain;
using CallActors.Storage;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>Who goes with whom: company, bounds, and the one call that keeps the others from being written.</summary>
public sealed partial class DbWriterSpecs
{
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
        var writer = Writer(new WriterSettings(TransactionsInFlight: 2, GroupBound: 3) { Linger = TimeSpan.FromSeconds(1) });
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
    public void A_group_that_is_not_full_waits_for_the_transaction_under_way_and_a_full_one_goes_beside_it()
    {
        var writer = Writer(new WriterSettings(TransactionsInFlight: 2, GroupBound: 2) { Linger = TimeSpan.Zero, Patience = TimeSpan.FromHours(1) });
        writer.Tell(new FlushBatch(Record("a"), 1), TestActor);
        var first = _crm.NextCommit();
        writer.Tell(new FlushBatch(Record("b"), 1), TestActor);
        writer.Tell(new FlushBatch(Record("c"), 1), TestActor);
        Assert.Equal(["b", "c"], Ids(_crm.NextCommit()));
        writer.Tell(new FlushBatch(Record("d"), 1), TestActor);
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();

        // One is under way still.
        writer.Tell(new FlushBatch(Record("e"), 1), TestActor);
        Assert.Equal(["d", "e"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void Nobody_waits_for_long_behind_a_transaction_that_is_stuck()
    {
        var writer = Writer(new WriterSettings(TransactionsInFlight: 2) { Linger = TimeSpan.Zero, Patience = TimeSpan.FromMilliseconds(50) });
        writer.Tell(new FlushBatch(Record("a"), 1), TestActor);
        _crm.NextCommit();
        writer.Tell(new FlushBatch(Record("b"), 1), TestActor);
        Assert.Equal(["b"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void A_call_of_a_customer_who_is_being_written_is_not_lost_sight_of()
    {
        var writer = Writer(new WriterSettings(TransactionsInFlight: 2, GroupBound: 2) { Linger = TimeSpan.Zero, Patience = TimeSpan.FromMilliseconds(50) });
        var (one, other) = (Record("a"), Record("b") with { Start = Record("a").Start });
        writer.Tell(new FlushBatch(one, 1), TestActor);
        var first = _crm.NextCommit();
        writer.Tell(new FlushBatch(other, 1), TestActor);
        writer.Tell(new FlushBatch(Record("c"), 1), TestActor);
        Assert.Equal(["c"], Ids(_crm.NextCommit()));
        first.Answer.SetResult(Written());
        Assert.Equal(["b"], Ids(_crm.NextCommit()));
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

    public static TheoryData<Exception> FailuresThatDoNotPass => new()
    {
        new CrmException(CrmFault.Away, "a table its trigger looks for is gone", "42P01"),
        new KeyNotFoundException("something of the call's that nobody thought of"),
    };

    [Theory]
    [MemberData(nameof(FailuresThatDoNotPass))]
    public void A_call_whose_failure_does_not_pass_stands_alone_in_the_end_and_holds_nobody_up(Exception failure)
    {
        Flush(Record("first"));
        var first = _crm.NextCommit();
        foreach (var id in (string[])["a", "b", "locked", "d"]) Flush(Record(id));
        first.Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();

        var written = new HashSet<string>();
        for (var tries = 0; written.Count < 3 && tries < 100; tries++)
        {
            var commit = _crm.NextCommit();
            if (Ids(commit).Contains("locked"))
            {
                commit.Answer.SetException(failure);
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
}
