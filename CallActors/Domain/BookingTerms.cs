using System.Runtime.CompilerServices;

namespace CallActors.Domain;

/// <summary>What a business's settings come to once the defaults are in.</summary>
/// <param name="Zone">The clock its hours and grid go by.</param>
/// <param name="Hours">Null: not known, nothing can be booked.</param>
/// <param name="Grid">Minutes from one start to the next, from local midnight.</param>
/// <param name="WindowDays">Local days after today that can be booked.</param>
/// <param name="Notice">How far ahead at least.</param>
internal sealed record BookingTerms(TimeZoneInfo Zone, OpeningHours? Hours, int Grid, int WindowDays, TimeSpan Notice)
{
    public const int DefaultGridMinutes = 30;
    public const int DefaultWindowDays = 60;
    public const int DefaultNoticeMinutes = 0;

    // A profile is shared by its business's calls and never changes, and hours are JSON: read once, and for as long as the profile is there.
    private static readonly ConditionalWeakTable<BusinessProfile, BookingTerms> Read = [];

    /// <summary>
    /// Reads the settings. A value that makes no sense (a grid of nothing, a negative window or notice) counts as missing; a zone that is missing
    /// or unknown is UTC.
    /// </summary>
    public static BookingTerms Of(BusinessProfile business) => Read.GetValue(business, static profile => From(profile));

    private static BookingTerms From(BusinessProfile business) => new(
        TimeZoneInfo.TryFindSystemTimeZoneById(business.TimeZone?.Trim() ?? "", out var zone) ? zone : TimeZoneInfo.Utc,
        OpeningHours.Parse(business.OpeningHoursJson),
        business.SlotSizeMinutes is > 0 and var grid ? grid : DefaultGridMinutes,
        business.BookingWindowDays is >= 0 and var days ? days : DefaultWindowDays,
        TimeSpan.FromMinutes(business.MinNoticeMinutes is >= 0 and var minutes ? minutes : DefaultNoticeMinutes));

    /// <summary>The local day of an instant.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(Local(instant));

    /// <summary>The local time of an instant.</summary>
    public DateTime Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, Zone).DateTime;

    public bool IsOnGrid(DateTimeOffset start) => Local(start).TimeOfDay.Ticks % (Grid * TimeSpan.TicksPerMinute) == 0;

    public bool IsInWindow(DateTimeOffset start, DateTimeOffset now) => DayOf(start).DayNumber - DayOf(now).DayNumber <= WindowDays;

    /// <summary>Subtracts rather than adds, so that a time at the end of the calendar cannot overflow.</summary>
    public bool IsBeyondNotice(DateTimeOffset start, DateTimeOffset now) => start - now > Notice;
}
