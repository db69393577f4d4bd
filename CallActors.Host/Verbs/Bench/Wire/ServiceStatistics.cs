using System.Net.Http.Headers;
using System.Text.Json;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>What <c>GET /v1/stats</c> of a service in another process says. Transactions are not shown there.</summary>
internal sealed record ServiceStatistics(long Held, StatementTotals Load, StatementTotals Live, StatementTotals Flush)
{
    public static HttpClient ClientOf(Uri address, string key)
    {
        var client = DirectHttp.ClientOf(address);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public static async Task<ServiceStatistics> ReadAsync(HttpClient service, CancellationToken cancel)
    {
        await using var body = await service.GetStreamAsync(new Uri("/v1/stats", UriKind.Relative), cancel);
        using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancel);
        var root = document.RootElement;
        var database = root.GetProperty("database");
        return new ServiceStatistics(Of("loading") + Of("greeting") + Of("live") + Of("flushing"), Cost("load"), Cost("live"), Cost("flush"));

        long Of(string state) => root.GetProperty(state).GetInt64();
        StatementTotals Cost(string phase) => new(
            database.GetProperty("statements").GetProperty(phase).GetInt64(), 0,
            TimeSpan.FromMilliseconds(database.GetProperty("milliseconds").GetProperty(phase).GetDouble()));
    }
}
