using Akka.Actor;
using Akka.Event;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

public sealed class CallEndSpecs(ITestOutputHelper output) : CallSpec(output)
{
    [Fact]
    public void A_snapshot_that_is_committed_after_the_end_is_not_taken_for_it()
    {
        InGreeting();
        Tell(new DatabaseMessages.FlushNow(Id));
        var snapshot = ExpectFlush();
        Assert.False(snapshot.Record.Final);

        UntilAlarmIsSet();
        Advance(CallTimeouts.Default.Load);
        Assert.Equal(503, Reply().Problem!.Type.Status);
        Writer.ExpectMsg<DatabaseMessages.WithdrawFlush>();
        Ask(EndedWith());
        var end = ExpectFlush();
        Writer.Reply(new DatabaseMessages.FlushCommitted(Id, snapshot.Attempt, new StatementCost(5, TimeSpan.FromMilliseconds(3), 1)) { Final = false });
        Assert.Equal(CallPhase.Flushing, Look().Call.Phase);
        Commit(end);
        ExpectGone();
    }

    [Fact]
    public void A_call_ended_while_loading_is_flushed_once()
    {
        Tell(Started());
        Tell(EndedWith(CallStatus.NoAnswer));
        AnswerLoad();
        Reply();
        Assert.Equal(CallPhase.Flushing, Reply().State);
        var batch = ExpectFlush();
        Assert.Equal(CallStatus.NoAnswer, batch.Record.Status);
        Commit(batch);
        ExpectGone();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_call_ended_in_greeting_is_flushed_once()
    {
        InGreeting();
        Ask(EndedWith(CallStatus.Canceled));
        Commit(ExpectFlush());
        ExpectGone();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_call_ended_live_is_flushed_once_with_all_it_found_out()
    {
        InLive();
        Ask(new CallEvents.GenderDetected(Header(), Gender.Female));
        Ask(new CallEvents.Noted(Header(), "a cut", "the whole talk", null));
        Assert.Equal(3, Ask(EndedWith()).Stashed);
        var batch = ExpectFlush();
        Assert.True(batch.Record.Final);
        Assert.Equal(new BusinessId(7), batch.Record.BusinessId);
        Assert.Equal(new LeadId(41), batch.Record.LeadId);
        Commit(batch);
        ExpectGone();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void Whoever_hears_of_an_end_finds_its_place_free()
    {
        var told = CreateTestProbe();
        Supervisor = StartSupervisor(Parts with { Admission = told.Ref });
        Supervisor.Tell(Started(), told.Ref);
        told.ExpectMsg<SessionMessages.Admit>();
        told.Reply(SessionMessages.Admitted.Instance);
        AnswerLoad();
        told.ExpectMsg<CallReply>();
        Supervisor.Tell(EndedWith(), told.Ref);
        told.ExpectMsg<SessionMessages.Release>();
        Assert.Equal(CallOutcome.Applied, told.ExpectMsg<CallReply>().Outcome);
    }

    [Fact]
    public void A_batch_is_handed_over_again_until_it_is_committed()
    {
        InLive();
        Ask(EndedWith());
        var first = ExpectFlush();
        UntilAlarmIsSet();
        Advance(CallTimeouts.Default.Flush);
        var second = ExpectFlush();
        Assert.Equal(first.Attempt, second.Attempt);
        UntilAlarmIsSet();
        Advance(CallTimeouts.Default.Flush);
        UntilAlarmIsSet();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(CallTimeouts.Default.Flush);
        Commit(ExpectFlush());
        ExpectGone();
    }

    [Fact]
    public void A_dead_letter_ends_the_wait_too()
    {
        InLive();
        Ask(EndedWith());
        var batch = ExpectFlush();
        Writer.Reply(new FlushDeadLettered(Id, batch.Attempt, "violates a constraint", "23514"));
        ExpectGone();
    }

    [Fact]
    public void Silence_ends_a_call_at_the_time_of_its_last_event()
    {
        InLive();
        Ask(new CallEvents.Answered(Header()));
        var last = Now;
        Advance(TimeSpan.FromMinutes(9));
        Ask(new CallEvents.Heartbeat(Header()));
        var heartbeat = Now;
        Assert.True(heartbeat > last);
        Advance(TimeSpan.FromMinutes(9));
        UntilAlarmIsSet();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(TimeSpan.FromMinutes(1));
        var record = ExpectFlush().Record;
        Assert.Equal(EndReason.Idle, record.EndReason);
        Assert.Equal(heartbeat, record.EndedAt);
        Assert.Equal(CallStatus.Completed, record.Status);
        Assert.Equal(9 * 60, record.DurationSeconds);
    }

    [Fact]
    public void A_gateway_whose_events_are_refused_or_told_again_is_not_silent()
    {
        InLive();
        var noted = new CallEvents.Noted(Header(), "once", null, null);
        Ask(noted);
        Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(CallOutcome.Duplicate, Ask(noted).Outcome);
        UntilAlarmIsSet();
        Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(
            CallOutcome.Refused, Ask(new CallEvents.AppointmentRequested(Header(), new Slot(Now.AddDays(-1), Now.AddDays(-1).AddMinutes(30)), null)).Outcome);
        UntilAlarmIsSet();
        Advance(TimeSpan.FromMinutes(9));
        UntilAlarmIsSet();
        Assert.Equal(CallPhase.Live, Look().Call.Phase);
        Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(EndReason.Idle, ExpectFlush().Record.EndReason);
    }

    [Fact]
    public void A_call_lasts_no_longer_than_the_longest_call()
    {
        InLive();
        for (var minutes = 0; minutes < 4 * 60 - 5; minutes += 5)
        {
            Advance(TimeSpan.FromMinutes(5));
            Ask(new CallEvents.Heartbeat(Header()));
            UntilAlarmIsSet();
        }

        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(EndReason.MaxDuration, ExpectFlush().Record.EndReason);
    }

    [Theory]
    [InlineData(false, CallStatus.Canceled)]
    [InlineData(true, CallStatus.Completed)]
    public void An_operator_ends_a_call(bool answered, CallStatus status)
    {
        InLive();
        if (answered) Ask(new CallEvents.Answered(Header()));
        var reply = Ask(new EndCall(Id, "fire drill"));
        Assert.Equal(CallOutcome.Applied, reply.Outcome);
        Assert.Equal(CallPhase.Flushing, reply.State);
        var record = ExpectFlush().Record;
        Assert.Equal((EndReason.Operator, "fire drill", status), (record.EndReason, record.EndDetail, record.Status));
        Assert.Same(ProblemType.CallEnded, Ask(new EndCall(Id, null)).Problem!.Type);
    }

    [Fact]
    public void A_drain_ends_every_call_and_is_done_when_all_are_committed()
    {
        var other = CallId.Parse("CA-2");
        InLive();
        Tell(Started(other));
        var (drainer, second) = (CreateTestProbe(), CreateTestProbe());
        Supervisor.Tell(DrainCalls.Instance, drainer.Ref);
        Supervisor.Tell(DrainCalls.Instance, second.Ref);
        var live = ExpectFlush();
        Assert.Equal(EndReason.Drained, live.Record.EndReason);
        Commit(live);
        drainer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        AnswerLoad();
        Assert.NotNull(Reply().Context);
        Commit(ExpectFlush());
        drainer.ExpectMsg<Drained>();
        second.ExpectMsg<Drained>();
        Assert.Same(ProblemType.Draining, Ask(Started(CallId.Parse("CA-3"))).Problem!.Type);
    }

    [Fact]
    public void In_a_cluster_a_drain_ends_the_calls_that_are_there_and_others_go_on_coming()
    {
        Supervisor = StartSupervisor(Parts with { OutBy = () => Task.FromResult<string?>(null) });
        InLive();
        var drainer = CreateTestProbe();
        Supervisor.Tell(DrainCalls.Instance, drainer.Ref);
        var drained = ExpectFlush();
        var other = CallId.Parse("CA-2");
        Tell(Started(other));
        AnswerLoad();
        Assert.NotNull(Reply().Context);
        Commit(drained);
        drainer.ExpectMsg<Drained>();
        Assert.Equal(CallPhase.Greeting, Ask(new CallEvents.Heartbeat(Header(call: other))).State);
    }

    [Fact]
    public void A_session_that_fails_goes_on_with_its_state_after_a_back_off()
    {
        InLive();
        Ask(new CallEvents.Noted(Header(), "kept", null, null));
        Tell(new Poison(Header()));
        Assert.Same(ProblemType.Failed, Reply().Problem!.Type);
        AwaitAssert(() => Assert.Equal(1, Counters.SessionFailures));
        Assert.Same(ProblemType.Overloaded, Ask(new CallEvents.Heartbeat(Header())).Problem!.Type);
        Advance(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(CallPhase.Live, Look().Call.Phase));
        Assert.Equal(1, Ask(EndedWith()).Stashed);
        Assert.Equal("kept", ExpectFlush().Record.Intents.Find<WriteIntent.Summary>()!.Text);
    }

    [Fact]
    public void A_supervisor_that_stops_leaves_no_letter_about_its_sessions()
    {
        InLive();
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters, typeof(AllDeadLetters));
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);

        Sys.DeadLetters.Tell("all before is here");

        var told = new List<AllDeadLetters>();
        while (told is not [.., { Message: string }]) told.Add(letters.ExpectMsg<AllDeadLetters>());
        Assert.DoesNotContain(told, letter => letter is Akka.Event.DeadLetter { Message: SessionMessages.SessionGone });
        Assert.Contains(told, letter => letter is SuppressedDeadLetter { Message: SessionMessages.SessionGone });
    }

    /// <summary>An event that no decision knows: what a defect looks like to a session.</summary>
    private sealed record Poison(EventHeader Header) : CallEvents.CallEvent(Header)
    {
        public override string Type => "poison";
    }
}
