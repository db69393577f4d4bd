using Akka.Actor;
using Akka.TestKit;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>A slot is promised to one call: sessions, their business's calendar, and the partition between them.</summary>
public sealed class BookedCallSpecs(ITestOutputHelper output) : CallSpec(output)
{
    private static readonly CallId Other = CallId.Parse("CA-2");

    private Slot Morning => SlotAt(10);

    [Fact]
    public void A_slot_that_one_call_asked_for_is_taken_for_the_next_which_is_offered_others()
    {
        InLive();
        InLive(Other);
        Assert.Equal("requested", Ask(Requested(Morning)).Slot!.State);
        Assert.Equal("requested", Ask(Requested(Morning)).Slot!.State);
        AssertTaken(Ask(Requested(Morning, Other)));
        AssertTaken(Ask(Confirmed(Morning, Other)));
        Assert.Equal("confirmed", Ask(Confirmed(Morning)).Slot!.State);
        AssertTaken(Ask(Requested(Morning, Other)));
        var offered = Ask(Requested(Morning, Other)).Problem!.Alternatives[0];
        Assert.Equal("confirmed", Ask(Confirmed(offered, Other)).Slot!.State);
    }

    [Fact]
    public void One_that_only_overlaps_is_taken_too_and_one_that_touches_is_free()
    {
        InLive();
        InLive(Other);
        Ask(Confirmed(Morning with { End = Morning.End.AddMinutes(30) }));
        AssertTaken(Ask(Requested(SlotAt(10, 30), Other)));
        Assert.Equal(CallOutcome.Applied, Ask(Requested(SlotAt(11), Other)).Outcome);
        Assert.Equal(CallOutcome.Applied, Ask(Requested(SlotAt(9, 30), Other)).Outcome);
    }

    [Fact]
    public void A_cancelled_slot_is_free_again()
    {
        InLive();
        InLive(Other);
        Ask(Requested(Morning));
        Ask(Confirmed(Morning));
        Ask(new CallEvents.AppointmentCancelled(Header(), Morning.Start));
        Assert.Equal(CallOutcome.Applied, Ask(Requested(Morning, Other)).Outcome);
        AssertTaken(Ask(Confirmed(Morning)));
    }

    [Fact]
    public void Who_asks_for_a_time_that_overlaps_what_they_asked_for_before_gives_that_up()
    {
        InLive();
        InLive(Other);
        Ask(Requested(Morning with { End = Morning.End.AddMinutes(30) }));
        Assert.Equal(CallOutcome.Applied, Ask(Requested(SlotAt(10, 30))).Outcome);
        Assert.Equal(CallOutcome.Applied, Ask(Requested(Morning, Other)).Outcome);
        AssertTaken(Ask(Requested(SlotAt(10, 30), Other)));
    }

    [Fact]
    public void A_call_that_ends_before_it_confirmed_frees_what_it_asked_for()
    {
        InLive();
        InLive(Other);
        Ask(Requested(Morning));
        Ask(EndedWith(CallStatus.Failed));
        Assert.Equal(CallOutcome.Applied, Ask(Requested(Morning, Other)).Outcome);
    }

    [Fact]
    public void What_was_confirmed_stays_taken_while_the_call_waits_for_its_commit_and_after_it()
    {
        InLive();
        InLive(Other);
        Ask(Confirmed(Morning));
        Ask(EndedWith());
        AssertTaken(Ask(Requested(Morning, Other)));
        Commit(ExpectFlush());
        ExpectGone();
        AssertTaken(Ask(Requested(Morning, Other)));
    }

    [Fact]
    public void After_a_newer_load_what_the_CRM_has_is_what_is_taken()
    {
        InLive();
        InLive(Other);
        Ask(Confirmed(Morning));
        Ask(EndedWith());
        Commit(ExpectFlush());
        ExpectGone();

        // The calendar has heard of the commit, and the clock goes on from there. Somebody cancelled it in the CRM and booked the next one.
        AssertTaken(Ask(Requested(Morning, Other)));
        Advance(TimeSpan.FromSeconds(1));
        Parts.Busy.Remember(Salon.Id!.Value, new KnownBusy(BusyTimes.Of([SlotAt(11)]), Now));
        Assert.Equal(CallOutcome.Applied, Ask(Requested(Morning, Other)).Outcome);
        AssertTaken(Ask(Requested(SlotAt(11), Other)));
    }

    [Fact]
    public void An_appointment_of_the_CRM_is_taken_and_never_offered()
    {
        InLive();
        Parts.Busy.Remember(Salon.Id!.Value, new KnownBusy(BusyTimes.Of([Morning, SlotAt(9, 30)]), Now));
        var problem = Ask(Requested(Morning)).Problem!;
        Assert.Same(ProblemType.SlotTaken, problem.Type);
        Assert.Equal([SlotAt(10, 30), SlotAt(9)], problem.Alternatives.Order(Comparer<Slot>.Create((a, b) => b.Start.CompareTo(a.Start))));
    }

    [Fact]
    public void What_is_offered_for_a_slot_that_cannot_be_booked_at_all_is_free()
    {
        InLive();
        InLive(Other);
        Ask(Confirmed(Morning));
        var problem = Ask(Requested(new Slot(Morning.Start.AddMinutes(5), Morning.End.AddMinutes(5)), Other)).Problem!;
        Assert.Equal((ProblemType.SlotNotBookable, "off-grid"), (problem.Type, problem.Reason));
        Assert.Equal(2, problem.Alternatives.Length);
        Assert.DoesNotContain(problem.Alternatives, Morning.Overlaps);
    }

    [Fact]
    public void While_the_calendar_is_asked_the_calls_next_event_waits_and_looking_does_not()
    {
        var calendar = PlayCalendar();
        InLive();
        Tell(Requested(Morning));
        var asked = calendar.ExpectMsg<HoldSlots>();
        Tell(new CallEvents.Noted(Header(), "a summary", null, null));
        Assert.Equal(CallPhase.Live, Look().Call.Phase);
        Gateway.ExpectNoMsg(TimeSpan.Zero);
        asked.Session.Tell(Granted(asked, new CalendarMoment(Guid.NewGuid(), 1)));
        Assert.Equal("requested", Reply().Slot!.State);
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
    }

    [Fact]
    public void A_calendar_that_does_not_answer_is_asked_again_and_in_the_end_no_slot_is_promised()
    {
        var calendar = PlayCalendar();
        InLive();
        Tell(Requested(Morning));
        for (var i = 0; i < 4; i++)
        {
            Until(calendar);
            Assert.Equal(Morning, calendar.ExpectMsg<HoldSlots>().Wanted);
        }

        Until(Gateway);
        var refused = Reply().Problem!;
        Assert.Equal((ProblemType.Overloaded, true), (refused.Type, refused.RetryAfter > TimeSpan.Zero));

        // It may have heard the question after all; it hears that nothing came of it.
        var nothing = calendar.ExpectMsg<HoldSlots>();
        Assert.Equal((true, false), (nothing.Holds.IsEmpty, nothing.Asks));
        Tell(Requested(Morning));
        var again = calendar.ExpectMsg<HoldSlots>();
        again.Session.Tell(Granted(again, new CalendarMoment(Guid.NewGuid(), 1)));
        Assert.Equal("requested", Reply().Slot!.State);
    }

    [Fact]
    public void The_word_of_a_calendar_does_not_hold_once_the_next_one_has_asked_what_is_held()
    {
        var calendar = PlayCalendar();
        InLive();
        Tell(Requested(Morning));
        var asked = calendar.ExpectMsg<HoldSlots>();
        var (first, next) = (Guid.NewGuid(), Guid.NewGuid());
        Supervisor.Tell(new FindSlotsOfBusiness(0, Salon.Id!.Value, new CalendarMoment(next, 3)), calendar.Ref);
        Assert.Empty(calendar.ExpectMsg<SlotsOfBusiness>().Calls);
        asked.Session.Tell(Granted(asked, new CalendarMoment(first, 9)));
        asked.Session.Tell(Granted(asked, new CalendarMoment(next, 2)));

        // Put again in its time, and not at once: two calendars that both live would make it spin.
        Look();
        calendar.ExpectNoMsg(TimeSpan.Zero);
        Until(calendar);
        var again = calendar.ExpectMsg<HoldSlots>();
        asked.Session.Tell(Granted(asked, new CalendarMoment(next, 4)));
        Look();
        Gateway.ExpectNoMsg(TimeSpan.Zero);
        again.Session.Tell(Granted(again, new CalendarMoment(next, 4)));
        Assert.Equal("requested", Reply().Slot!.State);
        Supervisor.Tell(new FindSlotsOfBusiness(0, Salon.Id.Value, new CalendarMoment(next, 5)), calendar.Ref);
        Assert.Equal(Morning, Assert.Single(Assert.Single(calendar.ExpectMsg<SlotsOfBusiness>().Calls).Slots));
    }

    [Fact]
    public void A_partition_names_calls_it_is_asked_of_though_they_hold_nothing_and_none_that_is_gone()
    {
        var calendar = PlayCalendar();
        InLive();
        Supervisor.Tell(new FindSlotsOfBusiness(0, Salon.Id!.Value, new CalendarMoment(Guid.NewGuid(), 1)) { Calls = [Id, Other] }, calendar.Ref);
        var held = Assert.Single(calendar.ExpectMsg<SlotsOfBusiness>().Calls);
        Assert.Equal((Id, 0), (held.Call.CallId, held.Slots.Length));
    }

    [Fact]
    public void Where_the_calendar_is_silent_nothing_is_offered_that_may_be_taken()
    {
        var calendar = PlayCalendar();
        InLive();
        Tell(Requested(new Slot(Morning.Start.AddMinutes(5), Morning.End.AddMinutes(5))));
        Assert.True(calendar.ExpectMsg<HoldSlots>().AsksWhatIsTaken);
        Until(Gateway);
        var problem = Reply().Problem!;
        Assert.Equal((ProblemType.SlotNotBookable, 0), (problem.Type, problem.Alternatives.Length));
    }

    [Fact]
    public void A_reload_that_finds_another_business_is_refused_while_a_slot_of_the_first_is_held()
    {
        InGreeting();
        Ask(Requested(Morning));
        Tell(new ReloadContext(Id));
        AnswerLoad(Found(Salon with { Id = new BusinessId(8) }));
        Assert.Same(ProblemType.UnknownBusiness, Reply().Problem!.Type);
        Assert.Equal(Salon.Id, Look().Call.Context!.Business.Id);
    }

    [Fact]
    public void A_calendar_that_begins_anew_learns_what_calls_hold()
    {
        InLive();
        InLive(Other);
        Ask(Confirmed(Morning));
        Ask(Requested(SlotAt(12)));
        var anew = StartCalendars();
        anew.Tell(new HoldSlots(Salon.Id!.Value, Other, TestActor, []) { Wanted = SlotAt(12), Attempt = 5 });
        var told = ExpectMsg<SlotAnswered>();
        Assert.Equal((5, false), (told.Attempt, told.IsReserved));
        Assert.Equal([Morning, SlotAt(12)], told.Taken.Stretches);
    }

    [Fact]
    public void A_session_that_fails_and_comes_back_still_holds_its_slot()
    {
        InLive();
        InLive(Other);
        Ask(Confirmed(Morning));
        Tell(new Poison(Header()));
        Reply();
        AwaitCondition(() => Counters.SessionFailures == 1);
        AssertTaken(Ask(Requested(Morning, Other)));
        Advance(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(CallOutcome.Applied, Ask(new CallEvents.Heartbeat(Header())).Outcome));
        AssertTaken(Ask(Requested(Morning, Other)));
        Ask(new CallEvents.AppointmentCancelled(Header(), Morning.Start));
        Assert.Equal(CallOutcome.Applied, Ask(Requested(Morning, Other)).Outcome);
    }

    [Fact]
    public void Of_a_business_whose_hours_were_never_seen_no_calendar_is_asked()
    {
        var calendar = PlayCalendar();
        Tell(Started());
        var load = Loader.ExpectMsg<LoadContext>();
        Loader.Reply(new ContextLoadFailed(load.CallId, load.Attempt, "away", null));
        Reply();
        Assert.Same(ProblemType.HoursUnknown, Ask(Requested(Morning)).Problem!.Type);
        calendar.ExpectNoMsg(TimeSpan.Zero);
    }

    /// <summary>An event that no decision knows: what a defect looks like to a session.</summary>
    private sealed record Poison(EventHeader Header) : CallEvents.CallEvent(Header)
    {
        public override string Type => "poison";
    }

    /// <summary>Moves the clock until something is heard: an alarm is on its way to the supervisor when whoever set it has spoken.</summary>
    private void Until(TestProbe heard) => AwaitCondition(
        () =>
        {
            if (!heard.HasMessages) Advance(TimeSpan.FromMilliseconds(100));
            return heard.HasMessages;
        },
        TimeSpan.FromSeconds(10),
        TimeSpan.FromMilliseconds(20));

    private TestProbe PlayCalendar()
    {
        var calendar = CreateTestProbe("calendar");
        Supervisor = StartSupervisor(Parts with { Calendars = calendar.Ref });
        return calendar;
    }

    private static SlotAnswered Granted(HoldSlots asked, CalendarMoment at) => new(asked.CallId, asked.Attempt, at, true, BusyTimes.None);

    private Slot SlotAt(int hour, int minute = 0)
    {
        var start = new DateTimeOffset(Now.UtcDateTime.Date.AddDays(2), TimeSpan.Zero).AddHours(hour).AddMinutes(minute);
        return new Slot(start, start.AddMinutes(30));
    }

    private CallEvents.AppointmentRequested Requested(Slot slot, CallId? call = null) => new(Header(call), slot, null);

    private CallEvents.AppointmentConfirmed Confirmed(Slot slot, CallId? call = null) => new(Header(call), slot, null, null, null, null);

    private static void AssertTaken(CallReply reply)
    {
        var problem = reply.Problem!;
        Assert.Equal((CallOutcome.Refused, ProblemType.SlotTaken, "taken", 2), (reply.Outcome, problem.Type, problem.Reason, problem.Alternatives.Length));
    }
}
