using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace CallActors.Tests.Fixtures;

/// <summary>A gateway that posts signed JSON, through a proxy, under the public name.</summary>
internal sealed class SignedClient(Uri address) : IDisposable
{
    public const string Secret = "whsec_0123456789abcdef";
    public const string OtherSecret = "whsec_fedcba9876543210";

    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    public async Task<(int Status, string Body)> Post(string path, string body, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json")),
        };
        request.Headers.Host = "calls.example.com";
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await _http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public static string Hmac(HashAlgorithmName hash, string secret, string text)
    {
        using var hmac = IncrementalHash.CreateHMAC(hash, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.UTF8.GetBytes(text));
        return Convert.ToHexStringLower(hmac.GetHashAndReset());
    }

    public static (string Name, string Value) Jambonz(string body, DateTimeOffset at, string secret = Secret) =>
        ("Jambonz-Signature",
            string.Create(
            CultureInfo.InvariantCulture, $"t={at.ToUnixTimeSeconds()},v1={Hmac(HashAlgorithmName.SHA256, secret, $"{at.ToUnixTimeSeconds()}.{body}")}"));

    public static (string Name, string Value) SignalWire(string body, string url, string secret = Secret) =>
        ("X-SignalWire-Signature", Hmac(HashAlgorithmName.SHA1, secret, url + body));

    public static (string Name, string Value)[] Telnyx(string body, DateTimeOffset at, byte[] privateKey)
    {
        var stamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var text = Encoding.UTF8.GetBytes($"{stamp}|{body}");
        var signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(privateKey, 0, text, 0, text.Length, signature, 0);
        return [("telnyx-timestamp", stamp), ("telnyx-signature-ed25519", Convert.ToBase64String(signature))];
    }

    public static string PublicKeyOf(byte[] privateKey)
    {
        var key = new byte[Ed25519.PublicKeySize];
        Ed25519.GeneratePublicKey(privateKey, 0, key, 0);
        return Convert.ToBase64String(key);
    }

    public static (string Name, string Value) Vonage(
        string body, DateTimeOffset at, string secret = Secret, string algorithm = "HS256", string? bodyHash = null)
    {
        var head = Base64Url(new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" }.ToJsonString());
        var claims = Base64Url(new JsonObject
        {
            ["iat"] = at.ToUnixTimeSeconds(),
            ["jti"] = Guid.NewGuid().ToString(),
            ["iss"] = "Vonage",
            ["payload_hash"] = bodyHash ?? Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body))),
        }.ToJsonString());
        var signature = Convert.FromHexString(Hmac(HashAlgorithmName.SHA256, secret, $"{head}.{claims}"));
        return ("Authorization", $"Bearer {head}.{claims}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}");
    }

    public void Dispose() => _http.Dispose();

    private static string Base64Url(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
