using System.Globalization;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Host.Options;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>Reads the query of a request; a parameter without a value is one that is not given.</summary>
internal sealed class QueryReader(IQueryCollection query)
{
    private readonly FaultList faults = new();

    /// <summary>Null where every parameter was right.</summary>
    public Problem? Problem => faults.Count == 0 ? null : ApiProblems.Malformed(faults.ToImmutable());

    public T? Word<T>(string name, params ReadOnlySpan<T> values) where T : struct, Enum
    {
        if (Text(name) is not { } text) return null;
        foreach (var value in values)
            if (Spelling(value) == text) return value;
        Wrong(name, text, string.Join(", ", values.ToArray().Select(Spelling)));
        return null;
    }

    public long? Whole(string name, long least, long most)
    {
        if (Text(name) is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Wrong(name, text, $"an integer from {least} to {most}");
        return null;
    }

    public CallId? Call(string name)
    {
        if (Text(name) is not { } text) return null;
        if (CallId.TryParse(text, out var id)) return id;
        Wrong(name, text, "a call id");
        return null;
    }

    public TimeSpan? Duration(string name)
    {
        if (Text(name) is not { } text) return null;
        if (Durations.TryParse(text, out var duration)) return duration;
        Wrong(name, text, Durations.Expected);
        return null;
    }

    private string? Text(string name)
    {
        var values = query[name];
        if (values.Count > 1) faults.Add($"/{name}", "is given more than once");
        return values is [{ Length: > 0 } text] ? text : null;
    }

    private static string Spelling<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private void Wrong(string name, string text, string expected) => faults.Add($"/{name}", $"{Given.Of(text).Shown} was given; {expected} is expected");
}
