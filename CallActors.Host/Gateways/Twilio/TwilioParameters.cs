using System.Text;
using System.Text.Json;
using CallActors.Host.Gateways.CloudEvents;
using Microsoft.AspNetCore.WebUtilities;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>What Twilio sent in a body: a form, of which a name may stand there more than once, or a JSON object.</summary>
/// <param name="Pairs">Names and values as they came.</param>
/// <param name="IsForm">They are part of what is signed.</param>
internal sealed record TwilioParameters(IReadOnlyList<KeyValuePair<string, string>> Pairs, bool IsForm)
{
    /// <summary>Twilio sends some forty; they are sorted before anybody knows who sent them.</summary>
    public const int MostPairs = 1000;

    public static readonly TwilioParameters None = new([], false);

    public string? this[string name] => Pairs.FirstOrDefault(pair => pair.Key == name).Value;

    /// <summary>Reads a body.</summary>
    /// <returns>Null where it is neither a form nor a JSON object.</returns>
    public static TwilioParameters? Read(string? contentType, ReadOnlyMemory<byte> body)
    {
        if (contentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is true) return ReadForm(body);
        return body.IsEmpty ? None : ReadJson(body);
    }

    private static TwilioParameters? ReadForm(ReadOnlyMemory<byte> body)
    {
        try
        {
            var reader = new FormReader(Encoding.UTF8.GetString(body.Span));
            var pairs = new List<KeyValuePair<string, string>>();
            while (pairs.Count <= MostPairs && reader.ReadNextPair() is { } pair) pairs.Add(pair);
            return pairs.Count <= MostPairs ? new TwilioParameters(pairs, IsForm: true) : null;
        }
        catch (InvalidDataException)
        {
            // A name or value beyond all measure.
            return null;
        }
    }

    private static TwilioParameters? ReadJson(ReadOnlyMemory<byte> body)
    {
        if (!JsonBytes.TryParse(body, out var document, out _)) return null;
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            try
            {
                return new TwilioParameters(
                    [.. document.RootElement.EnumerateObject()
                        .Select(member => KeyValuePair.Create(member.Name, Given.Of(member.Value)))
                        .Where(member => member.Value.Kind is GivenKind.Text or GivenKind.Number)
                        .Select(member => KeyValuePair.Create(member.Key, member.Value.Value))],
                    IsForm: false);
            }
            catch (InvalidOperationException)
            {
                // Half a surrogate pair in a name.
                return null;
            }
        }
    }
}
