using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CallCommands;

namespace CallActors.Tests.Actors;

/// <summary>What becomes of a call whose gateway speaks of all its calls at once.</summary>
public sealed class ReconciledCallSpecs(ITestOutputHelper output) : CallSpec(output)
{
    private const string Gone = "gw";
    private const string Origin = "gateway.snapshot s-1";

    private LoseCall Lose(string source = Gone) => new(Id, source, Now, Origin);

    private void Hear(string source = Gone)
    {
        Tell(new PartitionMessages.HearPartition(0, new HearGateway(source, Now)));
        Gateway.ExpectMsg<GatewayHeard>();
    }

    [Fact]
    public void A_lost_call_that_was_answered_is_completed_when_it_was_last_heard_of()
    {
        InGreeting();
        Ask(new CallEvents.Answered(Header()));
        Ask(new CallEvents.GreetingFinished(Header(), GreetingOutcome.Played));
        var last = Now;
        Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(CallOutcome.Applied, Ask(Lose()).Outcome);
        var record = ExpectFlush().Record;
        Assert.Equal((EndReason.Lost, CallStatus.Completed, last), (record.EndReason, record.Status, record.EndedAt));
        Assert.Equal($"Lost: synthetic, from {Origin}", Look().Call.Timeline[^1].Note);
        Assert.Same(ProblemType.CallEnded, Ask(Lose()).Problem!.Type);
    }

    [Fact]
    public void A_lost_call_that_nobody_answered_has_failed()
    {
        InGreeting();
        Advance(TimeSpan.FromMinutes(1));
        Ask(Lose());
        Assert.Equal(CallStatus.Failed, ExpectFlush().Record.Status);
    }

    [Fact]
    public void A_call_that_is_loading_is_lost_once_it_is_loaded()
    {
        Tell(Started());
        Advance(TimeSpan.FromSeconds(1));
        Tell(new LoseCall(Id, Gone, Now.AddMinutes(1), Origin));
        AnswerLoad();
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
        Assert.Equal(CallPhase.Flushing, Reply().State);
        Assert.Equal(EndReason.Lost, ExpectFlush().Record.EndReason);
    }

    [Fact]
    public void A_call_that_was_heard_of_between_the_question_and_the_command_goes_on()
    {
        InLive();
        Advance(TimeSpan.FromMinutes(1));
        var lose = Lose();
        Ask(new CallEvents.Heartbeat(Header()));
        Assert.Equal((CallOutcome.Duplicate, CallPhase.Live), (Ask(lose).Outcome, Look().Call.Phase));
        Assert.Equal(CallOutcome.Duplicate, Ask(Lose("another gateway")).Outcome);
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    /// <summary>What a list leads to that was compared before the call was held, or that is another gateway's.</summary>
    private CallOutcome[] List(string source) =>
        [.. Reconciliation.EventsOf(new GatewayEvents.Snapshot(new EventKey(source, "s-1"), Now, []),
            new GatewayEvents.LiveCall(Id, Started().Start) { AnsweredAt = Now }).Select(told => Ask(told).Outcome)];

    [Fact]
    public void Another_gateway_s_list_leaves_a_call_alone()
    {
        InGreeting();
        var before = Look().Call;
        Assert.Equal([CallOutcome.Duplicate, CallOutcome.Duplicate], List("another gateway"));
        Assert.Equal(before, Look().Call);
    }

    [Fact]
    public void A_call_that_is_held_is_not_started_by_its_gateway_s_list_but_as_far_as_that_says_and_only_once()
    {
        InGreeting();
        Assert.Equal([CallOutcome.Duplicate, CallOutcome.Applied], List(Gone));
        var call = Look().Call;
        Assert.Equal((CallStatus.InProgress, $"synthetic, from {Origin}"), (call.Status, call.Timeline.Single(line => line.What == "call.answered").Note));
        Assert.Equal([CallOutcome.Duplicate, CallOutcome.Duplicate], List(Gone));
        Ask(EndedWith());
        ExpectFlush();
        Assert.Equal([CallOutcome.Duplicate, CallOutcome.Duplicate], List(Gone));
    }

    [Fact]
    public void No_call_is_silent_while_its_gateway_is_heard_of()
    {
        InLive();
        Ask(new CallEvents.Answered(Header()));
        Advance(TimeSpan.FromMinutes(9));
        Hear();
        var alive = Now;
        Advance(TimeSpan.FromMinutes(9));
        Hear("another gateway");

        // Past what it is silent for itself.
        UntilAlarmIsSet();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(TimeSpan.FromMinutes(1));
        var record = ExpectFlush().Record;
        Assert.Equal((EndReason.Idle, alive, 9 * 60), (record.EndReason, record.EndedAt, record.DurationSeconds));
    }

    [Fact]
    public void A_lost_call_lasted_until_its_gateway_was_last_known_to_hold_it()
    {
        InLive();
        Advance(TimeSpan.FromMinutes(3));
        Hear();
        var alive = Now;
        Advance(TimeSpan.FromMinutes(3));
        Ask(Lose());
        Assert.Equal(alive, ExpectFlush().Record.EndedAt);
    }

    [Fact]
    public void A_gateway_may_be_asked_for_its_calls()
    {
        InLive();
        Tell(new CallQueries.ListCalls(null, null, 10, null) { Source = Gone });
        var call = Assert.Single(Gateway.ExpectMsg<CallQueries.CallPage>().Calls);
        Assert.Equal((Id, Gone, Now, CallStatus.Initiated), (call.CallId, call.Source, call.LastEventAt, call.Status));
        Tell(new CallQueries.ListCalls(null, null, 10, null) { Source = "another gateway" });
        Assert.Empty(Gateway.ExpectMsg<CallQueries.CallPage>().Calls);
    }
}
