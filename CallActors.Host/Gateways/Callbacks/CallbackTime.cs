using System.Globalization;
using CallActors.Host.Gateways.CloudEvents;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>Times as gateways write them: RFC 3339, RFC 2822, or a number of seconds, milliseconds or microseconds since 1970.</summary>
internal static class CallbackTime
{
    private static readonly string[] Formats =
    [
        "ddd, d MMM yyyy HH:mm:ss zzz", "d MMM yyyy HH:mm:ss zzz", "ddd, d MMM yyyy HH:mm:ss 'GMT'",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd HH:mm:ss.FFFFFFF'Z'",
    ];

    // A clock outside is no clock, and sums of times must not leave the calendar.
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static bool TryParse(string? text, out DateTimeOffset time)
    {
        time = default;
        if (text is not { Length: > 0 and <= 64 }) return false;
        return (TryNumber(text, out time)
                || Rfc3339.TryParse(text, out time)
                || DateTimeOffset.TryParseExact(
                    text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowInnerWhite, out time))
            && time >= Earliest && time < Latest;
    }

    private static bool TryNumber(string text, out DateTimeOffset time)
    {
        time = default;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;

        // Seconds stay below this until the year 5138, milliseconds are above it since 1973.
        var seconds = number switch { < 100_000_000_000m => number, < 100_000_000_000_000m => number / 1_000m, _ => number / 1_000_000m };
        if (seconds >= 100_000_000_000m) return false;
        time = DateTimeOffset.UnixEpoch.AddTicks((long)(seconds * TimeSpan.TicksPerSecond));
        return true;
    }
}
