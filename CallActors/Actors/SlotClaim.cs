using CallActors.Domain;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Actors;

/// <summary>
/// A slot that a session has asked for and that is not among its facts yet. The calendar's word that it is this call's and the question of a calendar that begins anew, which the
/// supervisor answers, must not miss each other: either the word counts and the answer names the slot, or the answer does not and the word does not count. Thread-safe.
/// </summary>
internal sealed class SlotClaim(Slot slot)
{
    private readonly Lock _lock = new();
    private CalendarMoment? _askedAt;
    private bool _isGranted;

    public Slot Slot => slot;

    /// <summary>The calendar has said that the slot is this call's.</summary>
    /// <returns>False: the partition was asked since; ask again.</returns>
    public bool Grant(CalendarMoment at)
    {
        lock (_lock)
        {
            if (_askedAt is { } asked && (asked.Life != at.Life || asked.Number > at.Number)) return false;
            return _isGranted = true;
        }
    }

    /// <summary>A calendar asks what is held.</summary>
    /// <returns>Whether this slot is.</returns>
    public bool IsHeldWhenAsked(CalendarMoment at)
    {
        lock (_lock)
        {
            _askedAt = at;
            return _isGranted;
        }
    }
}
