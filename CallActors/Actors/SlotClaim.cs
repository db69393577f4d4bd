using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Actors;

/// <summary>
/// A slot that a session has asked for and that is not among its facts yet. Two messages may cross: the old calendar's yes, and a new calendar's question what
/// is held, which the supervisor answers. One of them comes first. If it is the yes, the answer names the slot; if it is the question, the yes is ignored and
/// the session asks again. Thread-safe.
/// </summary>
internal sealed class SlotClaim(BusinessId business, Slot slot)
{
    private readonly Lock _lock = new();
    private CalendarMoment? _askedAt;
    private bool _wereTwo;
    private bool _isGranted;

    public BusinessId Business => business;

    public Slot Slot => slot;

    /// <summary>The calendar has said that the slot is this call's.</summary>
    /// <returns>False: the partition was asked since; ask again.</returns>
    public bool Grant(CalendarMoment at)
    {
        lock (_lock)
        {
            if (_wereTwo || (_askedAt is { } asked && (asked.Life != at.Life || asked.Number > at.Number))) return false;
            return _isGranted = true;
        }
    }

    /// <summary>A calendar asks what is held.</summary>
    /// <returns>Whether this slot is.</returns>
    public bool IsHeldWhenAsked(CalendarMoment at)
    {
        lock (_lock)
        {
            // Which of two calendars came after the other cannot be told: the word of neither counts, and the next claim is answered by the one that lives.
            _wereTwo |= _askedAt is { } before && before.Life != at.Life;
            _askedAt = at;
            return _isGranted;
        }
    }
}
