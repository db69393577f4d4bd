using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Webhooks;

/// <summary>Reads the gateways that are described by the configuration: <c>CallActors:Gateway:Webhooks:&lt;name&gt;:…</c>.</summary>
internal static partial class WebhookOptionsReader
{
    private const string Section = "CallActors:Gateway:Webhooks";
    private const string Meanings = "started, ringing, answered, completed, busy, no-answer, failed, canceled, heartbeat or ignored";

    private enum SignatureKind
    {
        Hmac,
        Ed25519,
        Jwt,
        Bearer,
    }

    /// <exception cref="ConfigurationException">A value is wrong or missing.</exception>
    public static ImmutableArray<WebhookOptions> Read(SettingReader reader, IConfiguration configuration) =>
        [.. configuration.GetSection(Section).GetChildren().Select(section => Read(reader, section))];

    private static WebhookOptions Read(SettingReader reader, IConfigurationSection section)
    {
        if (!NameForm().IsMatch(section.Key))
            throw SettingReader.Wrong($"{Section}:<name>", section.Key, "a name of up to 32 lower-case letters, digits and hyphens");
        return new WebhookOptions(
            section.Key, ReadSignature(reader, section.Path), ReadFields(reader, section.Path), ReadStatuses(section.GetSection("Statuses")))
        {
            NumberPrefix = NumberPrefix.Read(reader, $"{section.Path}:NumberPrefix"),
        };
    }

    private static IRequestSignature ReadSignature(SettingReader reader, string path)
    {
        var signature = $"{path}:Signature";
        var kind = reader.Word($"{signature}:Kind", SignatureKind.Hmac);
        var tolerance = reader.Duration($"{signature}:Tolerance", TimeSpan.FromMinutes(5));
        return kind switch
        {
            SignatureKind.Bearer => new BearerSecret(ReadSecrets(reader, path)),
            SignatureKind.Jwt => new SignedToken(ReadSecrets(reader, path), tolerance),
            SignatureKind.Ed25519 => ReadHeader(reader, signature, new Ed25519Keys(ReadPublicKeys(reader, path)), SignatureEncoding.Base64, tolerance),
            _ => ReadHeader(reader, signature, new HmacKeys(ReadSecrets(reader, path), reader.Word($"{signature}:Hash", SignatureHash.Sha256)),
                SignatureEncoding.Hex, tolerance),
        };
    }

    private static HeaderSignature ReadHeader(SettingReader reader, string signature, ISignatureKeys keys, SignatureEncoding encoding, TimeSpan tolerance) =>
        new(reader.Text($"{signature}:Header") ?? throw Missing($"{signature}:Header", "the name of the header that holds the signature"), keys)
        {
            Encoding = reader.Word($"{signature}:Encoding", encoding),
            Prefix = reader.Text($"{signature}:Prefix") ?? "",
            Lead = reader.Url($"{signature}:Url", IsOfTheWeb, "the URL the gateway calls, such as https://calls.example.com/v1/gateways/webhooks/mine,") ?? "",
            TimestampHeader = reader.Text($"{signature}:TimestampHeader"),
            TimestampPrefix = reader.Text($"{signature}:TimestampPrefix") ?? "",
            Separator = reader.AsIs($"{signature}:Separator") ?? ".",
            Tolerance = tolerance,
        };

    private static bool IsOfTheWeb(Uri url) => url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp;

    private static SharedSecrets ReadSecrets(SettingReader reader, string path) =>
        SharedSecrets.Read(reader, $"{path}:Secrets") ?? throw Missing($"{path}:Secrets", "what the gateway signs with");

    private static ImmutableArray<byte[]> ReadPublicKeys(SettingReader reader, string path)
    {
        var keys = reader.List($"{path}:PublicKeys").Select(item => PublicKeyOf(item.Key, item.Value)).ToImmutableArray();
        return keys.IsEmpty ? throw Missing($"{path}:PublicKeys", "the gateway's public key in base64") : keys;
    }

    private static byte[] PublicKeyOf(string name, string text)
    {
        var key = new byte[Ed25519Keys.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length == key.Length
            ? key
            : throw SettingReader.Wrong(name, text, $"{Ed25519Keys.Length} bytes in base64");
    }

    private static FrozenDictionary<string, string> ReadFields(SettingReader reader, string path)
    {
        var fields = WebhookFields.All
            .Select(name => (Name: name, Key: $"{path}:{WebhookFields.KeyOf(name)}"))
            .Select(field => (field.Name, field.Key, Pointer: reader.Text(field.Key)?.Trim()))
            .Where(field => field.Pointer is not null)
            .ToDictionary(field => field.Name, field => Checked(field.Name, field.Key, field.Pointer!));
        foreach (var name in new[] { WebhookFields.CallId, WebhookFields.Status })
            if (!fields.ContainsKey(name)) throw Missing($"{path}:{WebhookFields.KeyOf(name)}", "a JSON pointer such as /call_id");
        return fields.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Checked(string name, string key, string pointer) =>
        pointer.StartsWith('/') || name == WebhookFields.Direction && pointer is "inbound" or "outbound"
            ? pointer
            : throw SettingReader.Wrong(key, pointer,
                name == WebhookFields.Direction ? "a JSON pointer such as /direction, or inbound or outbound," : "a JSON pointer such as /call_id");

    private static FrozenDictionary<string, WebhookStatus> ReadStatuses(IConfigurationSection section)
    {
        var statuses = section.GetChildren()
            .ToDictionary(item => item.Key, item => MeaningOf(item.Value) ?? throw SettingReader.Wrong(item.Path, item.Value ?? "", Meanings));
        return statuses.Count == 0
            ? throw Missing($"{section.Path}", "what the gateway's statuses mean")
            : statuses.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static WebhookStatus? MeaningOf(string? word) => word?.Trim() switch
    {
        "ignored" => new WebhookStatus(WebhookMeaning.Ignored, default),
        "heartbeat" => new WebhookStatus(WebhookMeaning.Heartbeat, default),
        "started" => new WebhookStatus(WebhookMeaning.Status, CallStatus.Initiated),
        "answered" => new WebhookStatus(WebhookMeaning.Status, CallStatus.InProgress),
        var text =>
            CallStatuses.Parse(text) is { } status and not CallStatus.Initiated and not CallStatus.InProgress
            ? new WebhookStatus(WebhookMeaning.Status, status)
            : null,
    };

    private static ConfigurationException Missing(string key, string expected) => new($"{key} is missing; {expected} is expected.");

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NameForm();
}
