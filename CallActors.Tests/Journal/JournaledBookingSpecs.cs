using Akka.Actor;
using Akka.TestKit;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Tests.Journal;

/// <summary>Slots of calls with a log behind them.</summary>
public sealed class JournaledBookingSpecs(ITestOutputHelper output) : JournaledSpec(output)
{
    private static readonly CallId Other = CallId.Parse("CA-2");

    /// <summary>
    /// One calendar gives its word and asks what is held: the word of another would not count once this one has asked, whichever comes first.
    /// </summary>
    private static readonly CalendarMoment Moment = new(Guid.NewGuid(), 1);

    [Fact]
    public void A_calendar_that_asks_while_calls_come_out_of_the_log_is_told_of_all_that_hold_slots()
    {
        const int calls = 200;
        UntilReady();
        for (var i = 0; i < calls; i++)
        {
            var call = CallId.Parse($"many-{i}");
            InLive(call);
            Ask(new CallEvents.AppointmentConfirmed(Header(call), SlotAt(i), null, null, null, null));
        }

        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);
        Supervisor = StartSupervisor(Parts);

        // Not answered before the log has been read, and then at once: the sessions have hardly begun.
        var calendar = CreateTestProbe("calendar");
        object? told;
        do
        {
            Supervisor.Tell(new FindSlotsOfBusiness(0, Salon.Id!.Value, new CalendarMoment(Guid.NewGuid(), 1)), calendar.Ref);
            told = calendar.ReceiveOne(TimeSpan.FromMilliseconds(1));
        }
        while (told is null);
        Assert.Equal(calls, Assert.IsType<SlotsOfBusiness>(told).Calls.Length);
    }

    [Fact]
    public void After_a_restart_calls_hold_the_slots_they_were_promised()
    {
        UntilReady();
        InLive();
        InLive(Other);
        Ask(Requested(SlotAt(10)));
        Ask(Confirmed(SlotAt(12)));
        Restart();
        foreach (var hour in new[] { 10, 12 }) Assert.Same(ProblemType.SlotTaken, Ask(Requested(SlotAt(hour), Other)).Problem?.Type);
        Assert.Equal("confirmed", Ask(Confirmed(SlotAt(10))).Slot!.State);
    }

    [Fact]
    public void A_calendar_is_told_of_what_came_out_of_the_log_when_it_asks_and_when_that_changes()
    {
        UntilReady();
        InLive();
        Ask(Confirmed(SlotAt(12)));
        var calendar = CreateTestProbe("calendar");
        Replace(calendar);
        Assert.Equal([SlotAt(12)], Look().Call.HeldSlots);
        Supervisor.Tell(new FindSlotsOfBusiness(0, Salon.Id!.Value, new CalendarMoment(Guid.NewGuid(), 1)), calendar.Ref);
        Assert.Equal(SlotAt(12), Assert.Single(Assert.Single(calendar.ExpectMsg<SlotsOfBusiness>().Calls).Slots));
        Ask(new CallEvents.AppointmentCancelled(Header(), SlotAt(12).Start));
        Assert.Empty(calendar.ExpectMsg<HoldSlots>().Holds);
    }

    [Fact]
    public void After_a_restart_a_slot_that_was_booked_and_committed_is_taken_for_calls_that_were_live_then()
    {
        UntilReady();
        InLive();
        InLive(Other);
        Ask(Confirmed(SlotAt(12)));
        Ask(EndedWith());
        Commit(ExpectFlush());
        ExpectGone();
        Restart(busy: new BusyBook());
        Restart(busy: new BusyBook());
        AwaitAssert(() => Assert.Equal(CallPhase.Live, Look(Other).Call.Phase));
        var calendar = CreateTestProbe("calendar");
        Supervisor.Tell(new FindSlotsOfBusiness(0, Salon.Id!.Value, new CalendarMoment(Guid.NewGuid(), 1)), calendar.Ref);
        var told = calendar.ExpectMsg<SlotsOfBusiness>();
        Assert.Empty(told.Calls);
        Assert.True(told.Known!.Taken.Overlaps(SlotAt(12)));
    }

    [Fact]
    public void A_session_that_fails_with_a_slot_promised_and_comes_back_without_it_says_so()
    {
        UntilReady();
        var (calendar, session) = Promise(StoreFault.StandsStill);
        AwaitAssert(() =>
        {
            Supervisor.Tell(new FindSlotsOfBusiness(0, Salon.Id!.Value, Moment), calendar.Ref);
            Assert.Single(calendar.ExpectMsg<SlotsOfBusiness>().Calls);
        });
        Sys.Stop(session);
        AwaitCondition(() => Counters.SessionFailures == 1);
        Fail(StoreFault.RefusesWrites);
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Fail(StoreFault.None);
        UntilBack();
        Assert.Equal((0, false), (calendar.ExpectMsg<HoldSlots>() is var told ? told.Holds.Length : -1, told.Asks));
        Assert.Empty(Look().Call.HeldSlots);
    }

    [Fact]
    public void A_slot_whose_event_the_log_did_not_take_is_not_held()
    {
        UntilReady();
        var (calendar, _) = Promise(StoreFault.RefusesWrites);
        Assert.Same(ProblemType.Overloaded, Reply().Problem!.Type);
        Fail(StoreFault.None);
        UntilBack();
        Assert.Equal((0, false), (calendar.ExpectMsg<HoldSlots>() is var told ? told.Holds.Length : -1, told.Asks));
        Assert.Empty(Look().Call.HeldSlots);
    }

    [Fact]
    public void While_it_is_in_doubt_whether_the_log_has_it_a_slot_is_held()
    {
        UntilReady();
        var (calendar, _) = Promise(StoreFault.LosesAnswers);
        Assert.Same(ProblemType.Overloaded, Reply().Problem!.Type);
        Fail(StoreFault.None);
        UntilBack();
        AwaitAssert(() => Assert.Equal([SlotAt(10)], Look().Call.HeldSlots));
        calendar.ExpectNoMsg(TimeSpan.Zero);
    }

    /// <summary>A live call is promised the slot at ten while its log has a fault.</summary>
    private (TestProbe Calendar, IActorRef Session) Promise(StoreFault fault)
    {
        var calendar = CreateTestProbe("calendar");
        Replace(calendar);
        InLive();
        Fail(fault);
        Tell(Requested(SlotAt(10)));
        var asked = calendar.ExpectMsg<HoldSlots>();
        asked.Session.Tell(new SlotAnswered(asked.CallId, asked.Attempt, Moment, true, BusyTimes.None), calendar.Ref);
        return (calendar, asked.Session);
    }

    private void Replace(TestProbe calendar)
    {
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);
        Parts.Journals.Away(0, "restarting");
        Supervisor = StartSupervisor(Parts with { Calendars = calendar.Ref });
        UntilReady();
    }

    private Slot SlotAt(int hour)
    {
        var start = new DateTimeOffset(Now.UtcDateTime.Date.AddDays(2), TimeSpan.Zero).AddHours(hour);
        return new Slot(start, start.AddMinutes(30));
    }

    private CallEvents.AppointmentRequested Requested(Slot slot, CallId? call = null) => new(Header(call), slot, null);

    private CallEvents.AppointmentConfirmed Confirmed(Slot slot) => new(Header(), slot, null, null, null, null);
}
