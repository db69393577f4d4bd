using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>What the adapter for Twilio is configured with.</summary>
/// <param name="PublicUrl">Under which Twilio reaches this service: what it signs begins with this.</param>
/// <param name="AuthTokens">The account's tokens.</param>
internal sealed record TwilioOptions(string PublicUrl, SharedSecrets AuthTokens)
{
    public const string Section = "CallActors:Gateway:Twilio";
    public const string MediaPath = "/v1/gateways/twilio/media";

    /// <summary>Where Twilio is told to send the call's audio.</summary>
    public required string StreamUrl { get; init; }

    /// <summary>The public URL of what a WebSocket is opened to.</summary>
    public string PublicSocketUrl => SocketUrlOf(PublicUrl);

    /// <summary>Reads the section; null where it is not there.</summary>
    /// <exception cref="ConfigurationException">A value is wrong, or one of the two that belong together is missing.</exception>
    public static TwilioOptions? Read(SettingReader reader)
    {
        var (urlKey, tokensKey, streamKey) = ($"{Section}:PublicUrl", $"{Section}:AuthTokens", $"{Section}:StreamUrl");
        var (url, stream) = (
            reader.Url(urlKey, Uri.UriSchemeHttps, "https://calls.example.com"), reader.Url(streamKey, Uri.UriSchemeWss, "wss://agent.example.com/calls"));
        var tokens = SharedSecrets.Read(reader, tokensKey);
        if (url is null && tokens is null && stream is null) return null;
        if (tokens is null) throw new ConfigurationException($"{tokensKey} is missing; with {Section} the account's auth token is expected.");
        if (url is null) throw new ConfigurationException($"{urlKey} is missing; with {Section} the URL under which Twilio reaches this service is expected.");
        url = url.TrimEnd('/');
        return new TwilioOptions(url, tokens) { StreamUrl = stream ?? SocketUrlOf(url) + MediaPath };
    }

    // Text, not Uri: Twilio signs the URL in the letters it was given.
    private static string SocketUrlOf(string url) => Uri.UriSchemeWss + url[Uri.UriSchemeHttps.Length..];
}
