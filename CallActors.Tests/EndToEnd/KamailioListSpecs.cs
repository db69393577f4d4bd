using System.Collections.Concurrent;
using System.Text.Json;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Tests.EndToEnd;

/// <summary>
/// What a real Kamailio says of more calls than it can list in one event, and to a service that does not take it, read as the service reads it.
/// </summary>
public sealed class KamailioListSpecs : IAsyncLifetime
{
    private const int Calls = 800;
    private readonly ConcurrentQueue<EventReading> _heard = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly ConcurrentQueue<DateTimeOffset> _heardAt = new();
    private Func<Task> _beforeAnswer = () => Task.CompletedTask;
    private readonly int _proxy = KamailioProcess.FreePort();
    private readonly int _callee = KamailioProcess.FreePort();
    private WebApplication _receiver = null!;

    public async Task InitializeAsync()
    {
        await SipPrograms.FindAsync();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.Urls.Add("http://127.0.0.1:0");
        var reader = new CloudEventReader(TimeProvider.System);
        _receiver.MapPost("/v1/events", async (HttpRequest request) =>
        {
            _heardAt.Enqueue(TimeProvider.System.GetUtcNow());
            using var document = await JsonDocument.ParseAsync(request.Body);
            foreach (var told in document.RootElement.EnumerateArray()) _heard.Enqueue(reader.Structured(told));
            await _beforeAnswer();
            return Results.Text(
                _problems.TryDequeue(out var problem) ? $"[{{\"outcome\":\"refused\",\"problem\":{{\"type\":\"{problem}\"}}}}]" : "[]", "application/json");
        });
        await _receiver.StartAsync();
    }

    public Task DisposeAsync() => _receiver.DisposeAsync().AsTask();

    [Fact]
    public async Task More_calls_than_one_list_holds_are_listed_in_parts()
    {
        await using var kamailio = await KamailioProcess.StartAsync(
            ("CALLACTORS_URL", $"{_receiver.Urls.Single()}/v1/events"),
            ("CALLACTORS_SNAPSHOT_SECONDS", "2"),
            ("SIP_LISTEN", $"udp:127.0.0.1:{_proxy}"),
            ("SIP_NEXT_HOP", $"sip:127.0.0.1:{_callee}"),
            ("SIP_WORKERS", "2"));
        await using var answering = await SippProcess.AnswerAsync(_callee);
        await using var calling = await SippProcess.CallAsync("completed", _proxy, Calls, perSecond: 200, "talks", milliseconds: 600_000);

        // A second goes by between two parts.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (Parts().Count < 16)
        {
            Assert.False(limit.IsCancellationRequested,
                $"{Parts().Count} parts were heard; of the events {string.Join(", ", _heard.CountBy(reading => reading.Event?.GetType().Name ?? "none"))}.");
            await beat.WaitForNextTickAsync(CancellationToken.None);
        }

        Assert.All(_heard, reading => Assert.Empty(reading.Faults));
        var started = _heard.Select(reading => reading.Event).OfType<CallEvents.Started>().Select(told => told.CallId.Value).Order(StringComparer.Ordinal);
        Assert.Equal(Calls, started.Count());
        Assert.Equal(started, Parts().Values.SelectMany(part => part.Calls).Select(call => call.CallId.Value).Order(StringComparer.Ordinal));
        Assert.All(Parts().Values, part => Assert.All(part.Calls, call => Assert.True(part.Covers(call.CallId) && call.AnsweredAt is not null)));
    }

    [Fact]
    public async Task A_list_says_when_it_was_made_however_long_the_post_before_it_took()
    {
        // What is tested is this very time: longer than from one list to the next.
        using var post = new PeriodicTimer(TimeSpan.FromSeconds(3));
        _beforeAnswer = () => post.WaitForNextTickAsync().AsTask();
        await using var kamailio = await KamailioProcess.StartAsync(
            ("CALLACTORS_URL", $"{_receiver.Urls.Single()}/v1/events"),
            ("CALLACTORS_SNAPSHOT_SECONDS", "2"),
            ("SIP_LISTEN", $"udp:127.0.0.1:{_proxy}"),
            ("SIP_NEXT_HOP", $"sip:127.0.0.1:{_callee}"),
            ("SIP_WORKERS", "2"),
            ("TZ", "Asia/Kolkata"));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (_heard.Count < 3) await beat.WaitForNextTickAsync(limit.Token);

        Assert.All(_heard, reading => Assert.Empty(reading.Faults));
        var lists = _heard.Select(reading => Assert.IsType<Snapshot>(reading.OfGateway)).Take(3).ToList();
        Assert.All(lists, list => Assert.Equal(TimeSpan.FromHours(5.5), list.Time.Offset));
        Assert.All(lists.Zip(_heardAt, (list, heardAt) => heardAt - list.Time), age => Assert.InRange(age, TimeSpan.Zero, TimeSpan.FromSeconds(2)));
    }

    [Fact]
    public async Task What_is_overloaded_or_failed_is_told_again()
    {
        foreach (var problem in new[] { "failed", "overloaded", "failed", "failed" }) _problems.Enqueue($"urn:callactors:{problem}");
        await using var kamailio = await KamailioProcess.StartAsync(
            ("CALLACTORS_URL", $"{_receiver.Urls.Single()}/v1/events"),
            ("CALLACTORS_SNAPSHOT_SECONDS", "600"),
            ("SIP_LISTEN", $"udp:127.0.0.1:{_proxy}"),
            ("SIP_NEXT_HOP", $"sip:127.0.0.1:{_callee}"),
            ("SIP_WORKERS", "2"));
        await using var answering = await SippProcess.AnswerAsync(_callee);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var beat = new PeriodicTimer(TimeSpan.FromMilliseconds(50));

        // Its first list is one that is made anew where it is not taken.
        while (_problems.Count > 3) await beat.WaitForNextTickAsync(limit.Token);
        await using var calling = await SippProcess.CallAsync("completed", _proxy, 1, perSecond: 1, "talks", milliseconds: 100);
        while (!_heard.Any(reading => reading.Event is CallEvents.Ended) || !_problems.IsEmpty) await beat.WaitForNextTickAsync(limit.Token);
        Assert.True(_heard.Where(reading => reading.Event is not null).GroupBy(reading => reading.Event!.Header.Key.Id).Max(told => told.Count()) > 1);
    }

    /// <summary>The newest list of each part that was made when all calls were up.</summary>
    private Dictionary<string, Snapshot> Parts()
    {
        var answers = _heard.Select(reading => reading.Event).OfType<CallEvents.Answered>().ToList();
        if (answers.Count < Calls) return [];
        var up = answers.Max(told => told.Header.Time);
        return _heard.Select(reading => reading.OfGateway).OfType<Snapshot>()
            .Where(list => list.Part.Length > 0 && list.Time > up)
            .GroupBy(list => list.Part)
            .ToDictionary(part => part.Key, part => part.Last());
    }
}
