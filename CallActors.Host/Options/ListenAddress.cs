using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace CallActors.Host.Options;

/// <summary>An address the service listens on.</summary>
/// <param name="Url">As given to Kestrel.</param>
/// <param name="IsLoopback">Only this machine can reach it.</param>
internal sealed partial record ListenAddress(string Url, bool IsLoopback)
{
    private const string Key = "Urls";
    private const string Default = "http://127.0.0.1:8080";
    private const string Expected = "http://, an address and a port, such as http://127.0.0.1:8080 (several separated by ';'),";

    /// <summary>The address as this machine reaches it: where all addresses are listened on, loopback is one of them.</summary>
    public string Reachable
    {
        get
        {
            var url = new UriBuilder(Url.Replace("//*", "//0.0.0.0", StringComparison.Ordinal).Replace("//+", "//0.0.0.0", StringComparison.Ordinal));
            if (url.Host is "0.0.0.0") url.Host = "127.0.0.1";
            else if (url.Host is "[::]") url.Host = "[::1]";
            return url.Uri.GetLeftPart(UriPartial.Authority);
        }
    }

    /// <exception cref="ConfigurationException">There is one that is no address.</exception>
    public static ImmutableArray<ListenAddress> Read(IConfiguration configuration)
    {
        // Kestrel would let these win over Urls, past everything that is checked here.
        if (configuration.GetSection("Kestrel:Endpoints").GetChildren().Any())
            throw new ConfigurationException("Kestrel:Endpoints is given; this service takes its addresses from Urls and no other key.");

        var given = configuration[Key] ?? Default;
        var urls = given.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (urls.Length == 0) throw new ConfigurationException($"{Key} is empty; {Expected} is expected.");
        return [.. urls.Select(Parse)];
    }

    private static ListenAddress Parse(string url)
    {
        if (Form().Match(url) is not { Success: true } match
            || !int.TryParse(match.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
            throw SettingReader.Wrong(Key, url, Expected);

        var host = match.Groups["host"].Value;
        var isName = !IPAddress.TryParse(host, out var address);
        if (isName && port == 0) throw SettingReader.Wrong(Key, url, "with port 0 a numeric address such as http://127.0.0.1:0");

        // To Kestrel every name but localhost is a wildcard: it listens on all addresses of the machine.
        return new ListenAddress(url.TrimEnd('/'), isName ? host.Equals("localhost", StringComparison.OrdinalIgnoreCase) : IPAddress.IsLoopback(address!));
    }

    [GeneratedRegex(
        @"\Ahttp://(?<host>\[[0-9A-Fa-f:.]+\]|[^\s/\\:\[\]@?#]+):(?<port>[0-9]{1,5})/?\z",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
