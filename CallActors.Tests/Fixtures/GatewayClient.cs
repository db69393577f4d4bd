using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CallActors.Tests.Fixtures;

/// <summary>An answer of the service.</summary>
internal sealed record ServiceAnswer(int Status, JsonNode Body)
{
    public string? Outcome => (string?)Body["outcome"];

    public string? State => (string?)Body["state"];

    public TimeSpan? RetryAfter { get; init; }

    public string? Problem => ((string?)Body["type"])?.Replace("urn:callactors:", "", StringComparison.Ordinal);
}

/// <summary>A gateway, as a program outside the service sees the contract: CloudEvents over HTTP and nothing else.</summary>
internal sealed class GatewayClient(Uri address, string? key = null) : IDisposable
{
    private readonly HttpClient _http = new()
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(30),
        DefaultRequestHeaders = { Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key) },
    };
    private int _events;

    public static JsonObject Event(string callId, string type, object? data = null, string? id = null, DateTimeOffset? time = null)
    {
        var told = new JsonObject
        {
            ["specversion"] = "1.0",
            ["id"] = id ?? Guid.NewGuid().ToString("N"),
            ["source"] = "spec",
            ["type"] = type,
            ["subject"] = callId,
        };
        if (time is { } at) told["time"] = at.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        if (data is { }) told["data"] = JsonSerializer.SerializeToNode(data);
        return told;
    }

    public Task<ServiceAnswer> Tell(string callId, string type, object? data = null, DateTimeOffset? time = null) =>
        Post("/v1/events", Event(callId, type, data, $"e-{Interlocked.Increment(ref _events)}", time), "application/cloudevents+json");

    public Task<ServiceAnswer> Tell(JsonObject told) => Post("/v1/events", told, "application/cloudevents+json");

    public Task<ServiceAnswer> TellAll(params JsonNode[] events) => Post("/v1/events", new JsonArray(events), "application/cloudevents-batch+json");

    public async Task<ServiceAnswer> Post(string path, JsonNode? body = null, string contentType = "application/json")
    {
        using var content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, MediaTypeHeaderValue.Parse(contentType));
        using var answer = await _http.PostAsync(new Uri(path, UriKind.Relative), content);
        return await Read(answer);
    }

    public async Task<ServiceAnswer> Get(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative));
        return await Read(answer);
    }

    /// <summary>Asks again and again until the answer is what is waited for.</summary>
    /// <returns>That answer.</returns>
    public async Task<ServiceAnswer> Until(string path, Predicate<ServiceAnswer> isIt, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? TimeSpan.FromSeconds(20));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var answer = await Get(path);
            if (isIt(answer)) return answer;
            Assert.False(limit.IsCancellationRequested, $"{path} is still {answer.Status}: {answer.Body.ToJsonString()}");
            await beat.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    /// <summary>Waits until no call is held any more, that is until every batch is committed.</summary>
    public async Task UntilNoCallIsLeft()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            var stats = (await Get("/v1/stats")).Body;
            if ((bool)stats["journal"]!["available"]! && new[] { "loading", "greeting", "live", "flushing" }.Sum(state => (int)stats[state]!) == 0) return;
            await beat.WaitForNextTickAsync(limit.Token);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<ServiceAnswer> Read(HttpResponseMessage answer) =>
        new((int)answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!) { RetryAfter = answer.Headers.RetryAfter?.Delta };
}
