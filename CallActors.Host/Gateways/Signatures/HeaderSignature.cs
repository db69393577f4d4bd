using System.Globalization;

namespace CallActors.Host.Gateways.Signatures;

/// <summary>How the bytes of a signature are written in its header.</summary>
internal enum SignatureEncoding
{
    Hex,
    Base64,
}

/// <summary>
/// The signature of most webhooks: a header holds the signature of the body, or of a time and the body. One header may hold several values behind
/// commas (<c>t=1700000000,v1=…,v1=…</c>); those with the prefix are signatures.
/// </summary>
/// <param name="Header">The header that holds it.</param>
/// <param name="Keys">What it is made with, or known by.</param>
internal sealed record HeaderSignature(string Header, ISignatureKeys Keys) : IRequestSignature
{
    /// <summary>Each one that is looked at costs a hash of the body, whoever sent it; a gateway that changes its key sends two.</summary>
    private const int MostSignatures = 4;

    public SignatureEncoding Encoding { get; init; } = SignatureEncoding.Hex;

    /// <summary>What stands before the signature, such as <c>sha256=</c> or <c>v1=</c>.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>What stands before everything else in the signed text: the URL, where the gateway signs that too.</summary>
    public string Lead { get; init; } = "";

    /// <summary>The header that holds the time of signing, in Unix seconds; null: none is signed, and a request can be sent again for ever.</summary>
    public string? TimestampHeader { get; init; }

    /// <summary>What stands before the time, such as <c>t=</c>.</summary>
    public string TimestampPrefix { get; init; } = "";

    /// <summary>What stands between time and body in the signed text.</summary>
    public string Separator { get; init; } = ".";

    /// <summary>How old, or ahead, the time may be.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromMinutes(5);

    public SignatureCheck Check(IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        DateTimeOffset? signedAt = null;
        ReadOnlyMemory<byte>[] text = [System.Text.Encoding.UTF8.GetBytes(Lead), body];
        if (TimestampHeader is not null)
        {
            if (ValuesOf(headers, TimestampHeader, TimestampPrefix) is not [var stamp])
                return SignatureCheck.Wrong($"{TimestampHeader} holds no time, or more than one.");
            if (!long.TryParse(stamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
                return SignatureCheck.Wrong($"The time in {TimestampHeader} is no number of seconds.");

            signedAt = DateTimeOffset.FromUnixTimeSeconds(seconds);
            if ((now - signedAt.Value).Duration() > Tolerance)
                return SignatureCheck.Wrong($"It was signed more than {Tolerance.TotalSeconds:0} s away from the time here.");
            text = [System.Text.Encoding.UTF8.GetBytes(Lead + stamp + Separator), body];
        }

        var values = ValuesOf(headers, Header, Prefix);
        if (values.Length > MostSignatures) return SignatureCheck.Wrong($"The header {Header} holds more than {MostSignatures} signatures.");
        if (values.Length == 0) return SignatureCheck.Wrong($"The header {Header} holds no signature.");
        var signed = false;
        foreach (var value in values) signed |= Keys.Signed(text, Decoded(value));
        return signed ? SignatureCheck.Right(signedAt) : SignatureCheck.Wrong($"The signature in {Header} is not that of this request.");
    }

    private static string[] ValuesOf(IHeaderDictionary headers, string name, string prefix) =>
        [.. headers[name].SelectMany(line => (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Where(value => value.Length > prefix.Length && value.StartsWith(prefix, StringComparison.Ordinal))
            .Select(value => value[prefix.Length..])];

    /// <summary>The bytes, or none: they are then nobody's signature.</summary>
    private byte[] Decoded(string value)
    {
        try
        {
            return Encoding == SignatureEncoding.Hex ? Convert.FromHexString(value) : Convert.FromBase64String(value);
        }
        catch (FormatException)
        {
            return [];
        }
    }
}
