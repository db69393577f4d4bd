namespace CallActors.Domain;

/// <summary>The instants of a local time: one, none in the hour a clock change skips, two in the hour it doubles.</summary>
internal static class WallClock
{
    /// <summary>The first instant at which the clock shows this time, or has jumped past it.</summary>
    public static DateTimeOffset First(DateTime local, TimeZoneInfo zone) =>
        zone.IsAmbiguousTime(local) ? new DateTimeOffset(local, zone.GetAmbiguousTimeOffsets(local).Max()) : Last(local, zone);

    /// <summary>The last instant at which the clock shows this time, or else jumps past it.</summary>
    public static DateTimeOffset Last(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsAmbiguousTime(local)) return new DateTimeOffset(local, zone.GetAmbiguousTimeOffsets(local).Min());
        if (!zone.IsInvalidTime(local)) return new DateTimeOffset(local, zone.GetUtcOffset(local));

        // A gap is at most some hours of whole minutes; its end is the first minute that exists again.
        var after = local;
        while (zone.IsInvalidTime(after)) after = after.AddMinutes(1);
        after = after.AddTicks(-(after.Ticks % TimeSpan.TicksPerMinute));
        return new DateTimeOffset(after, zone.GetUtcOffset(after));
    }

    /// <summary>Every instant of a local day at which so many minutes, or a multiple of them, have passed on the clock since midnight.</summary>
    public static IEnumerable<DateTimeOffset> Grid(DateOnly day, int minutes, TimeZoneInfo zone)
    {
        const int minutesOfDay = 24 * 60;
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var offset = zone.GetUtcOffset(midnight);

        // The zone is asked for every single minute only on the few days of a year on which its offset changes.
        var steady = !zone.IsAmbiguousTime(midnight) && !zone.IsInvalidTime(midnight) && zone.GetUtcOffset(midnight.AddDays(1)) == offset;
        for (var minute = 0; minute < minutesOfDay; minute += Math.Min(minutes, minutesOfDay))
        {
            var local = midnight.AddMinutes(minute);
            if (steady) yield return new DateTimeOffset(local, offset);
            else if (!zone.IsInvalidTime(local))
            {
                yield return First(local, zone);
                if (zone.IsAmbiguousTime(local)) yield return Last(local, zone);
            }
        }
    }

    /// <summary>The slot as the business's clock shows it.</summary>
    public static Slot In(this Slot slot, TimeZoneInfo zone) => new(TimeZoneInfo.ConvertTime(slot.Start, zone), TimeZoneInfo.ConvertTime(slot.End, zone));
}
