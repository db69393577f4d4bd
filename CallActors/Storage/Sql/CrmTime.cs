using System.Globalization;

namespace CallActors.Storage.Sql;

/// <summary>Times as the databases hold them: UTC, to the microsecond; on SQLite as ISO-8601 text that sorts.</summary>
internal static class CrmTime
{
    private const string Iso = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    public static DateTimeOffset Truncate(DateTimeOffset time) => time.ToUniversalTime().AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(Iso, CultureInfo.InvariantCulture);

    /// <summary>A time as a driver hands it over; a text without an offset is UTC.</summary>
    public static DateTimeOffset Read(object value) => value switch
    {
        DateTime time => new DateTimeOffset(DateTime.SpecifyKind(time, DateTimeKind.Utc)),
        DateTimeOffset time => time,
        string text => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        _ => throw new FormatException($"A time was expected, not a {value.GetType().Name}."),
    };
}
