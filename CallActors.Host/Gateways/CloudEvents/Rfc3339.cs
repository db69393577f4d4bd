using System.Globalization;
using System.Text.RegularExpressions;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>Times as RFC 3339 spells them: a date, a time and an offset; <c>Z</c> counts as one. The offset is kept.</summary>
internal static partial class Rfc3339
{
    /// <summary>What a message says was expected.</summary>
    public const string Expected = "no RFC 3339 time with an offset, of the years 2 to 9998, such as 2026-05-17T10:00:00+03:00";

    // The form has fixed places up to the seconds.
    private const int Date = 10, Seconds = 17;

    /// <summary>Reads a time.</summary>
    /// <returns>False also for the first and last year of the calendar: adding an hour to a time must never leave it.</returns>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > 64 || !Form().IsMatch(text)) return false;

        var isUtc = text[^1] is 'Z' or 'z';
        var zone = isUtc ? "+00:00" : text.AsSpan(text.Length - "+00:00".Length);
        var fraction = text.AsSpan(Seconds + 2, text.Length - (isUtc ? 1 : zone.Length) - Seconds - 2);

        // A leap second is a second that a clock without one shows as the next.
        var seconds = text.AsSpan(Seconds, 2);
        var isLeap = seconds is "60";
        Span<char> canonical = stackalloc char[25];
        _ = canonical.TryWrite($"{text.AsSpan(0, Date)}T{text.AsSpan(Date + 1, Seconds - Date - 1)}{(isLeap ? "59" : seconds)}{zone}", out _);
        if (!DateTimeOffset.TryParseExact(canonical, "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out time)) return false;
        if (time.Year is 1 or 9999 || time.UtcDateTime.Year is 1 or 9999) return false;
        time = time.AddTicks(TicksOf(fraction.TrimStart('.')) + (isLeap ? TimeSpan.TicksPerSecond : 0));
        return true;
    }

    /// <summary>Of a second; what is finer than the clock is cut off.</summary>
    private static long TicksOf(ReadOnlySpan<char> fraction)
    {
        var ticks = 0L;
        for (var place = 0; place < 7; place++) ticks = (ticks * 10) + (place < fraction.Length ? fraction[place] - '0' : 0);
        return ticks;
    }

    [GeneratedRegex(@"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
