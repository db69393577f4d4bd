using Akka.Actor;
using Akka.TestKit;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>What a session and its partition say to a calendar, which the spec plays, and which of its answers count.</summary>
public sealed class AskedCalendarSpecs(ITestOutputHelper output) : BookingSpec(output)
{
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
}
