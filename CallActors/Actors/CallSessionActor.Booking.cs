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

    /// <summary>What was told last that this call holds; null: nothing, which is so for most calls.</summary>
    private Told? _told;
    private Wish? _wish;

    /// <param name="Slots">All of them; null: it is not known what a session of this call that failed has told, or been told.</param>
    private sealed record Told(Slot[]? Slots)
    {
        public static readonly Told Something = new(Slots: null);

        public static Told? Of(Slot[] slots) => slots.Length == 0 ? null : new Told(slots);
    }

    /// <summary>An event that waits for the calendar.</summary>
    private sealed record Wish(SlotQuestion Question, CallEvents.CallEvent Told, IActorRef By, DateTimeOffset Until)
    {
        /// <summary>Of the question that was put last. Another is put when this time has come, and not before, whatever is answered meanwhile.</summary>
        public DateTimeOffset AskAgainAt { get; set; }
    }

    private void OnTold(CallEvents.CallEvent told)
    {
        if (CallDecider.QuestionOf(Call, told) is { } question) AskCalendar(question, told);
        else Carry(CallDecider.Decide(Call, told, Now), Sender, told.Header.Key.Id);
    }

    private void AskCalendar(SlotQuestion question, CallEvents.CallEvent told)
    {
        _wish = new Wish(question, told, Sender, Now + CalendarPatience);
        Become(Behaviour.AskingCalendar);
        Ask(_wish);
    }

    private void Ask(Wish wish)
    {
        // Before the question is on its way: whoever asks this partition meanwhile has to find it. A new one each time, as its answer comes from a calendar
        // that lives.
        _cell.Claim = wish.Question.Reserves ? new SlotClaim(wish.Question.Business, wish.Question.Slot) : null;
        _cell.Holders.Add(wish.Question.Business, Call.Id);
        Slot[] holds = [.. Call.HeldSlots];
        var wanted = wish.Question.Reserves ? wish.Question.Slot : (Slot?)null;
        _told = Told.Of(wanted is { } slot ? [.. holds, slot] : holds);
        _parts.Calendars.Tell(Holding(wish.Question.Business, holds) with
        {
            Wanted = wanted,
            AsksWhatIsTaken = wanted is null,
            Attempt = ++_attempt,
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
            case SlotAnswered { IsReserved: true } yes when yes.Attempt == _attempt:
                // Where the word does not count the question is put again, in its time.
                if (_cell.Claim?.Grant(yes.At) is true) GoOnWith(wish, CallDecider.Decide(Call, wish.Told, Now, SlotAnswer.Reserved));
                break;
            case SlotAnswered no when no.Attempt == _attempt:
                GoOnWith(wish, CallDecider.Decide(Call, wish.Told, Now, new SlotAnswer(false, [.. no.Taken.Stretches])));
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
        else GoOnWith(wish, CallDecider.WithoutCalendar(Call, wish.Question, wish.Told, Now));
    }

    private void GoOnWith(Wish wish, Decision decision)
    {
        _wish = null;
        _attempt++;
        if (decision.Facts.IsEmpty) TellCalendar();
        Become(BehaviourOf(Call.Phase));
        Carry(decision, wish.By, wish.Told.Header.Key.Id, notKept: () =>
        {
            TellCalendar();
            SetAlarm();
        });
        StopWaiting();
    }

    /// <summary>
    /// What was under way is settled. Whatever this call holds now and the calendar does not know so is told; most calls hold nothing and have told nothing.
    /// </summary>
    private void TellCalendar()
    {
        _cell.Claim = null;
        if (_cell.Call is not { Context.Business.Id: { } business } call || (_told is null && !call.Stash.HasSlots)) return;
        Slot[] holds = [.. call.HeldSlots];
        if (_told is { Slots: { } before } ? holds.AsSpan().SequenceEqual(before) : _told is null && holds.Length == 0) return;
        _told = Told.Of(holds);
        _parts.Calendars.Tell(Holding(business, holds));
    }

    /// <summary>The batch stands, or will never: what was held is a matter of the CRM.</summary>
    private void LeaveCalendar()
    {
        if (_told is not { Slots: { } slots } || Call.Context?.Business.Id is not { } business) return;
        _parts.Busy.Book(business, slots, _parts.Time.GetUtcNow());
        _parts.Calendars.Tell(Holding(business, slots) with { IsCommitted = true });
        _told = null;
    }
}
