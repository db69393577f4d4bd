using System.Net;
using System.Net.Http.Headers;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace CallActors.Tests.Fixtures;

/// <summary>Twilio as the service sees it: through a proxy, under the public name, every request signed with the account's token.</summary>
internal sealed class TwilioClient(Uri address, string token, string publicUrl = TwilioClient.PublicUrl) : IDisposable
{
    public const string PublicUrl = "https://calls.example.com";
    public const string Token = "0123456789abcdef0123456789abcdef";
    public const string OtherToken = "fedcba9876543210fedcba9876543210";
    public const string Account = "AC00000000000000000000000000000001";

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Twilio's own recipe, written anew: what is tested must not be what it is tested with.</summary>
    public static string Sign(string token, string url, params (string Name, string Value)[] parameters)
    {
        var text = new StringBuilder(url);
        foreach (var (name, value) in parameters.OrderBy(parameter => parameter.Name, StringComparer.Ordinal)) text.Append(name).Append(value);
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, Encoding.UTF8.GetBytes(token));
        hmac.AppendData(Encoding.UTF8.GetBytes(text.ToString()));
        return Convert.ToBase64String(hmac.GetHashAndReset());
    }

    public static (string Name, string Value)[] Callback(string call, string status, params (string Name, string Value)[] more) =>
    [
        ("CallSid", call), ("AccountSid", Account), ("CallStatus", status), ("ApiVersion", "2010-04-01"), ("Direction", "inbound"),
        ("From", "+972501234567"), ("To", "+97235550100"), ("Called", "+97235550100"), ("Caller", "+972501234567"), ("StirVerstat", "TN-Validation-Passed-A"),
        .. more,
    ];

    /// <summary>Posts a form, signed; or with the signature that is given.</summary>
    public async Task<(int Status, string? Type, string Body)> Post(
        string path, (string Name, string Value)[] parameters, string? signature = null, string? token2 = null)
    {
        using var form = new FormUrlEncodedContent(parameters.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
        return await Post(path, form, signature ?? Sign(token2 ?? token, publicUrl + path, parameters));
    }

    public async Task<(int Status, string? Type, string Body)> Post(string path, HttpContent content, string? signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Host = new Uri(publicUrl).Host;
        if (signature is { Length: > 0 }) request.Headers.Add("X-Twilio-Signature", signature);
        request.Headers.Add("I-Twilio-Idempotency-Token", Guid.NewGuid().ToString());
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("TwilioProxy", "1.1"));
        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, answer.Content.Headers.ContentType?.ToString(), await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Opens a media stream.</summary>
    public async Task<ClientWebSocket> Stream(string? signature = null)
    {
        var url = publicUrl.Replace("https:", "wss:", StringComparison.Ordinal) + "/v1/gateways/twilio/media";
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = HttpVersion.Version11;
        socket.Options.SetRequestHeader("X-Twilio-Signature", signature ?? Sign(token, url));
        socket.Options.SetRequestHeader("Host", new Uri(publicUrl).Host);
        await socket.ConnectAsync(new UriBuilder(address) { Scheme = "ws", Path = "/v1/gateways/twilio/media" }.Uri, CancellationToken.None);
        return socket;
    }

    public void Dispose() => _http.Dispose();
}

/// <summary>What Twilio says over a media stream.</summary>
internal static class MediaFrames
{
    public const string Stream = "MZ00000000000000000000000000000001";

    public static Task Send(this WebSocket socket, string frame) =>
        socket.SendAsync(Encoding.UTF8.GetBytes(frame), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);

    public const string Connected = """{"event":"connected","protocol":"Call","version":"1.0.0"}""";

    public static string Start(string call) =>
        $$$"""
        {"event":"start","sequenceNumber":"1","start":{"accountSid":"{{{TwilioClient.Account}}}","streamSid":"{{{Stream}}}","callSid":"{{{call}}}","tracks":["inbound"],
        "mediaFormat":{"encoding":"audio/x-mulaw","sampleRate":8000,"channels":1},"customParameters":{"greeting":"Hi \"Dana\""}},"streamSid":"{{{Stream}}}"}
        """;

    public static string Media(int number) =>
        $$$"""{"event":"media","sequenceNumber":"{{{number}}}","media":{"track":"inbound","chunk":"{{{number}}}","timestamp":"{{{number * 20}}}","payload":"{{{new string('/', 216)}}}"},"streamSid":"{{{Stream}}}"}""";

    public static string Dtmf(string digit) =>
        $$$"""{"event":"dtmf","streamSid":"{{{Stream}}}","sequenceNumber":"5","dtmf":{"track":"inbound_track","digit":"{{{digit}}}"}}""";

    public static string Mark(string name) => $$$"""{"event":"mark","sequenceNumber":"4","streamSid":"{{{Stream}}}","mark":{"name":"{{{name}}}"}}""";

    public static string Stop(string call) =>
        $$$"""{"event":"stop","sequenceNumber":"9","stop":{"accountSid":"{{{TwilioClient.Account}}}","callSid":"{{{call}}}"},"streamSid":"{{{Stream}}}"}""";
}
