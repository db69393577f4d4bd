using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Gateways.Signatures;
using Microsoft.AspNetCore.Http.Features;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>
/// <c>X-Twilio-Signature</c>: HMAC-SHA1, in base64, over the URL as Twilio called it and the parameters of a form. Of a body that is no form, the URL
/// carries the hash.
/// </summary>
internal static class TwilioSignature
{
    public const string Header = "X-Twilio-Signature";
    private const string BodyHash = "bodySHA256";

    /// <summary>Checks a request with a body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its body, the bytes as they came.</param>
    /// <param name="parameters">What they say; null where they cannot be read.</param>
    /// <param name="twilio">The public URL and the tokens.</param>
    public static SignatureCheck Check(HttpRequest request, ReadOnlyMemory<byte> body, TwilioParameters? parameters, TwilioOptions twilio)
    {
        if (parameters is null)
            return SignatureCheck.Wrong($"The body is neither a form that can be read, of at most {TwilioParameters.MostPairs} fields, nor a JSON object.");
        if (!parameters.IsForm && !body.IsEmpty && !IsHashOf(body, request.Query[BodyHash]))
            return SignatureCheck.Wrong($"The URL has no {BodyHash} of this body.");
        return Check(request, [twilio.PublicUrl + TargetOf(request)], parameters.IsForm ? parameters.Pairs : [], twilio);
    }

    /// <summary>Checks the upgrade to a WebSocket, which is signed with nothing but its URL; some sign it with a slash behind.</summary>
    public static SignatureCheck CheckUpgrade(HttpRequest request, TwilioOptions twilio)
    {
        var url = twilio.PublicSocketUrl + TargetOf(request);
        return Check(request, [url, url + "/"], [], twilio);
    }

    /// <summary>Whether a signature is that of a URL and parameters.</summary>
    /// <param name="url">As Twilio called it; with and without its port.</param>
    /// <param name="parameters">A name that is there several times counts with each value, the same value once.</param>
    /// <param name="presented">What the header holds.</param>
    /// <param name="tokens">The account's tokens.</param>
    public static bool Matches(string url, IEnumerable<KeyValuePair<string, string>> parameters, string presented, SharedSecrets tokens)
    {
        var signature = new byte[SHA1.HashSizeInBytes];
        if (!Convert.TryFromBase64String(presented, signature, out var length) || length != signature.Length) return false;
        var tail = Encoding.UTF8.GetBytes(string.Concat(parameters
            .Distinct()
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .ThenBy(pair => pair.Value, StringComparer.Ordinal)
            .Select(pair => pair.Key + pair.Value)));
        var matches = false;
        foreach (var form in FormsOf(url)) matches |= tokens.Signed(SignatureHash.Sha1, [Encoding.UTF8.GetBytes(form), tail], signature);
        return matches;
    }

    private static SignatureCheck Check(HttpRequest request, string[] urls, IReadOnlyList<KeyValuePair<string, string>> parameters, TwilioOptions twilio)
    {
        if (request.Headers[Header] is { Count: > 1 }) return SignatureCheck.Wrong($"The header {Header} is there more than once.");
        if (request.Headers[Header] is not [{ Length: > 0 } presented]) return SignatureCheck.Missing(Header);
        var matches = false;
        foreach (var url in urls) matches |= Matches(url, parameters, presented, twilio.AuthTokens);
        return matches
            ? SignatureCheck.Right()
            : SignatureCheck.Wrong($"{Header} is not that of {urls[0]} and this body; see {TwilioOptions.Section}:PublicUrl and :AuthTokens.");
    }

    /// <summary>The URL without a port and with one: which of them was signed is not always told.</summary>
    private static string[] FormsOf(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.AsSpan(start).IndexOfAny('/', '?') is >= 0 and var found ? start + found : url.Length;
        var host = start + url.AsSpan(start, end - start).LastIndexOf('@') + 1;
        var colon = url.AsSpan(host, end - host).LastIndexOf(':') is >= 0 and var at && !url.AsSpan(host + at, end - host - at).Contains(']') ? host + at : end;
        var bare = url[..colon] + url[end..];
        var port = colon < end ? url[colon..end] : url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) ? ":80" : ":443";
        return [bare, url[..colon] + port + url[end..]];
    }

    /// <summary>Path and query in the very characters of the request line.</summary>
    private static string TargetOf(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget is ['/', ..] raw ? raw : request.PathBase + request.Path + request.QueryString;

    /// <summary>The digits' case is nobody's concern.</summary>
    private static bool IsHashOf(ReadOnlyMemory<byte> body, string? claimed)
    {
        var hash = new byte[SHA256.HashSizeInBytes];
        return claimed?.Length == hash.Length * 2
            && Convert.FromHexString(claimed, hash, out _, out _) == OperationStatus.Done
            && CryptographicOperations.FixedTimeEquals(SHA256.HashData(body.Span), hash);
    }
}
