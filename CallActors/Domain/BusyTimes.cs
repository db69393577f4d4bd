using System.Collections.Immutable;

namespace CallActors.Domain;

/// <summary>
/// The times at which a business is taken: whole minutes, in order, those that touch or overlap joined. Immutable, and small: a full day is one stretch.
/// </summary>
public sealed class BusyTimes : IEquatable<BusyTimes>
{
    public static readonly BusyTimes None = new([]);
    private const long MinutesTo1970 = 719_162L * 24 * 60;

    // A start and an end for each stretch, in minutes since 1970: half of what two times would take, and there is a list a business.
    private readonly ImmutableArray<int> _bounds;

    private BusyTimes(ImmutableArray<int> bounds) => _bounds = bounds;

    /// <summary>Stretches, after joining.</summary>
    public int Count => _bounds.Length / 2;

    /// <summary>Starts and ends by turns, in minutes since 1970-01-01T00:00Z, ascending.</summary>
    public ImmutableArray<int> Bounds => _bounds;

    /// <summary>The stretches, in UTC.</summary>
    public IEnumerable<Slot> Stretches
    {
        get
        {
            for (var i = 0; i < _bounds.Length; i += 2) yield return new Slot(TimeOf(_bounds[i]), TimeOf(_bounds[i + 1]));
        }
    }

    /// <param name="taken">In any order; those that do not end after they start are left out. A part of a minute takes the whole minute.</param>
    public static BusyTimes Of(IEnumerable<Slot> taken) =>
        FromMinutes(taken.Where(slot => slot.End > slot.Start).Select(slot => (Floor(slot.Start), Ceiling(slot.End))));

    /// <param name="taken">Starts and ends in minutes since 1970, in any order; those that do not end after they start are left out.</param>
    public static BusyTimes FromMinutes(IEnumerable<(int Start, int End)> taken) => FromMinutes(taken.ToArray().AsSpan());

    /// <summary>The same, in place: the pairs are sorted.</summary>
    public static BusyTimes FromMinutes(Span<(int Start, int End)> taken)
    {
        taken.Sort();
        var bounds = ImmutableArray.CreateBuilder<int>();
        foreach (var (start, end) in taken)
        {
            if (end <= start) continue;
            if (bounds.Count == 0 || start > bounds[^1])
            {
                bounds.Add(start);
                bounds.Add(end);
            }
            else if (end > bounds[^1])
            {
                bounds[^1] = end;
            }
        }

        return bounds.Count == 0 ? None : new BusyTimes(bounds.ToImmutable());
    }

    /// <summary>These and others together; the same object where the others add nothing.</summary>
    public BusyTimes With(BusyTimes others)
    {
        if (ReferenceEquals(this, others) || others.Count == 0) return this;
        var both = Of([.. Stretches, .. others.Stretches]);
        return both.Equals(this) ? this : both;
    }

    /// <summary>As many of the stretches, from the first on.</summary>
    public BusyTimes First(int stretches) =>
        stretches >= Count ? this : stretches <= 0 ? None : new BusyTimes(ImmutableArray.Create(_bounds, 0, 2 * stretches));

    public bool Overlaps(Slot slot)
    {
        var (start, end) = (Floor(slot.Start), Ceiling(slot.End));

        // The first stretch that ends after the slot starts: the ends are the odd places.
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_bounds[(2 * middle) + 1] > start) high = middle;
            else low = middle + 1;
        }

        return low < Count && _bounds[2 * low] < end;
    }

    public bool Equals(BusyTimes? other) => other is { } && (ReferenceEquals(this, other) || _bounds.AsSpan().SequenceEqual(other._bounds.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as BusyTimes);

    public override int GetHashCode() => HashCode.Combine(_bounds.Length, _bounds.Length == 0 ? 0 : _bounds[0], _bounds.Length == 0 ? 0 : _bounds[^1]);

    // Counted from the year 1 on, where nothing is below zero: a division rounds towards that.
    private static int Floor(DateTimeOffset at) => Since1970(at.UtcTicks);

    private static int Ceiling(DateTimeOffset at) => Since1970(at.UtcTicks + TimeSpan.TicksPerMinute - 1);

    private static int Since1970(long ticks) => (int)Math.Min((ticks / TimeSpan.TicksPerMinute) - MinutesTo1970, int.MaxValue);

    // A database's calendar may begin before ours.
    private static DateTimeOffset TimeOf(int minutes) => new(DateTime.UnixEpoch.AddMinutes(Math.Max(minutes, -MinutesTo1970)), TimeSpan.Zero);
}
