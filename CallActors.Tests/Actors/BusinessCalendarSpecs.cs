using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Tests.Actors;

/// <summary>When a business is taken, as far as its calendar knows.</summary>
public sealed class BusinessCalendarSpecs : TestKit
{
    private static readonly BusinessId Salon = new(7);
    private static readonly CallId First = CallId.Parse("CA-1"), Second = CallId.Parse("CA-2");
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_a_call_holds_is_taken_for_all_others()
    {
        var calendar = Known();
        calendar.Hold(First, TestActor, [At(1)], out _);
        Assert.True(calendar.IsFree(First, At(1)));
        Assert.False(calendar.IsFree(Second, At(1)));
        Assert.Equal([At(1)], calendar.TakenBesides(Second).Stretches);
        calendar.Hold(First, TestActor, [At(2)], out _);
        Assert.True(calendar.IsFree(Second, At(1)));
        calendar.Free(First);
        Assert.True(calendar.IsFree(Second, At(2)));
    }

    [Fact]
    public void What_was_committed_stays_taken_until_a_load_that_must_have_seen_it()
    {
        var calendar = Known(skew: TimeSpan.FromMinutes(1));
        calendar.Learn(new KnownBusy(BusyTimes.None, Noon.AddSeconds(-1)));
        calendar.Hold(First, TestActor, [At(1)], out _);
        Assert.Equal(TestActor, calendar.Book(First, [At(1)], Noon));
        calendar.Learn(new KnownBusy(BusyTimes.None, Noon.AddSeconds(60)));
        Assert.False(calendar.IsFree(Second, At(1)));
        calendar.Learn(new KnownBusy(BusyTimes.None, Noon.AddSeconds(61)));
        Assert.True(calendar.IsFree(Second, At(1)));
    }

    [Fact]
    public void What_was_committed_stays_taken_though_a_load_that_was_sent_before_it_is_heard_of_after_it()
    {
        var calendar = Known();
        calendar.Hold(First, TestActor, [At(1)], out _);
        calendar.Book(First, [At(1)], Noon);
        calendar.Learn(new KnownBusy(BusyTimes.None, Noon.AddSeconds(-1)));
        Assert.False(calendar.IsFree(Second, At(1)));
    }

    [Fact]
    public void What_another_calendar_knew_to_be_booked_is_heard_from_the_nodes()
    {
        var calendar = Known();
        calendar.Learn(new KnownBusy(BusyTimes.None, Noon.AddSeconds(1)));
        calendar.Learn(new KnownBusy(BusyTimes.None, Noon) { Booked = [new Booked(BusyTimes.Of([At(1)]), Noon.AddSeconds(2))] });
        Assert.False(calendar.IsFree(Second, At(1)));
    }

    [Fact]
    public void Of_two_loads_the_later_one_counts_whichever_came_first()
    {
        var calendar = Known();
        calendar.Learn(new KnownBusy(BusyTimes.Of([At(1)]), Noon));
        calendar.Learn(new KnownBusy(BusyTimes.Of([At(2)]), Noon.AddSeconds(-1)));
        calendar.Learn(null);
        Assert.Equal((false, true), (calendar.IsFree(First, At(1)), calendar.IsFree(First, At(2))));
        calendar.Learn(new KnownBusy(BusyTimes.Of([At(2)]), Noon.AddSeconds(1)));
        Assert.Equal((true, false), (calendar.IsFree(First, At(1)), calendar.IsFree(First, At(2))));
    }

    [Fact]
    public void A_call_whose_session_is_gone_holds_until_its_partition_says_that_it_is_over_and_then_it_is_booked()
    {
        var calendar = Known();
        calendar.Hold(First, TestActor, [At(1)], out _);
        calendar.Calls.Lost(TestActor);
        Assert.False(calendar.IsFree(Second, At(1)));
        calendar.Calls.Asked(0);
        Assert.Equal([First], calendar.Answered(Answer(calendar), Noon).Gone);
        Assert.False(calendar.IsFree(Second, At(1)));
        calendar.Learn(new KnownBusy(BusyTimes.None, Noon.AddSeconds(1)));
        Assert.True(calendar.IsFree(Second, At(1)));
    }

    [Fact]
    public void What_a_partition_says_stands_but_for_calls_of_which_more_was_heard_since_it_was_asked()
    {
        var calendar = Known();
        calendar.Hold(First, TestActor, [At(1)], out _);
        var before = CreateTestProbe();
        calendar.Hold(Second, before, [At(2)], out _);
        calendar.Calls.Lost(before);
        calendar.Calls.Asked(0);
        var asked = Answer(calendar);
        calendar.Hold(First, TestActor, [At(3)], out _);
        var (stale, moved) = (new SlotsOfCall(new(First, TestActor), [At(1)]), new SlotsOfCall(new(Second, CreateTestProbe()), [At(4)]));
        calendar.Answered(asked with { Calls = [stale, moved] }, Noon);
        Assert.Equal([At(3), At(4)], calendar.TakenBesides(CallId.Parse("CA-9")).Stretches.SelectMany(Halves));
    }

    [Fact]
    public void An_answer_to_an_earlier_question_knows_nothing_of_what_was_held_since_that()
    {
        var calendar = Known();
        var lost = CreateTestProbe();
        calendar.Hold(Second, lost, [At(9)], out _);
        calendar.Calls.Lost(lost);
        calendar.Calls.Asked(0);
        var first = Answer(calendar);
        calendar.Hold(First, TestActor, [At(1)], out _);
        calendar.Calls.Asked(0);
        Assert.Equal([Second], calendar.Answered(first, Noon).Gone);
        Assert.False(calendar.IsFree(Second, At(1)));
    }

    [Fact]
    public void An_answer_to_what_was_asked_before_a_session_was_lost_says_nothing_of_its_call()
    {
        var calendar = Known();
        var (one, two) = (CreateTestProbe(), CreateTestProbe());
        calendar.Hold(First, one, [At(1)], out _);
        calendar.Hold(Second, two, [At(2)], out _);
        Assert.Equal(0, calendar.Calls.Lost(one));
        calendar.Calls.Asked(0);
        var early = Answer(calendar);
        Assert.Null(calendar.Calls.Lost(two));
        Assert.Empty(calendar.Answered(early, Noon).Gone);
        calendar.Calls.Asked(0);
        Assert.Equal(2, calendar.Answered(Answer(calendar), Noon).Gone.Count);
    }

    [Fact]
    public void What_is_freed_while_a_partition_is_asked_its_answer_does_not_bring_back()
    {
        var calendar = Known();
        var lost = CreateTestProbe();
        calendar.Hold(First, TestActor, [At(1)], out _);
        calendar.Hold(Second, lost, [], out _);
        calendar.Calls.Lost(lost);
        calendar.Calls.Asked(0);
        var looked = Answer(calendar, new SlotsOfCall(new(First, TestActor), [At(1)]));
        Assert.Null(calendar.Free(First));
        Assert.Contains(TestActor, calendar.Answered(looked, Noon).Unwatch);
        Assert.True(calendar.IsFree(Second, At(1)));
        Assert.Equal(0, calendar.Calls.Count);
    }

    [Fact]
    public void A_call_that_lives_and_holds_nothing_of_what_was_promised_it_is_freed_and_not_booked()
    {
        var calendar = Known();
        var lost = CreateTestProbe();
        calendar.Hold(First, lost, [At(1)], out _);
        calendar.Calls.Lost(lost);
        calendar.Calls.Asked(0);
        Assert.Empty(calendar.Answered(Answer(calendar, new SlotsOfCall(new(First, TestActor), [])), Noon).Gone);
        Assert.True(calendar.IsFree(First, At(1)));
        Assert.True(calendar.IsFree(Second, At(1)));
    }

    [Fact]
    public void A_message_of_a_session_that_another_has_taken_the_place_of_is_outdated()
    {
        var calendar = Known();
        calendar.Hold(First, TestActor, [At(1)], out _);
        Assert.Equal((true, false), (calendar.IsOutdated(First, CreateTestProbe()), calendar.IsOutdated(First, TestActor)));
        calendar.Calls.Lost(TestActor);
        Assert.False(calendar.IsOutdated(First, CreateTestProbe()));
    }

    [Fact]
    public void An_answer_brings_what_its_node_knows_of_the_CRM()
    {
        var calendar = Known();
        calendar.Answered(Answer(calendar) with { Known = new KnownBusy(BusyTimes.Of([At(1)]), Noon) }, Noon);
        calendar.Answered(Answer(calendar) with { Known = new KnownBusy(BusyTimes.Of([At(5)]), Noon) }, Noon);
        Assert.Equal((false, false), (calendar.IsFree(First, At(1)), calendar.IsFree(First, At(5))));
    }

    private static SlotsOfBusiness Answer(BusinessCalendar calendar, params SlotsOfCall[] calls) =>
        new(0, Salon, new CalendarMoment(Guid.Empty, calendar.Calls.Stamp), [.. calls]);

    private static IEnumerable<Slot> Halves(Slot stretch)
    {
        for (var at = stretch.Start; at < stretch.End; at = at.AddMinutes(30)) yield return new Slot(at, at.AddMinutes(30));
    }

    private static Slot At(int halfHours) => new(Noon.AddMinutes(30 * halfHours), Noon.AddMinutes(30 * (halfHours + 1)));

    private static BusinessCalendar Known(TimeSpan skew = default)
    {
        var calendar = new BusinessCalendar(1, skew);
        calendar.Calls.Asked(0);
        calendar.Answered(Answer(calendar), Noon);
        Assert.True(calendar.Calls.IsKnown);
        return calendar;
    }
}
