using Akka.Actor;
using Akka.Configuration;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CallActors.Tests.Actors;
using Xunit.Abstractions;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Tests.Journal;

/// <summary>Sessions with a log behind them, and a store that fails on cue.</summary>
public sealed class JournaledCallSpecs(ITestOutputHelper output)
    : CallSpec(output, ConfigurationFactory.ParseString(FaultyJournal.Hocon), journaled: true, leastWaste: 20)
{

    /// <summary>The log is read before the first call is taken.</summary>
    private void UntilReady() => AwaitCondition(() => Parts.Journals.IsAvailable);

    private void Fail(StoreFault fault) => FaultyJournal.Set(Sys, fault);

    /// <summary>Moves the clock until the journal has come back from its back-off.</summary>
    private void UntilBack() => AwaitCondition(
        () =>
        {
            Advance(TimeSpan.FromMilliseconds(500));
            return Parts.Journals.IsAvailable;
        },
        TimeSpan.FromSeconds(10));

    /// <summary>As if the process had died: a new supervisor, and nothing but the log to start from.</summary>
    private void Restart()
    {
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);
        Parts.Journals.Away(0, "restarting");
        Supervisor = StartSupervisor(Parts);
        UntilReady();
    }

    [Fact]
    public void A_call_goes_on_after_a_restart_with_state_stash_and_memory_of_its_events()
    {
        UntilReady();
        InLive();
        var noted = new CallEvents.Noted(Header(), "kept", null, null);
        Ask(noted);
        Ask(new CallEvents.AppointmentConfirmed(Header(), new Slot(Now.AddDays(2).Date.AddHours(10), Now.AddDays(2).Date.AddHours(11)), null, null, null, null));
        var before = Look().Call;
        Restart();
        AwaitAssert(() => Assert.Equal(before with { LastHeardAt = Look().Call.LastHeardAt }, Look().Call));
        Assert.Equal(CallOutcome.Duplicate, Ask(noted).Outcome);
        Assert.Equal(before.Context, Ask(Started()).Context);
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Ask(EndedWith());
        Assert.Equal("kept", ExpectFlush().Record.Intents.Find<WriteIntent.Summary>()!.Text);
    }

    [Fact]
    public void A_call_that_ended_goes_on_flushing_after_a_restart_and_is_then_closed()
    {
        UntilReady();
        InLive();
        Ask(EndedWith(CallStatus.Busy));
        ExpectFlush();
        Restart();
        var again = ExpectFlush();
        Assert.Equal(CallStatus.Busy, again.Record.Status);
        Commit(again, attempt: 0);
        ExpectGone();
        Restart();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void Timers_run_again_after_a_restart_and_the_time_the_service_was_down_is_not_silence()
    {
        UntilReady();
        InLive();
        Advance(TimeSpan.FromMinutes(9));
        Restart();
        Advance(TimeSpan.FromMinutes(9));
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(EndReason.Idle, ExpectFlush().Record.EndReason);
    }

    [Fact]
    public void While_the_store_is_away_events_are_refused_and_the_call_answers_again_by_itself()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.RefusesWrites);
        var noted = new CallEvents.Noted(Header(), "later", null, null);
        var refused = Ask(noted);
        Assert.Equal((CallOutcome.Refused, 503), (refused.Outcome, refused.Problem!.Type.Status));
        Assert.NotNull(refused.Problem.RetryAfter);
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Assert.Equal(CallPhase.Live, Look().Call.Phase);
        Assert.Equal(503, Ask(Started(CallId.Parse("CA-new"))).Problem!.Type.Status);
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(50));

        Fail(StoreFault.None);
        UntilBack();
        AwaitAssert(() => Assert.Equal(CallOutcome.Applied, Ask(noted).Outcome));
        Assert.Equal(1, Ask(EndedWith()).Stashed);
    }

    [Fact]
    public void An_append_whose_answer_was_lost_stands_and_the_retried_event_is_a_duplicate()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.LosesAnswers);
        var noted = new CallEvents.Noted(Header(), "it stands", null, null);
        Assert.Equal(503, Ask(noted).Problem!.Type.Status);
        Fail(StoreFault.None);
        UntilBack();
        AwaitAssert(() => Assert.Equal(1, Look().Call.Stash.Count));
        Assert.Equal(CallOutcome.Duplicate, Ask(noted).Outcome);
        Ask(EndedWith());
        Assert.Equal("it stands", ExpectFlush().Record.Intents.Find<WriteIntent.Summary>()!.Text);
    }

    [Fact]
    public void A_start_whose_answer_was_lost_is_a_call()
    {
        UntilReady();
        Fail(StoreFault.LosesAnswers);
        var started = Started();
        Tell(started);
        AnswerLoad();
        Assert.Equal(503, Reply().Problem!.Type.Status);
        Fail(StoreFault.None);
        UntilBack();
        AwaitAssert(() => Assert.Equal(CallOutcome.Duplicate, Ask(started).Outcome));
        Assert.Equal(CallPhase.Greeting, Look().Call.Phase);
    }

    [Fact]
    public void A_start_that_could_not_be_kept_is_no_call_and_can_be_sent_again()
    {
        UntilReady();
        Fail(StoreFault.RefusesWrites);
        var started = Started();
        Tell(started);
        AnswerLoad();
        Assert.Equal(503, Reply().Problem!.Type.Status);
        Fail(StoreFault.None);
        UntilBack();
        ExpectGone();
        Tell(started);
        AnswerLoad();
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
    }

    [Fact]
    public void An_end_that_was_due_while_the_store_was_away_comes_when_it_is_back()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.RefusesWrites);
        Advance(TimeSpan.FromMinutes(10));
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Fail(StoreFault.None);
        UntilBack();
        AwaitAssert(() =>
        {
            Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(CallPhase.Flushing, Look().Call.Phase);
        });
        Assert.Equal(EndReason.Idle, ExpectFlush().Record.EndReason);
    }

    [Fact]
    public void A_closing_entry_that_could_not_be_kept_is_made_up_for()
    {
        UntilReady();
        InLive();
        Ask(EndedWith());
        var batch = ExpectFlush();
        Fail(StoreFault.RefusesWrites);
        Commit(batch);
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Fail(StoreFault.None);
        UntilBack();
        ExpectGone();
        Restart();
        var again = ExpectFlush();
        Commit(again, attempt: 0);
        ExpectGone();
        Restart();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_long_call_in_a_stream_of_short_ones_does_not_hold_the_log()
    {
        UntilReady();
        InLive();
        Ask(new CallEvents.Noted(Header(), "from the beginning", null, null));
        for (var i = 0; i < 40; i++)
        {
            var brief = CallId.Parse($"brief-{i}");
            InLive(brief);
            Ask(EndedWith(call: brief));
            Commit(ExpectFlush());
            ExpectGone(brief);
        }

        var before = Look().Call;
        AwaitAssert(() => Assert.InRange(EntriesInLog(), 1, 60));
        Restart();
        AwaitAssert(() => Assert.Equal(before with { LastHeardAt = Look().Call.LastHeardAt }, Look().Call));
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_call_that_talks_for_hours_is_written_anew_and_does_not_hold_the_log()
    {
        UntilReady();
        InLive();
        for (var i = 0; i < 6 * OpenCalls.LongestHistory; i++) Ask(new CallEvents.Noted(Header(), $"so far {i}", null, null));
        AwaitAssert(() => Assert.InRange(EntriesInLog(), 1, 2 * OpenCalls.LongestHistory));
        var before = Look().Call;
        Restart();
        AwaitAssert(() => Assert.Equal(before with { LastHeardAt = Look().Call.LastHeardAt }, Look().Call));
    }

    [Fact]
    public void A_closing_entry_that_was_lost_does_not_keep_the_log_from_being_trimmed()
    {
        UntilReady();
        InLive();
        Ask(EndedWith());
        var batch = ExpectFlush();
        Fail(StoreFault.RefusesWrites);
        Commit(batch);
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Fail(StoreFault.None);
        UntilBack();
        ExpectGone();
        for (var i = 0; i < 40; i++)
        {
            var brief = CallId.Parse($"brief-{i}");
            InLive(brief);
            Ask(EndedWith(call: brief));
            Commit(ExpectFlush());
            ExpectGone(brief);
        }

        AwaitAssert(() => Assert.InRange(EntriesInLog(), 0, 60));
    }

    [Fact]
    public void Whether_there_is_a_call_is_not_known_before_its_log_has_been_read()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.RefusesWrites);
        Ask(new CallEvents.Heartbeat(Header()));
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Gateway.Send(Supervisor, new CallQueries.GetCall(CallId.Parse("CA-elsewhere")));
        Gateway.ExpectMsg<CallQueries.CallUnreadable>();
        Assert.Equal(Id, Look().Call.Id);
    }

    [Fact]
    public void What_would_be_written_into_a_store_that_is_gone_is_refused()
    {
        var isThere = true;
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);
        Supervisor = StartSupervisor(Parts with { JournalIsThere = () => isThere });
        UntilReady();
        InLive();
        isThere = false;
        Assert.Equal(503, Ask(new CallEvents.Noted(Header(), "lost?", null, null)).Problem!.Type.Status);
        isThere = true;
        UntilBack();
        AwaitAssert(() => Assert.Equal(CallOutcome.Applied, Ask(new CallEvents.Noted(Header(), "kept", null, null)).Outcome));
    }

    [Fact]
    public void A_journal_that_came_back_while_an_append_was_on_its_way_to_the_one_before_is_known_to_the_call()
    {
        var supervisor = CreateTestProbe();
        var session = supervisor.ChildActorOf(Props.Create<CallSessionActor>(Id, new CallCell { Epoch = 1 }, Parts));
        session.Tell(Started(), Gateway.Ref);
        AnswerLoad();
        var opening = supervisor.FishForMessage<Append>(_ => true);
        session.Tell(new Appended(1));
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);

        session.Tell(new CallEvents.Noted(Header(), "in between", null, null), Gateway.Ref);
        supervisor.FishForMessage<Append>(append => append.Number == 2);
        session.Tell(new LogSays(2, 1, opening.Facts));
        session.Tell(new NotAppended(2, "it is being started again"));
        Assert.Equal(503, Reply().Problem!.Type.Status);

        session.Tell(new CallEvents.Noted(Header(), "after", null, null), Gateway.Ref);
        Assert.Equal((2, 2L), supervisor.FishForMessage<Append>(append => append.Number == 2) is var again ? (again.Epoch, again.Number) : default);
    }

    [Fact]
    public void A_session_that_fails_learns_from_the_log_what_became_of_its_last_append()
    {
        UntilReady();
        InLive();
        Ask(new CallEvents.Noted(Header(), "kept", null, null));
        Tell(new Poison(Header()));
        Assert.Same(ProblemType.Failed, Reply().Problem!.Type);
        AwaitAssert(() => Assert.Equal(1, Counters.SessionFailures));
        Advance(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(CallOutcome.Applied, Ask(new CallEvents.Heartbeat(Header())).Outcome));
        Assert.Equal(1, Ask(EndedWith()).Stashed);
    }

    private int EntriesInLog()
    {
        var counting = CreateTestProbe();
        var counter = Sys.ActorOf(Props.Create<LogCounter>("calls-0", counting.Ref));
        var count = counting.ExpectMsg<int>();
        Sys.Stop(counter);
        return count;
    }

    /// <summary>An event that no decision knows: what a defect looks like to a session.</summary>
    private sealed record Poison(EventHeader Header) : CallEvents.CallEvent(Header)
    {
        public override string Type => "poison";
    }
}
