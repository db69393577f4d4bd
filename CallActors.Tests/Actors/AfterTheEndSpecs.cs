using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>What is told of a call that has ended: while its batch is on its way, and when it is gone.</summary>
public sealed class AfterTheEndSpecs(ITestOutputHelper output) : CallSpec(output)
{
    [Fact]
    public void Events_after_the_end_are_refused_and_repeated_ones_are_duplicates()
    {
        InLive();
        var ended = EndedWith();
        Ask(ended);
        ExpectFlush();
        Assert.Same(ProblemType.CallEnded, Ask(new CallEvents.Answered(Header())).Problem!.Type);
        Assert.Same(ProblemType.CallEnded, Ask(Started()).Problem!.Type);
        Assert.Equal(CallOutcome.Duplicate, Ask(ended).Outcome);
    }

    [Fact]
    public void A_more_specific_status_counts_while_no_transaction_has_seen_the_batch()
    {
        InLive();
        Ask(EndedWith());
        ExpectFlush();
        Tell(EndedWith(CallStatus.Busy));
        var amended = ExpectFlush();
        Assert.Equal((2, CallStatus.Busy), (amended.Attempt, amended.Record.Status));
        Gateway.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Writer.Reply(new FlushReplaced(Id, 2));
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
        Commit(amended);
        ExpectGone();
    }

    [Theory]
    [InlineData(1, CallOutcome.Refused)]
    [InlineData(0, CallOutcome.Refused)]
    [InlineData(2, CallOutcome.Applied)]
    public void A_late_status_is_answered_by_what_was_committed(int committed, CallOutcome outcome)
    {
        InLive();
        Ask(EndedWith());
        var first = ExpectFlush();
        Tell(EndedWith(CallStatus.Failed));
        ExpectFlush();
        Commit(first, committed);
        Assert.Equal(outcome, Reply().Outcome);
        ExpectGone();
    }

    [Fact]
    public void A_late_status_that_is_not_more_specific_is_refused()
    {
        InLive();
        Ask(EndedWith(CallStatus.Busy));
        ExpectFlush();
        Assert.Same(ProblemType.CallEnded, Ask(EndedWith(CallStatus.Completed)).Problem!.Type);
    }

    [Fact]
    public void The_end_of_a_call_that_fell_silent_is_what_its_gateway_says_of_it_until_the_commit()
    {
        InLive();
        Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(EndReason.Idle, ExpectFlush().Record.EndReason);
        Tell(EndedWith(CallStatus.Completed));
        var amended = ExpectFlush();
        Assert.Equal((2, EndReason.HungUp), (amended.Attempt, amended.Record.EndReason));
        Writer.Reply(new FlushReplaced(Id, 2));
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
        Commit(amended);
        ExpectGone();
    }

    [Fact]
    public void An_event_for_a_call_that_is_gone_is_told_from_one_that_never_was_by_the_ledger()
    {
        var seen = Header(id: "seen");
        var ledger = new LedgerRow(Now, [seen.Key.Fingerprint()]);
        Tell(new CallEvents.Answered(seen));
        AnswerLoad(new LoadedCall(null, null, null, null, null, null, null, null, ledger));
        Assert.Equal(CallOutcome.Duplicate, Reply().Outcome);
        Tell(new CallEvents.Answered(Header()));
        AnswerLoad(new LoadedCall(null, null, null, null, null, null, null, null, ledger));
        Assert.Same(ProblemType.CallEnded, Reply().Problem!.Type);
        Tell(new CallEvents.Answered(Header()));
        AnswerLoad(new LoadedCall(null, null, null, null, null, null, null, null, null));
        Assert.Same(ProblemType.UnknownCall, Reply().Problem!.Type);
        Tell(new CallEvents.Answered(Header()));
        var load = Loader.ExpectMsg<LoadContext>();
        Loader.Reply(new ContextLoadFailed(Id, load.Attempt, "away", null));
        Assert.Same(ProblemType.Overloaded, Reply().Problem!.Type);
    }

    [Fact]
    public void A_call_that_was_committed_does_not_start_again()
    {
        Tell(Started(id: "late"));
        AnswerLoad(Found(ledger: new LedgerRow(Now, [])));
        Assert.Same(ProblemType.CallEnded, Reply().Problem!.Type);
        ExpectGone();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }
}
