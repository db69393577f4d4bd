using System.Text.Json;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>What stood where a member was looked for.</summary>
internal enum GivenKind
{
    /// <summary>Nothing, or null.</summary>
    Absent,
    Text,
    Number,

    /// <summary>An object, an array, true or false.</summary>
    Other,

    /// <summary>A string that is no Unicode text: half a surrogate pair, or bytes that are no UTF-8.</summary>
    Broken,

    /// <summary>The member stands there more than once: which one is meant?</summary>
    Twice,
}

/// <summary>One value of an event, wherever it came from: a JSON member or an HTTP header.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">The text; of everything but a text, as it stood in the JSON.</param>
internal readonly record struct Given(GivenKind Kind, string Value)
{
    private const int ShownLength = 80;

    /// <summary>The value; of a whole number without zeros behind its point, for to some writers of JSON one is 1.0.</summary>
    public string Whole => Kind == GivenKind.Number && Value.IndexOf('.', StringComparison.Ordinal) is > 0 and var point
        && !Value.AsSpan(point + 1).ContainsAnyExcept('0') ? Value[..point] : Value;

    public static readonly Given Absent = new(GivenKind.Absent, "");
    public static readonly Given Twice = new(GivenKind.Twice, "");

    public static Given Of(string text) => new(GivenKind.Text, text);

    public static Given Of(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Undefined or JsonValueKind.Null:
                return Absent;
            case JsonValueKind.String:
                try
                {
                    return new Given(GivenKind.Text, element.GetString()!);
                }
                catch (InvalidOperationException)
                {
                    return new Given(GivenKind.Broken, "");
                }

            case JsonValueKind.Number:
                return new Given(GivenKind.Number, element.GetRawText());
            case JsonValueKind.Object:
                return new Given(GivenKind.Other, "an object");
            case JsonValueKind.Array:
                return new Given(GivenKind.Other, "an array");
            default:
                return new Given(GivenKind.Other, element.GetRawText());
        }
    }

    /// <summary>The value as a message shows it: one line, not longer than a line.</summary>
    public string Shown => Kind switch
    {
        GivenKind.Absent => "nothing",
        GivenKind.Twice => "given more than once",
        GivenKind.Broken => "a string that is no Unicode text",
        GivenKind.Text => $"'{Clip(Value)}'",
        _ => Clip(Value),
    };

    /// <summary>What a message says where something else was expected.</summary>
    public string Instead(string expected) =>
        Kind == GivenKind.Twice ? $"is given more than once; {expected} is expected" : $"{Shown} was given; {expected} is expected";

    private static string Clip(string text)
    {
        var shown = text.Length <= ShownLength ? text : text[..(char.IsHighSurrogate(text[ShownLength - 1]) ? ShownLength - 1 : ShownLength)] + "…";
        return shown.AsSpan().ContainsAnyInRange('\0', '\u001F') ? string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : shown;
    }
}
