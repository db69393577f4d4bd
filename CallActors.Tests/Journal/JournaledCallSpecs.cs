using Akka.Actor;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Tests.Journal;

/// <summary>Calls with a log behind them, over restarts and over a store that fails.</summary>
public sealed class JournaledCallSpecs(ITestOutputHelper output) : JournaledSpec(output)
{
    [Fact]
    public void A_call_goes_on_after_a_restart_with_state_stash_and_memory_of_its_events()
    {
        UntilReady();
        InLive();
        var noted = new CallEvents.Noted(Header(), "kept", null, null);
        Ask(noted);
        Ask(new CallEvents.AppointmentConfirmed(
            Header(), new Slot(Now.AddDays(2).Date.AddHours(10), Now.AddDays(2).Date.AddHours(11)), null, null, null, null));
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
    public void After_a_restart_the_loader_is_told_once_of_each_business_as_the_youngest_of_its_calls_has_it()
    {
        UntilReady();
        var bakery = new BusinessProfile(new BusinessId(8), "Bakery", "+97237654321");
        InLive(CallId.Parse("CA-old"), Found(Salon with { Name = "Salon, as it was" }));
        Advance(TimeSpan.FromMinutes(1));
        InLive(CallId.Parse("CA-young"), Found(Salon));
        InLive(CallId.Parse("CA-other"), Found(bakery));

        // What the gateway says of a business is not what was loaded of it.
        Advance(TimeSpan.FromMinutes(1));
        Tell(new CallEvents.Started(
            Header(CallId.Parse("CA-minimal")), new CallStart(CallDirection.Outbound, bakery.Phone!, "+972541112222") { BusinessId = Salon.Id }));
        var load = Loader.ExpectMsg<DatabaseMessages.LoadContext>();
        Loader.Reply(new DatabaseMessages.ContextLoadFailed(load.CallId, load.Attempt, "away", null));
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
        Loader.IgnoreNoMessages();
        Restart();
        Assert.Equal([Salon, bakery], Loader.ExpectMsg<DatabaseMessages.BusinessesRecalled>().Businesses.OrderBy(business => business.Id!.Value.Value));
        Restart();
        Assert.Equal(2, Loader.ExpectMsg<DatabaseMessages.BusinessesRecalled>().Businesses.Length);
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
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
    public void A_partition_that_moves_while_its_store_dies_answers_and_is_gone()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.StandsStill);
        Watch(Supervisor);
        Tell(new CallEvents.Noted(Header(), "in doubt", null, null));
        Supervisor.Tell(SessionMessages.StopPartition.Instance);
        Fail(StoreFault.RefusesWrites);
        Assert.Equal(503, Reply().Problem!.Type.Status);
        ExpectTerminated(Supervisor);
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
    public void A_journal_that_came_back_while_an_append_was_on_its_way_to_the_one_before_is_known_to_the_call()
    {
        var supervisor = CreateTestProbe();
        var session = OpenedSessionOf(supervisor, new CallCell(Id) { Epoch = 1 });

        session.Tell(new CallEvents.Noted(Header(), "in between", null, null), Gateway.Ref);
        supervisor.FishForMessage<Append>(append => append.Number == 2);
        session.Tell(new LogSays(2, 1));
        session.Tell(new NotAppended(1, 2, "it is being started again"));
        Assert.Equal(503, Reply().Problem!.Type.Status);

        session.Tell(new CallEvents.Noted(Header(), "after", null, null), Gateway.Ref);
        Assert.Equal((2, 2L), supervisor.FishForMessage<Append>(append => append.Number == 2) is var again ? (again.Epoch, again.Number) : default);
    }

    [Theory]
    [InlineData(2, CallPhase.Live)]
    [InlineData(1, CallPhase.Greeting)]
    public void A_session_that_goes_on_where_one_failed_on_its_way_to_the_log_is_told_by_the_log_whether_it_came_there(long lastInLog, CallPhase phase)
    {
        var supervisor = CreateTestProbe();
        var cell = new CallCell(Id) { Epoch = 1 };
        var session = OpenedSessionOf(supervisor, cell);
        session.Tell(new CallEvents.GreetingFinished(Header(), GreetingOutcome.Played), Gateway.Ref);
        supervisor.FishForMessage<Append>(append => append.Number == 2);
        KillAndWait(session);
        cell.Epoch = 0;
        KillAndWait(SessionOf(supervisor, cell));

        var next = SessionOf(supervisor, cell);
        next.Tell(new LogSays(1, lastInLog));

        next.Tell(new CallEvents.Noted(Header(), "after", null, null), Gateway.Ref);
        supervisor.FishForMessage<Append>(append => append.Number == lastInLog + 1);
        Assert.Equal((phase, lastInLog), (cell.Call!.Phase, cell.Number));
    }

    [Fact]
    public void A_session_that_goes_on_where_one_failed_on_a_reload_counts_for_the_business_that_was_found()
    {
        var (supervisor, businesses) = (CreateTestProbe(), CreateTestProbe());
        var cell = new CallCell(Id) { Epoch = 1 };
        var session = OpenedSessionOf(supervisor, cell);
        session.Tell(new DatabaseMessages.ReloadContext(Id), Gateway.Ref);
        AnswerLoad(Found(Salon with { Id = new BusinessId(8) }));
        supervisor.FishForMessage<Append>(append => append.Number == 2);
        KillAndWait(session);
        cell.Epoch = 0;

        SessionOf(supervisor, cell, Parts with { Businesses = businesses.Ref }).Tell(new LogSays(1, 2));
        Assert.Equal(Salon.Id, businesses.ExpectMsg<AdmissionMessages.AdmitToBusiness>().BusinessId);
        Assert.Equal(Salon.Id, businesses.ExpectMsg<AdmissionMessages.ReleaseFromBusiness>().BusinessId);
        Assert.Equal(new BusinessId(8), businesses.ExpectMsg<AdmissionMessages.AdmitToBusiness>().BusinessId);
    }

    [Fact]
    public void A_log_that_knows_more_of_a_call_than_was_sent_to_it_is_told_what_callers_were_told()
    {
        var supervisor = CreateTestProbe();
        var cell = new CallCell(Id) { Epoch = 1 };
        var session = OpenedSessionOf(supervisor, cell);
        KillAndWait(session);

        cell.Epoch = 0;
        SessionOf(supervisor, cell).Tell(new LogSays(1, 2));

        var anew = supervisor.FishForMessage<Append>(append => append.Number == 3);
        Assert.Equal(cell.Call, Assert.IsType<CallFact.Restored>(Assert.Single(anew.Facts)).State);
    }
}
