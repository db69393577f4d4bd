using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using CallActors.Messages;
using CloudNative.CloudEvents;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>
/// Reads the attributes of a CloudEvent, known ones only. What an attribute may be is the CloudEvents SDK's business; what a call event asks
/// beyond that is added here. The SDK stops at the first fault, the contract wants all of them: so each attribute is tried on its own.
/// </summary>
internal sealed partial class AttributeReader(Func<string, Given> attributes, FaultList faults)
{
    /// <summary>What the journal and the ledger are willing to carry of an <c>id</c> or <c>source</c>.</summary>
    public const int KeyLength = 1024;

    /// <summary>Whatever counts events fits; a number that is longer is an attack on whoever compares it.</summary>
    public const int SequenceDigits = 1024;

    private const string JsonType = "a JSON media type in UTF-8";

    public static readonly string[] Names =
        ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema", "sequence", "traceparent"];

    private readonly CloudEvent scratch = new(CloudEventsSpecVersion.V1_0);

    public void SpecVersion()
    {
        if (attributes("specversion") is { Value: not "1.0" } or { Kind: not GivenKind.Text }) Wrong("specversion", "'1.0'");
    }

    /// <summary>An attribute that has to be there and not be empty.</summary>
    public string? Required(string name, int maxLength = int.MaxValue)
    {
        var what = name == "source" ? "a URI reference" : "a string";
        if (Text(name, $"{what} that is not empty and has no control characters") is not { } text) return null;
        if (text.Length <= maxLength || text.EnumerateRunes().Count() is var length && length <= maxLength) return text;
        faults.Add($"/{name}", $"has {length} characters; at most {maxLength} are allowed");
        return null;
    }

    /// <summary>The trace it is told within. Whoever cannot read one goes on without (W3C Trace Context), so whatever is given is no fault.</summary>
    public string? TraceParent() => attributes("traceparent") is { Kind: GivenKind.Text } given ? given.Value : null;

    /// <summary>The call.</summary>
    public CallId? Subject()
    {
        var given = attributes("subject");
        if (given.Kind == GivenKind.Text && CallId.TryParse(given.Value, out var id)) return id;
        Wrong("subject", $"a call id, 1 to {CallId.MaxLength} visible ASCII characters,");
        return null;
    }

    /// <summary>When it happened; null where the event does not say.</summary>
    public DateTimeOffset? Time()
    {
        var given = attributes("time");
        if (given.Kind == GivenKind.Absent) return null;
        if (given.Kind == GivenKind.Text && Rfc3339.TryParse(given.Value, out var time)) return time;
        faults.Add("/time", $"{given.Shown} is {Rfc3339.Expected}");
        return null;
    }

    public BigInteger? Sequence()
    {
        var given = attributes("sequence");
        if (given.Kind == GivenKind.Absent) return null;
        var number = given.Whole;
        var digits = given.Kind == GivenKind.Number && number.StartsWith('-') ? number[1..] : number;
        if (given.Kind is GivenKind.Number or GivenKind.Text
            && digits.Length is > 0 and <= SequenceDigits && !digits.AsSpan().ContainsAnyExceptInRange('0', '9'))
            return BigInteger.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        Wrong("sequence", $"an integer or a string of digits, {SequenceDigits} at most,");
        return null;
    }

    /// <summary>Data is JSON, whatever it is called.</summary>
    public void DataContentType()
    {
        if (attributes("datacontenttype").Kind == GivenKind.Absent) return;
        if (Text("datacontenttype", JsonType) is { } text && !EventContent.IsJson(text)) Wrong("datacontenttype", JsonType);
    }

    public void DataSchema()
    {
        if (attributes("dataschema").Kind != GivenKind.Absent) Text("dataschema", "an absolute URI");
    }

    /// <summary>
    /// The SDK reads URIs as .NET does, to which <c>a:5060</c> is a drive of Windows, and a host or port must be one that may exist. RFC 3986 knows
    /// characters only.
    /// </summary>
    private static bool IsUri(string name, string text) => name switch
    {
        "source" => Reference().IsMatch(text),
        "dataschema" => Absolute().IsMatch(text),
        _ => false,
    };

    [GeneratedRegex(@"^[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+$")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9+.\-]*:(?!/*$)[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]+$")]
    private static partial Regex Absolute();

    private string? Text(string name, string expected)
    {
        var given = attributes(name);
        if (given.Kind != GivenKind.Text)
        {
            Wrong(name, expected);
            return null;
        }

        try
        {
            // The SDK lets control characters through in the URI attributes, where CloudEvents allows them as little as in a string.
            CloudEventAttributeType.String.Validate(given.Value);
            if (!IsUri(name, given.Value)) scratch.SetAttributeFromString(name, given.Value);
            return given.Value;
        }
        catch (ArgumentException)
        {
            Wrong(name, expected);
            return null;
        }
    }

    private void Wrong(string name, string expected)
    {
        var given = attributes(name);
        faults.Add($"/{name}", given.Kind == GivenKind.Absent ? $"is missing; {expected} is expected" : given.Instead(expected));
    }
}
