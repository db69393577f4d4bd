using CallActors.Host.Options;

namespace CallActors.Host.Verbs;

/// <summary>Asks a running service whether it is ready: what a container's health check calls.</summary>
internal static class HealthcheckVerb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync(IConfiguration configuration, string? url, TextWriter output, CancellationToken cancel)
    {
        if (url is { } && !(Uri.TryCreate(url, UriKind.Absolute, out var given) && given.Scheme is "http" or "https"))
            throw new ConfigurationException($"--url is '{url}'; an address such as http://127.0.0.1:8080 is expected.");
        var ready = new Uri(new Uri(url ?? ListenAddress.Read(configuration)[0].Reachable), "/health/ready");
        using var client = DirectHttp.ClientOf(patience: Patience);
        try
        {
            using var answer = await client.GetAsync(ready, cancel);
            await output.WriteLineAsync($"{ready}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancel)}");
            return answer.IsSuccessStatusCode ? CommandLine.Done : CommandLine.Failed;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await output.WriteLineAsync($"{ready}: {e.Message}");
            return CommandLine.Failed;
        }
    }
}
