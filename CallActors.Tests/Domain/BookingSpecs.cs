using System.Numerics;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Tests.Domain.CallScripts;

namespace CallActors.Tests.Domain;

/// <summary>What a call holds of its business's time, and what the calendar has to be asked.</summary>
public sealed class BookingSpecs
{
    private readonly Run _run = new();
    private int _events;

    [Fact]
    public void What_was_asked_for_is_held_until_it_is_given_back_or_the_call_ends()
    {
        Request(At(2));
        Confirm(At(6));
        Assert.Equal([At(6), At(2)], _run.Call.HeldSlots);
        Cancel(At(6));
        Assert.Equal([At(2)], _run.Call.HeldSlots);
        Confirm(At(8));
        _run.Tell(new CallEvents.Ended(Next(), CallStatus.Completed, null, null));
        Assert.Equal([At(8)], _run.Call.HeldSlots);
    }

    [Fact]
    public void What_is_told_again_is_answered_with_what_became_of_its_slot()
    {
        var (requested, confirmed) = (Requested(At(2)), Confirmed(At(6)));
        _run.Tell(requested);
        _run.Tell(confirmed);
        Assert.Equal(new SlotReply(At(2).Start, At(2).End, "requested"), Again(requested));
        Assert.Equal(new SlotReply(At(6).Start, At(6).End, "confirmed"), Again(confirmed));
        var cancelled = new CallEvents.AppointmentCancelled(Next(), At(6).Start);
        _run.Tell(cancelled);
        Assert.Equal(new SlotReply(At(6).Start, null, "cancelled"), Again(confirmed));
        Assert.Equal(new SlotReply(At(6).Start, null, "cancelled"), Again(cancelled));

        SlotReply? Again(CallEvents.CallEvent told)
        {
            var decision = _run.Tell(told);
            Assert.Equal(CallOutcome.Duplicate, decision.Outcome);
            return decision.Slot;
        }
    }

    [Fact]
    public void A_reservation_is_nothing_that_is_written()
    {
        Request(At(2));
        Assert.Equal(1, _run.Call.Stash.Count);
        Assert.DoesNotContain(_run.Call.ToRecord().Intents.Held, held => held.Intent is WriteIntent.Reservation);
        Assert.Contains(_run.Call.ToRecord().Intents.Held, held => held.Intent is WriteIntent.RequestedSlot);
    }

    [Fact]
    public void A_slot_confirmed_with_another_end_takes_the_place_of_what_was_asked_for()
    {
        Request(At(2, length: 2));
        Confirm(At(2));
        Assert.Equal([At(2)], _run.Call.HeldSlots);
    }

    [Fact]
    public void A_request_that_comes_after_a_cancellation_of_a_higher_sequence_holds_nothing_and_says_so()
    {
        Cancel(At(2), sequence: 9);
        Assert.Null(CallDecider.QuestionOf(_run.Call, new CallEvents.AppointmentRequested(Next(4), At(2), null)));
        Assert.Equal("cancelled", Request(At(2), sequence: 4).Slot!.State);
        Assert.Empty(_run.Call.HeldSlots);
    }

    [Fact]
    public void The_calendar_is_asked_for_what_is_not_held_and_for_nothing_else()
    {
        var (slot, salon) = (At(2), _run.Call.Context!.Business.Id!.Value);
        Assert.Equal(new SlotQuestion(salon, slot, Reserves: true), Question(Requested(slot)));
        Assert.Equal(new SlotQuestion(salon, slot, Reserves: true), Question(Confirmed(slot)));
        Assert.Null(Question(new CallEvents.AppointmentCancelled(Next(), slot.Start)));
        Assert.Null(Question(new CallEvents.Ringing(Next())));

        // What else there is is asked where it cannot be booked at all.
        Assert.Equal(false, Question(Requested(new Slot(slot.Start.AddMinutes(1), slot.End)))?.Reserves);

        var first = Requested(slot);
        _run.Tell(first);
        Assert.Null(Question(first));
        Assert.Null(Question(Requested(slot)));
        Assert.Null(Question(Confirmed(slot)));
        Assert.Equal(true, Question(Confirmed(At(2, length: 2)))?.Reserves);
        _run.Tell(new CallEvents.Ended(Next(), CallStatus.Completed, null, null));
        Assert.Null(Question(Requested(At(5))));
    }

    [Fact]
    public void What_others_have_is_refused_with_what_is_free()
    {
        var taken = new SlotAnswer(false, [At(2), At(3)]);
        foreach (var told in new CallEvents.CallEvent[] { Requested(At(2)), Confirmed(At(2)) })
        {
            var problem = CallDecider.Decide(_run.Call, told, Noon, taken).Problem!;
            Assert.Equal((ProblemType.SlotTaken, "taken"), (problem.Type, problem.Reason));
            Assert.Equal([At(1), At(4)], problem.Alternatives.Order(Comparer<Slot>.Create((a, b) => a.Start.CompareTo(b.Start))));
        }
    }

    [Fact]
    public void What_cannot_be_booked_is_said_to_be_so_whoever_has_it()
    {
        var early = new Slot(Noon.AddHours(-2), Noon.AddHours(-1));
        Assert.Same(ProblemType.SlotNotBookable, CallDecider.Decide(_run.Call, Requested(early), Noon, new SlotAnswer(false, [early])).Problem!.Type);
    }

    private static Slot At(int halfHours, int length = 1) => new(Noon.AddMinutes(30 * halfHours), Noon.AddMinutes(30 * (halfHours + length)));

    private SlotQuestion? Question(CallEvents.CallEvent told) => CallDecider.QuestionOf(_run.Call, told);

    private EventHeader Next(BigInteger? sequence = null) => Header($"b-{++_events}") with { Sequence = sequence };

    private CallEvents.AppointmentRequested Requested(Slot slot) => new(Next(), slot, null);

    private CallEvents.AppointmentConfirmed Confirmed(Slot slot) => new(Next(), slot, null, null, null, null);

    private Decision Request(Slot slot, BigInteger? sequence = null) => _run.Tell(new CallEvents.AppointmentRequested(Next(sequence), slot, null));

    private void Confirm(Slot slot) => _run.Tell(Confirmed(slot));

    private void Cancel(Slot slot, BigInteger? sequence = null) => _run.Tell(new CallEvents.AppointmentCancelled(Next(sequence), slot.Start));
}
