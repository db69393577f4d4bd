using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace CallActors.Domain;

/// <summary>When a business is open: stretches of the week, by the clock on its wall.</summary>
public sealed class OpeningHours
{
    private static readonly JsonDocumentOptions Tolerant = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    private readonly ImmutableArray<Stretch>[] days;

    private OpeningHours(ImmutableArray<Stretch>[] days) => this.days = days;

    /// <summary>From and until, counted from a day's midnight; until lies beyond 24 hours where the night belongs to it.</summary>
    private readonly record struct Stretch(TimeSpan From, TimeSpan Until);

    /// <summary>
    /// Reads <c>{"sun":[["10:00","20:00"]],…}</c>: days by three letters or more in any case, several stretches a day, <c>24:00</c> as an end; one that ends
    /// before it starts goes on into the next day, one that ends where it starts is none. What it does not know (a key, a stretch) it passes over.
    /// </summary>
    /// <returns>Null where the text is no JSON object: the hours are not known.</returns>
    public static OpeningHours? Parse(string? json)
    {
        if (string.IsNullOrWhiteSpace(json)) return null;
        try
        {
            using var document = JsonDocument.Parse(json, Tolerant);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            var days = new ImmutableArray<Stretch>[7];
            Array.Fill(days, []);
            foreach (var property in document.RootElement.EnumerateObject())
                if (NameOf(property) is { } name && DayOf(name) is { } day) days[(int)day] = days[(int)day].AddRange(Stretches(property.Value));
            return new OpeningHours(days);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null where it is no text: half of a surrogate pair passes for JSON.</summary>
    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>
    /// The stretches that touch the given local days, as instants in their order, each as long as it can be: those that meet or overlap are one, over
    /// midnight as well. A wall time that a clock change skips is the moment of the change; of one that comes twice, opening is the first, closing the second.
    /// </summary>
    public ImmutableArray<Slot> Between(DateOnly first, DateOnly last, TimeZoneInfo zone)
    {
        var open = new List<Slot>();
        for (var day = Math.Max(first.DayNumber - 1, 1); day <= Math.Min(last.DayNumber + 1, DateOnly.MaxValue.DayNumber - 2); day++)
        {
            var date = DateOnly.FromDayNumber(day);
            foreach (var stretch in days[(int)date.DayOfWeek])
            {
                var midnight = date.ToDateTime(TimeOnly.MinValue);
                var slot = new Slot(WallClock.First(midnight + stretch.From, zone), WallClock.Last(midnight + stretch.Until, zone));
                if (slot.Length > TimeSpan.Zero) open.Add(slot);
            }
        }

        open.Sort((a, b) => a.Start.CompareTo(b.Start));
        var merged = ImmutableArray.CreateBuilder<Slot>(open.Count);
        foreach (var slot in open)
        {
            if (merged.Count == 0 || slot.Start > merged[^1].End) merged.Add(slot);
            else if (slot.End > merged[^1].End) merged[^1] = merged[^1] with { End = slot.End };
        }

        return merged.ToImmutable();
    }

    private static DayOfWeek? DayOf(string key)
    {
        key = key.Trim();
        if (key.Length < 3) return null;
        foreach (var day in Enum.GetValues<DayOfWeek>())
            if (day.ToString().StartsWith(key, StringComparison.OrdinalIgnoreCase)) return day;
        return null;
    }

    private static IEnumerable<Stretch> Stretches(JsonElement day)
    {
        if (day.ValueKind != JsonValueKind.Array) return [];
        var items = day.EnumerateArray().ToList();

        // ["10:00","20:00"] where [["10:00","20:00"]] is meant.
        if (StretchOf(items) is { } one) return [one];
        return items.Where(item => item.ValueKind == JsonValueKind.Array).Select(item => StretchOf([.. item.EnumerateArray()])).OfType<Stretch>();
    }

    private static Stretch? StretchOf(List<JsonElement> pair)
    {
        if (pair.Count != 2 || TimeOf(pair[0]) is not { } from || TimeOf(pair[1]) is not { } until) return null;
        if (from == until || from == TimeSpan.FromDays(1)) return null;
        return new Stretch(from, until > from ? until : until + TimeSpan.FromDays(1));
    }

    private static TimeSpan? TimeOf(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String || element.GetString()!.Trim().Split(':') is not { Length: 2 or 3 } parts) return null;
        var numbers = new int[3];
        for (var i = 0; i < parts.Length; i++)
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]) || numbers[i] >= 60) return null;
        var time = new TimeSpan(numbers[0], numbers[1], numbers[2]);
        return time <= TimeSpan.FromDays(1) ? time : null;
    }
}
