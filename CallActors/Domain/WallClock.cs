namespace CallActors.Domain;

/// <summary>
/// The instants of a local time: one, none in the hour a clock change skips, two in the hour it doubles. It goes by the offset that the zone has at an instant
/// and not by <see cref="TimeZoneInfo.IsInvalidTime"/>, which does not see the gaps of zones whose winter is the time that is saved, such as Europe/Dublin and
/// Africa/Casablanca.
/// </summary>
internal static class WallClock
{
    /// <summary>Within so long of a local time, read as UTC, lies the instant it stands for, with every clock change that could move it.</summary>
    private static readonly TimeSpan Around = TimeSpan.FromDays(1);

    /// <summary>The first instant at which the clock shows this time, or has jumped past it.</summary>
    public static DateTimeOffset First(DateTime local, TimeZoneInfo zone) => At(local, zone) is (var first, _) ? first : Jump(local, zone);

    /// <summary>The last instant at which the clock shows this time, or else jumps past it.</summary>
    public static DateTimeOffset Last(DateTime local, TimeZoneInfo zone) => At(local, zone) is (_, var last) ? last : Jump(local, zone);

    /// <summary>Every instant of a local day at which so many minutes, or a multiple of them, have passed on the clock since midnight.</summary>
    public static IEnumerable<DateTimeOffset> Grid(DateOnly day, int minutes, TimeZoneInfo zone)
    {
        const int minutesOfDay = 24 * 60;
        var midnight = day.ToDateTime(TimeOnly.MinValue);

        // The zone is asked for every single minute only on the few days of a year about which its offset changes.
        var offset = OffsetAt(Shifted(midnight, -Around), zone);
        var steady = OffsetAt(Shifted(midnight.AddMinutes(minutesOfDay), Around), zone) == offset;
        for (var minute = 0; minute < minutesOfDay; minute += Math.Min(minutes, minutesOfDay))
        {
            var local = midnight.AddMinutes(minute);
            if (steady)
            {
                yield return new DateTimeOffset(local, offset);
            }
            else if (At(local, zone) is (var first, var last))
            {
                yield return first;
                if (last != first) yield return last;
            }
        }
    }

    /// <summary>The slot as the business's clock shows it.</summary>
    public static Slot In(this Slot slot, TimeZoneInfo zone) => new(TimeZoneInfo.ConvertTime(slot.Start, zone), TimeZoneInfo.ConvertTime(slot.End, zone));

    /// <summary>The first and the last instant at which the clock shows this time; null: it never does.</summary>
    private static (DateTimeOffset First, DateTimeOffset Last)? At(DateTime local, TimeZoneInfo zone)
    {
        var (before, after) = Offsets(local, zone);
        var isBefore = OffsetAt(local - before, zone) == before;
        if (before == after || OffsetAt(local - after, zone) != after) return isBefore ? Both(before, before) : null;
        return isBefore ? Both(before, after) : Both(after, after);

        (DateTimeOffset, DateTimeOffset) Both(TimeSpan first, TimeSpan last) => (new DateTimeOffset(local, first), new DateTimeOffset(local, last));
    }

    /// <summary>
    /// The instant at which the clock jumps past a time that it never shows: looked for, by halves, between the two instants it would stand for.
    /// </summary>
    private static DateTimeOffset Jump(DateTime local, TimeZoneInfo zone)
    {
        var (before, after) = Offsets(local, zone);
        var (low, high) = (local - after, local - before);
        while (high - low > TimeSpan.FromTicks(1))
        {
            var middle = low + ((high - low) / 2);
            if (OffsetAt(middle, zone) == before) low = middle;
            else high = middle;
        }

        return new DateTimeOffset(high + after, after);
    }

    private static (TimeSpan Before, TimeSpan After) Offsets(DateTime local, TimeZoneInfo zone) =>
        (OffsetAt(Shifted(local, -Around), zone), OffsetAt(Shifted(local, Around), zone));

    /// <summary>As far as the calendar goes.</summary>
    private static DateTime Shifted(DateTime at, TimeSpan by) => new(Math.Clamp(at.Ticks + by.Ticks, DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks));

    private static TimeSpan OffsetAt(DateTime utc, TimeZoneInfo zone) => zone.GetUtcOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc));
}
