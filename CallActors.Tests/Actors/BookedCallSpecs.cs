using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>A slot is promised to one call: sessions and their business's calendar.</summary>
public sealed class BookedCallSpecs(ITestOutputHelper output) : BookingSpec(output)
{
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

    /// <summary>An event that no decision knows: what a defect looks like to a session.</summary>
    private sealed record Poison(EventHeader Header) : CallEvents.CallEvent(Header)
    {
        public override string Type => "poison";
    }

    private static void AssertTaken(CallReply reply)
    {
        var problem = reply.Problem!;
        Assert.Equal((CallOutcome.Refused, ProblemType.SlotTaken, "taken", 2), (reply.Outcome, problem.Type, problem.Reason, problem.Alternatives.Length));
    }
}
