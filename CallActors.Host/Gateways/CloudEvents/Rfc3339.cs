using System.Globalization;
using System.Text.RegularExpressions;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>Times as RFC 3339 spells them: a date, a time and an offset; <c>Z</c> counts as one. The offset is kept.</summary>
internal static partial class Rfc3339
{
    /// <summary>What a message says was expected.</summary>
    public const string Expected = "no RFC 3339 time with an offset, such as 2026-05-17T10:00:00+03:00";

    /// <summary>Reads a time.</summary>
    /// <returns>False also for the first and last year of the calendar: adding an hour to a time must never leave it.</returns>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        if (text.Length > 64 || Form().Match(text) is not { Success: true } match) return false;

        // A leap second is a second that a clock without one shows as the next.
        var leap = match.Groups["second"].ValueSpan is "60";
        var fraction = match.Groups["fraction"].Value;
        var zone = match.Groups["zone"].Value;
        var canonical = string.Concat(
            match.Groups["minute"].Value.ToUpperInvariant(),
            leap ? "59" : match.Groups["second"].Value,
            ".",
            fraction.PadRight(7, '0')[..7],
            zone is "Z" or "z" ? "+00:00" : zone);
        const string format = "yyyy-MM-dd'T'HH:mm:ss.fffffffzzz";
        if (!DateTimeOffset.TryParseExact(canonical, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out time)) return false;
        if (time.Year is 1 or 9999 || time.UtcDateTime.Year is 1 or 9999) return false;
        if (leap) time = time.AddSeconds(1);
        return true;
    }

    [GeneratedRegex(
        @"\A(?<minute>[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:)(?<second>[0-9]{2})(\.(?<fraction>[0-9]+))?(?<zone>[Zz]|[+-][0-9]{2}:[0-9]{2})\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
