using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Actors.JournalMessages;
using static CallActors.Actors.SessionMessages;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Actors;

/// <summary>The session and its business's calendar: a slot is this call's before the caller hears yes.</summary>
internal sealed partial class CallSessionActor
{
    /// <summary>A question goes to another actor of this node, or of the cluster, where it may be lost or find a calendar that is begun anew.</summary>
    private static readonly TimeSpan CalendarAskAgain = TimeSpan.FromMilliseconds(500), CalendarPatience = TimeSpan.FromSeconds(2);

    /// <summary>What was told last that this call holds, and to whose calendar; null: nothing, which is so for most calls.</summary>
    private Told? _told;
    private Wish? _wish;

    private sealed record Told(BusinessId Business, Slot[] Slots);

    private static Told? ToldOf(Call call)
    {
        if (call.Context?.Business.Id is not { } business || !call.Stash.HasSlots) return null;
        Slot[] holds = [.. call.HeldSlots];
        return holds.Length == 0 ? null : new Told(business, holds);
    }

    /// <summary>An event that waits for the calendar.</summary>
    private sealed record Wish(SlotQuestion Question, CallEvents.CallEvent Told, IActorRef By, int Attempt, DateTimeOffset Until)
    {
        public DateTimeOffset AskAgainAt { get; set; }
    }

    private void OnTold(CallEvents.CallEvent told)
    {
        if (CallDecider.QuestionOf(Call, told) is { } question) AskCalendar(question, told);
        else Carry(CallDecider.Decide(Call, told, Now), Sender, told.Header.Key.Id);
    }

    private void AskCalendar(SlotQuestion question, CallEvents.CallEvent told)
    {
        _wish = new Wish(question, told, Sender, ++_attempt, Now + CalendarPatience);

        // Before the question is on its way: whoever asks this partition meanwhile has to find it.
        _cell.Claim = question.Reserves ? new SlotClaim(question.Slot) : null;
        Become(Behaviour.AskingCalendar);
        Ask(_wish);
    }

    private void Ask(Wish wish)
    {
        Slot[] holds = [.. Call.HeldSlots];
        var wanted = wish.Question.Reserves ? wish.Question.Slot : (Slot?)null;
        _told = new Told(wish.Question.Business, wanted is { } slot ? [.. holds, slot] : holds);
        _parts.Calendars.Tell(Holding(wish.Question.Business, holds) with
        {
            Wanted = wanted,
            AsksWhatIsTaken = wanted is null,
            Attempt = wish.Attempt,
            Known = _parts.Busy.Find(wish.Question.Business),
        });
        wish.AskAgainAt = Now + CalendarAskAgain;
        SetAlarm(wish.AskAgainAt);
    }

    private HoldSlots Holding(BusinessId business, IEnumerable<Slot> slots) => new(business, Call.Id, Self, [.. slots]);

    /// <summary>Nothing else is served until the calendar has answered: what it is told next is the whole of what this call holds.</summary>
    private void AskingCalendar(object message)
    {
        var wish = _wish ?? throw new InvalidOperationException("The calendar was not asked.");
        switch (message)
        {
            case SlotAnswered { IsReserved: true } yes when yes.Attempt == wish.Attempt && _cell.Claim is { } claim:
                if (claim.Grant(yes.At)) GoOnWith(wish, SlotAnswer.Reserved);
                else Ask(wish);
                break;
            case SlotAnswered no when no.Attempt == wish.Attempt:
                GoOnWith(wish, new SlotAnswer(false, [.. no.Taken.Stretches]));
                break;
            case SlotAnswered:
                // Of an earlier question, which the calendar may have served after this one: it is told again what is held, and what is wanted.
                Ask(wish);
                break;
            case Wake:
                if (Rang(wish.AskAgainAt)) AskAgain(wish);
                break;
            case LogSays:
                // Compared after this event, which it may have to be written behind.
                Stash.Stash();
                break;
            default:
                ServeOrWait(message);
                break;
        }
    }

    private void AskAgain(Wish wish)
    {
        if (Now < wish.Until) Ask(wish);
        else GiveUp(wish);
    }

    private void GoOnWith(Wish wish, SlotAnswer says) => GoOnWith(wish, CallDecider.Decide(Call, wish.Told, Now, says));

    /// <summary>No word is no promise. That it cannot be booked at all is said without what else could be.</summary>
    private void GiveUp(Wish wish)
    {
        var away = new Problem(ProblemType.Overloaded, "The business's calendar did not answer in time: no slot can be promised now.") { RetryAfter = RetryAfter };
        GoOnWith(wish, wish.Question.Reserves ? Decision.Refuse(away) : CallDecider.Decide(Call, wish.Told, Now));
    }

    private void GoOnWith(Wish wish, Decision decision)
    {
        _wish = null;
        if (decision.Facts.IsEmpty) EndClaim();
        Become(BehaviourOf(Call.Phase));
        Carry(decision, wish.By, wish.Told.Header.Key.Id, notKept: () =>
        {
            EndClaim();
            SetAlarm();
        });
        StopWaiting();
    }

    private void EndClaim()
    {
        _cell.Claim = null;
        TellCalendar();
    }

    /// <summary>What is under way is settled. Whatever this call holds now and the calendar does not know so is told; most calls hold nothing and have told nothing.</summary>
    private void TellCalendar()
    {
        _cell.Claim = null;
        if (_cell.Call is not { Context.Business.Id: { } business } call || (_told is null && !call.Stash.HasSlots)) return;
        Slot[] holds = [.. call.HeldSlots];
        if (_told is { } before && before.Business != business)
        {
            // A reload has found that the number is another business's now.
            _parts.Calendars.Tell(Holding(before.Business, []));
            _told = null;
        }

        if (holds.AsSpan().SequenceEqual(_told?.Slots)) return;
        _told = holds.Length == 0 ? null : new Told(business, holds);
        _parts.Calendars.Tell(Holding(business, holds));
    }

    /// <summary>The calendar has served a question that was given up meanwhile: what it says is this call's is not.</summary>
    private void OnLateAnswer(SlotAnswered late)
    {
        CountLate(late);
        if (late.IsReserved && Call.Context?.Business.Id is { } business) _parts.Calendars.Tell(Holding(business, _behaviour == Behaviour.Leaving ? [] : Call.HeldSlots));
    }

    /// <summary>The batch stands, or will never: what was held is a matter of the CRM.</summary>
    private void LeaveCalendar()
    {
        if (_told is not { } told) return;
        _parts.Calendars.Tell(Holding(told.Business, told.Slots) with { IsCommitted = true });
        _told = null;
    }
}
