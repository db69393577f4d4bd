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

        // The second question comes to the supervisor behind the session's alarm, so that the clock is not moved before that is set.
        Look();
        Look();
        Advance(CallTimeouts.Default.Load);
        Assert.Equal(503, Reply().Problem!.Type.Status);
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
    public void A_batch_is_handed_over_again_until_it_is_committed()
    {
        InLive();
        Ask(EndedWith());
        var first = ExpectFlush();
        Advance(CallTimeouts.Default.Flush);
        var second = ExpectFlush();
        Assert.Equal(first.Attempt, second.Attempt);
        Advance(CallTimeouts.Default.Flush);
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
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(TimeSpan.FromMinutes(1));
        var record = ExpectFlush().Record;
        Assert.Equal(EndReason.Idle, record.EndReason);
        Assert.Equal(heartbeat, record.EndedAt);
        Assert.Equal(CallStatus.Completed, record.Status);
        Assert.Equal(9 * 60, record.DurationSeconds);
    }

    [Fact]
    public void A_call_lasts_no_longer_than_the_longest_call()
    {
        InLive();
        for (var minutes = 0; minutes < 4 * 60 - 5; minutes += 5)
        {
            Advance(TimeSpan.FromMinutes(5));
            Ask(new CallEvents.Heartbeat(Header()));
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
    public void A_drain_ends_every_call_and_is_done_when_all_are_committed()
    {
        var other = CallId.Parse("CA-2");
        InLive();
        Tell(Started(other));
        var drainer = CreateTestProbe();
        Supervisor.Tell(DrainCalls.Instance, drainer.Ref);
        var live = ExpectFlush();
        Assert.Equal(EndReason.Drained, live.Record.EndReason);
        Commit(live);
        drainer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        AnswerLoad();
        Assert.NotNull(Reply().Context);
        Commit(ExpectFlush());
        drainer.ExpectMsg<Drained>();
        Assert.Same(ProblemType.Draining, Ask(Started(CallId.Parse("CA-3"))).Problem!.Type);
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
