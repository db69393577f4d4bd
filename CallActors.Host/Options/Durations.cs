using System.Globalization;
using System.Text.RegularExpressions;

namespace CallActors.Host.Options;

/// <summary>Durations as people write them: <c>500ms</c>, <c>2s</c>, <c>1.5h</c>; or <c>00:00:02</c>. A bare number has no unit and is none.</summary>
internal static partial class Durations
{
    public const string Expected = "a duration such as 500ms, 2s, 10m or 4h";

    /// <summary>Longer than any of ours needs to be, and short enough for every timer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Reads a duration from zero to <see cref="Longest"/>.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text.Contains(':', StringComparison.Ordinal))
            return TimeSpan.TryParse(WithDays(text), CultureInfo.InvariantCulture, out duration) && duration >= TimeSpan.Zero && duration <= Longest;

        if (Form().Match(text.Trim()) is not { Success: true } match) return false;
        var milliseconds = double.Parse(match.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture)
            * match.Groups["unit"].Value.ToUpperInvariant() switch { "MS" => 1d, "S" => 1_000d, "M" => 60_000d, "H" => 3_600_000d, _ => 86_400_000d };
        if (milliseconds > Longest.TotalMilliseconds) return false;
        duration = TimeSpan.FromMilliseconds(milliseconds);
        return true;
    }

    /// <summary>More hours than a day has, written as days and hours: the library reads <c>24:00:00</c> as 24 days.</summary>
    private static string WithDays(string text)
    {
        if (Clock().Match(text.Trim()) is not { Success: true } match) return text;
        var (days, hours) = Math.DivRem(int.Parse(match.Groups["hours"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture), 24);
        return string.Create(CultureInfo.InvariantCulture, $"{days}.{hours}{match.Groups["rest"].ValueSpan}");
    }

    [GeneratedRegex(@"\A(?<hours>[0-9]{1,4})(?<rest>:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,7})?)?)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Clock();

    [GeneratedRegex(
        @"\A(?<number>[0-9]{1,12}(\.[0-9]{1,6})?)\s?(?<unit>ms|s|m|h|d)\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
