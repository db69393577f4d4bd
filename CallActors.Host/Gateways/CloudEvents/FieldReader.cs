using System.Globalization;
using System.Text;
using CallActors.Messages;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>
/// Reads the members of an event's <c>data</c>, each into the type it should have. What is wrong is added to the faults and read as if it were
/// absent, so that one pass finds them all.
/// </summary>
internal sealed class FieldReader(string prefix, Members members, FaultList faults)
{
    /// <summary>Names, titles and numbers: what a column of a CRM commonly holds.</summary>
    public const int NameLength = 255;

    /// <summary>Whether any of the members is there, right or wrong.</summary>
    public bool AnyGiven => members.AnyGiven;

    /// <summary>A text.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maxLength">In Unicode code points, as a database counts them.</param>
    public string? Text(string name, int maxLength = int.MaxValue)
    {
        var given = members[name];
        if (given.Kind == GivenKind.Absent) return null;
        if (given.Kind != GivenKind.Text)
        {
            Wrong(name, given, "a string");
            return null;
        }

        if (given.Value.Contains('\0', StringComparison.Ordinal))
        {
            Wrong(name, given, "a string without NUL");
            return null;
        }

        if (given.Value.Length > maxLength && given.Value.EnumerateRunes().Count() is var length && length > maxLength)
        {
            Wrong(name, $"{given.Shown} has {length} characters; at most {maxLength} are allowed");
            return null;
        }

        return given.Value;
    }

    /// <summary>A text that has to be there.</summary>
    /// <param name="name">The member.</param>
    /// <param name="maxLength">In Unicode code points.</param>
    /// <param name="blank">Whether it may be blank.</param>
    public string RequiredText(string name, int maxLength, bool blank)
    {
        if (Missing(name, "a string")) return "";
        var text = Text(name, maxLength);
        if (!blank && text is not null && string.IsNullOrWhiteSpace(text)) Wrong(name, "is blank; a text is expected");
        return text ?? "";
    }

    /// <summary>One of a few words, or null.</summary>
    public T? Word<T>(string name, bool required, params ReadOnlySpan<(string Word, T Value)> words) where T : struct
    {
        var given = members[name];
        if (given.Kind == GivenKind.Absent && !required) return null;
        foreach (var (word, value) in words)
            if (given.Kind == GivenKind.Text && given.Value == word) return value;

        var expected = new StringBuilder();
        for (var i = 0; i < words.Length; i++)
            expected.Append(i == 0 ? "" : i == words.Length - 1 ? " or " : ", ").Append(words[i].Word);
        if (!Missing(name, expected.ToString())) Wrong(name, given, expected.ToString());
        return null;
    }

    /// <summary>The key of a row: a positive integer, as a number or as a string of digits.</summary>
    public long? Key(string name)
    {
        var given = members[name];
        if (given.Kind == GivenKind.Absent) return null;
        if (given.Kind is GivenKind.Number or GivenKind.Text
            && long.TryParse(given.Whole, NumberStyles.None, CultureInfo.InvariantCulture, out var key) && key > 0) return key;
        Wrong(name, given, $"an integer from 1 to {long.MaxValue}");
        return null;
    }

    public int? Seconds(string name)
    {
        var given = members[name];
        if (given.Kind == GivenKind.Absent) return null;
        if (given.Kind == GivenKind.Number && int.TryParse(given.Whole, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return seconds;
        Wrong(name, given, $"an integer from 0 to {int.MaxValue}");
        return null;
    }

    /// <summary>A number from 0 to 1.</summary>
    public double? Share(string name)
    {
        var given = members[name];
        if (given.Kind == GivenKind.Absent) return null;
        if (given.Kind == GivenKind.Number
            && double.TryParse(given.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1) return share;
        Wrong(name, given, "a number from 0 to 1");
        return null;
    }

    public DateTimeOffset? Time(string name)
    {
        var given = members[name];
        if (Missing(name, "an RFC 3339 time with an offset")) return null;
        if (given.Kind == GivenKind.Text && Rfc3339.TryParse(given.Value, out var time)) return time;
        Wrong(name, $"{given.Shown} is {Rfc3339.Expected}");
        return null;
    }

    /// <summary>A time that need not be there.</summary>
    public DateTimeOffset? OptionalTime(string name) => members[name].Kind == GivenKind.Absent ? null : Time(name);

    public CallId RequiredCall(string name) => Missing(name, "a call id") ? default : Call(name) ?? default;

    public CallId? Call(string name)
    {
        var given = members[name];
        if (given.Kind == GivenKind.Absent) return null;
        if (given.Kind == GivenKind.Text && CallId.TryParse(given.Value, out var id)) return id;
        Wrong(name, given, $"a call id, 1 to {CallId.MaxLength} visible ASCII characters,");
        return null;
    }

    /// <summary>A fault of a member that is not one of its type.</summary>
    public void Wrong(string name, string what) => faults.Add($"{prefix}/{name}", what);

    private void Wrong(string name, Given given, string expected) => Wrong(name, given.Instead(expected));

    private bool Missing(string name, string expected)
    {
        if (members[name].Kind != GivenKind.Absent) return false;
        Wrong(name, $"is missing; {expected} is expected");
        return true;
    }
}
