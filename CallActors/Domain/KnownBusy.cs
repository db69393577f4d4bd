using System.Collections.Immutable;

namespace CallActors.Domain;

/// <summary>
/// When a business is taken: its appointments in the CRM as one load saw them, and what calls have booked that this load need not have seen. Immutable.
/// </summary>
/// <param name="Times">When it is taken by the load.</param>
/// <param name="AsOf">When the load was sent: what was committed before it is in it.</param>
public sealed record KnownBusy(BusyTimes Times, DateTimeOffset AsOf)
{
    /// <summary>Of a business that no load has been seen of.</summary>
    public static readonly KnownBusy Nothing = new(BusyTimes.None, DateTimeOffset.MinValue);

    /// <summary>What calls have booked, in the order it was heard of.</summary>
    public ImmutableArray<Booked> Booked { get; init; } = [];

    /// <summary>Whether any of a slot's time is taken. Asked with every request for one, so nothing is put together for it.</summary>
    public bool Overlaps(Slot slot)
    {
        if (Times.Overlaps(slot)) return true;
        foreach (var booked in Booked)
            if (booked.Times.Overlaps(slot)) return true;
        return false;
    }

    /// <summary>When it is taken, by all that is known.</summary>
    public BusyTimes Taken => Booked.IsEmpty ? Times : BusyTimes.Of([.. Times.Stretches, .. Booked.SelectMany(booked => booked.Times.Stretches)]);

    /// <summary>
    /// A call was committed, and this is booked now. A load that was taken in before the commit cannot contain it: the booking is dated no earlier than that
    /// load, even if the clock was set back since.
    /// </summary>
    public KnownBusy With(Booked booked) => this with { Booked = Booked.Add(booked.At < AsOf ? booked with { At = AsOf } : booked) };

    /// <summary>
    /// What is known by two. The newer load's times count, and of what was booked all that it need not have seen: a load that was sent before a commit may come
    /// back after it. What stays the same stays the same object: whoever has written it down knows it by that.
    /// </summary>
    /// <param name="other">What was found besides.</param>
    /// <param name="skew">How far the clocks may be apart that the two were seen by.</param>
    public KnownBusy With(KnownBusy other, TimeSpan skew)
    {
        var asOf = other.AsOf > AsOf ? other.AsOf : AsOf;
        var times = other.AsOf < AsOf || other.Times.Equals(Times) ? Times
            // Of one moment there may be two: each part of a load brings what it asked for.
            : other.AsOf == AsOf ? Times.With(other.Times)
            : other.Times;
        if (Booked.IsEmpty && other.Booked.IsEmpty) return new KnownBusy(times, asOf);
        var booked = Booked.Union(other.Booked).Where(booked => asOf - booked.At <= skew).ToImmutableArray();
        return new KnownBusy(times, asOf) { Booked = booked.SequenceEqual(Booked) ? Booked : booked };
    }

    public bool Equals(KnownBusy? other) => other is { } && Times.Equals(other.Times) && AsOf == other.AsOf && Booked.SequenceEqual(other.Booked);

    public override int GetHashCode() => HashCode.Combine(Times, AsOf, Booked.Length);
}

/// <summary>What one call has booked.</summary>
/// <param name="Times">When its business is taken by it.</param>
/// <param name="At">When it was heard that this was committed: a load sent later finds it in the CRM, unless it was cancelled there.</param>
public sealed record Booked(BusyTimes Times, DateTimeOffset At);
