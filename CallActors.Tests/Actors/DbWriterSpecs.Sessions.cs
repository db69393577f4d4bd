using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>Sessions of one call, one after the other, and those that want their batch back.</summary>
public sealed partial class DbWriterSpecs
{
    [Fact]
    public void What_a_session_says_that_was_started_again_is_later_whatever_it_counts()
    {
        var (before, after) = (CreateTestProbe(), CreateTestProbe());
        var running = Busy();
        _writer.Tell(new FlushBatch(Record("a"), 5), before.Ref);
        _writer.Tell(new FlushBatch(Record("a"), 1), after.Ref);
        _writer.Tell(new FlushBatch(Record("a", CallStatus.Busy), 2), after.Ref);
        Assert.Equal(2, after.ExpectMsg<FlushReplaced>().Attempt);

        running.Answer.SetResult(Written());
        var commit = _crm.NextCommit();
        Assert.Equal(CallStatus.Busy, Assert.Single(commit.Records).Status);
        commit.Answer.SetResult(Written());
        Assert.Equal(2, after.ExpectMsg<FlushCommitted>().Attempt);
    }

    [Fact]
    public void The_same_again_from_a_session_that_was_started_again_is_known()
    {
        var (before, after) = (CreateTestProbe(), CreateTestProbe());
        _writer.Tell(new FlushBatch(Record("a"), 1), before.Ref);
        var commit = _crm.NextCommit();
        _writer.Tell(new FlushBatch(Record("a"), 1), after.Ref);
        commit.Answer.SetResult(Written());
        after.ExpectMsg<FlushCommitted>();
        Flush(Record("b"));
        Assert.Equal(["b"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void A_batch_of_a_session_before_is_not_taken_for_a_later_one_of_its_successors()
    {
        var (before, after) = (CreateTestProbe(), CreateTestProbe());
        _writer.Tell(new FlushBatch(Record("a"), 5), before.Ref);
        var commit = _crm.NextCommit();
        _writer.Tell(new FlushBatch(Record("a", CallStatus.Busy), 2), after.Ref);
        commit.Answer.SetResult(Written());
        Assert.Equal(0, after.ExpectMsg<FlushCommitted>().Attempt);
    }

    [Fact]
    public void A_batch_that_goes_elsewhere_is_not_written_here()
    {
        var running = Busy();
        Flush(Record("a"));
        Flush(Record("b"));
        _writer.Tell(new WithdrawFlush(CallId.Parse("a")), TestActor);
        running.Answer.SetResult(Written());
        Assert.Equal(["b"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void A_batch_that_a_transaction_has_is_written_wherever_its_call_went()
    {
        Flush(Record("a"));
        var commit = _crm.NextCommit();
        _writer.Tell(new WithdrawFlush(CallId.Parse("a")), TestActor);
        Flush(Record("b"));
        commit.Answer.SetResult(Written());
        Assert.Equal("a", ExpectMsg<FlushCommitted>().CallId.Value);
        Assert.Equal(["b"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void A_snapshot_that_nobody_waits_for_any_more_is_given_up_and_never_tried_again()
    {
        Flush(Record("a", final: false));
        _crm.NextCommit();
        _writer.Tell(new WithdrawFlush(CallId.Parse("a")), TestActor);
        ExpectMsg<SnapshotFailed>();
        Flush(Record("b"));
        Assert.Equal(["b"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void A_snapshot_beside_calls_that_have_ended_is_not_given_up_at_their_cost_but_not_tried_again_either()
    {
        var running = Busy();
        Flush(Record("a", final: false));
        Flush(Record("b"));
        running.Answer.SetResult(Written());
        var both = _crm.NextCommit();
        Assert.Equal(["a", "b"], Ids(both));
        _writer.Tell(new WithdrawFlush(CallId.Parse("a")), TestActor);

        // The answer to this one says that the writer has read the one before.
        _writer.Tell(new FlushBatch(Record("b", CallStatus.Busy), 2), TestActor);
        both.Answer.SetException(new CrmException(CrmFault.Refused, "violates a constraint", "23514"));
        Assert.Equal("a", ExpectMsg<SnapshotFailed>().CallId.Value);
        Assert.Equal(["b"], Ids(_crm.NextCommit()));
    }

    [Fact]
    public void A_snapshot_that_waits_for_the_database_is_not_written_when_that_is_back()
    {
        Flush(Record("first"));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        Flush(Record("a", final: false));
        _writer.Tell(new WithdrawFlush(CallId.Parse("a")), TestActor);
        var again = _crm.NextCommit();
        Assert.Equal(["first"], Ids(again));
    }

    /// <summary>A transaction under way: what comes now waits.</summary>
    private ScriptedCrm.Commit Busy()
    {
        _writer.Tell(new FlushBatch(Record("busy"), 1), CreateTestProbe().Ref);
        return _crm.NextCommit();
    }
}
