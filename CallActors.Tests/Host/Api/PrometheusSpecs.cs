using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Messages;
using CallActors.Telemetry;
using CallActors.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using static CallActors.Messages.CallQueries;

namespace CallActors.Tests.Host.Api;

public sealed class PrometheusSpecs : GatewayFixture
{
    private const string Waits = "callactors_event_reply_duration_seconds";

    /// <summary>Another service in this process.</summary>
    private sealed class Another : GatewayFixture
    {
        public async Task<PrometheusText> TellAndScrape(int events)
        {
            for (var i = 0; i < events; i++) await Post("/v1/events", Structured(Event("call.ringing")));
            return new PrometheusText((await Get(Prometheus.Path)).Body);
        }
    }

    private static string Event(string type, string data = "{}", string subject = "CA-1") =>
        $$"""{"specversion":"1.0","id":"{{Guid.NewGuid()}}","source":"spec","type":"{{type}}","subject":"{{subject}}","time":"2026-05-17T10:00:00Z","data":{{data}}}""";

    private static string Start() => Event("call.started", """{"direction":"inbound","from":"","to":"+1"}""");

    private async Task<PrometheusText> Scrape()
    {
        var answer = await Get(Prometheus.Path);
        Assert.Equal((200, "text/plain; version=0.0.4; charset=utf-8"), (answer.Status, answer.Type));
        return new PrometheusText(answer.Body);
    }

    [Fact]
    public async Task Each_event_that_has_its_reply_is_in_the_histogram_once_under_its_kind()
    {
        await Post("/v1/events", Structured(Start()));
        for (var i = 0; i < 3; i++) await Post("/v1/events", Structured(Event("call.ringing")));
        await Post("/v1/events", Batch(Start(), Event("call.answered"), "7"));
        await Post("/v1/events", Structured("no event"));
        Calls.OnSend = _ => throw new TimeoutException();
        (await Post("/v1/events", Structured(Event("call.ringing")))).IsProblem("overloaded", 503);
        await Post("/v1/events", Structured(Event("gateway.heartbeat").Replace(",\"subject\":\"CA-1\"", "", StringComparison.Ordinal)));

        var scrape = await Scrape();
        Assert.Equal((2, 7, 1),
            (scrape[$"{Waits}_count", ("kind", "start")], scrape[$"{Waits}_count", ("kind", "event")], scrape[$"{Waits}_count", ("kind", "gateway")]));
        Assert.Equal(
            ["0.001", "0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf"],
            scrape.Samples.Where(sample => sample.Name == $"{Waits}_bucket" && sample["kind"] == "event").Select(sample => sample["le"]));
    }

    [Fact]
    public async Task An_event_that_waits_is_in_flight_and_then_in_the_bucket_of_its_wait()
    {
        var reply = new TaskCompletionSource<CallReply>();
        Calls.OnSend = _ => reply.Task;
        var waiting = Post("/v1/events", Structured(Event("call.ringing")));
        PrometheusText scrape;
        do scrape = await Scrape();
        while (scrape["callactors_events_in_flight", ("kind", "event")] == 0);
        Assert.Equal((0, 4096, 0),
            (scrape["callactors_events_in_flight", ("kind", "start")], scrape["callactors_events_in_flight_limit"], scrape["callactors_starts_waiting"]));
        Assert.DoesNotContain("callactors_starts_limit_per_second", scrape.Families.Keys);
        var until = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(until) < TimeSpan.FromMilliseconds(30)) await Task.Yield();
        reply.SetResult(new CallReply(CallId.Parse("CA-1"), "e", CallOutcome.Applied, CallPhase.Live));
        await waiting;
        scrape = await Scrape();
        Assert.Equal((0, 0, 1),
            (scrape["callactors_events_in_flight", ("kind", "event")], scrape[$"{Waits}_bucket", ("le", "0.025")], scrape[$"{Waits}_bucket", ("le", "+Inf")]));
        Assert.True(scrape[$"{Waits}_sum"] >= 0.03);
    }

    [Fact]
    public async Task Services_in_one_process_tell_of_themselves_alone()
    {
        var another = new Another();
        await another.InitializeAsync();
        try
        {
            await Post("/v1/events", Structured(Event("call.ringing")));
            Assert.Equal(3, (await another.TellAndScrape(3)).Sum($"{Waits}_count"));
            var scrape = await Scrape();
            Assert.Equal(1, scrape.Sum($"{Waits}_count"));
            Assert.Single(scrape.Samples, sample => sample.Name == "kestrel_active_connections");
        }
        finally
        {
            await another.DisposeAsync();
        }
    }

    [Fact]
    public async Task Whoever_scrapes_at_the_same_time_is_answered_and_all_of_it_can_be_read()
    {
        using var done = new CancellationTokenSource();
        var telling = Task.Run(async () =>
        {
            while (!done.IsCancellationRequested) await Post("/v1/events", Structured(Start()));
        });
        for (var round = 0; round < 5; round++) await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Scrape()));
        await done.CancelAsync();
        await telling;
        Assert.Equal(Calls.Asked.Count, (await Scrape())[$"{Waits}_count", ("kind", "start")]);
    }

    [Fact]
    public async Task OpenMetrics_is_given_to_whoever_asks_for_it_and_text_for_anything_else()
    {
        await Post("/v1/events", Structured(Event("call.ringing")));
        async Task<Answer> Accepting(string accept)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Prometheus.Path, UriKind.Relative));
            Assert.True(request.Headers.TryAddWithoutValidation("Accept", accept));
            using var response = await Client.SendAsync(request);
            return await Answer.Of(response);
        }

        var open = await Accepting("application/openmetrics-text;version=1.0.0;q=0.8,text/plain;version=0.0.4;q=0.5,*/*;q=0.1");
        Assert.StartsWith("application/openmetrics-text; version=1.0.0", open.Type, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", open.Body, StringComparison.Ordinal);
        Assert.StartsWith("text/plain; version=0.0.4", (await Accepting("image/png")).Type, StringComparison.Ordinal);
        var promised = new ApiDocument((await Get("/openapi/v1.json")).Body)["paths"][Prometheus.Path]!["get"]!["responses"]!["200"]!["content"]!.AsObject();
        Assert.Equal(["application/openmetrics-text", "text/plain"], promised.Select(type => type.Key).Order());
        using var post = await Client.PostAsync(new Uri(Prometheus.Path, UriKind.Relative), null);
        Assert.Equal((405, "GET"), ((int)post.StatusCode, post.Content.Headers.Allow.Single()));
    }

    [Fact]
    public async Task The_runtime_and_the_server_are_told_of_and_no_label_names_a_call_or_a_person()
    {
        await Post("/v1/events", Structured(Start()));
        var scrape = await Scrape();
        Assert.Contains("dotnet_gc_pause_time_seconds_total", scrape.Families.Keys);
        Assert.Contains("dotnet_process_memory_working_set_bytes", scrape.Families.Keys);
        Assert.Contains("kestrel_active_connections", scrape.Families.Keys);
        var own = scrape.Samples.Where(sample => sample.Name.StartsWith("callactors_", StringComparison.Ordinal));
        Assert.Empty(own.SelectMany(sample => sample.Labels).Select(label => label.Label).Distinct()
            .Except(["kind", "le", "outcome", "phase", "problem", "state", "version"]));
    }

    [Fact]
    public async Task Asking_that_fails_leaves_the_rest_of_the_scrape()
    {
        Calls.OnCountHere = _ => throw new InvalidOperationException("no");
        Assert.Contains("callactors_events_in_flight", (await Scrape()).Families.Keys);
    }

    [Fact]
    public void Recording_allocates_nothing()
    {
        using var meters = new SpecMeters();
        var times = new ReplyTimes(meters, TimeProvider.System);
        var heard = 0;
        using var listener = meters.Hear(_ => heard++);
        times.Took(ReplyTimes.Kind.Event, TimeSpan.FromMilliseconds(3));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) times.Took(ReplyTimes.Kind.Event, TimeSpan.FromMilliseconds(3));
        Assert.Equal((0, 1001), (GC.GetAllocatedBytesForCurrentThread() - before, heard));
    }
}

public sealed class PrometheusPatienceSpecs : GatewayFixture
{
    private readonly FakeTimeProvider _time = new();

    protected override TimeProvider Time => _time;

    /// <summary>The exporter might go on telling what it was told last.</summary>
    [Fact]
    public async Task A_partition_that_does_not_answer_keeps_a_scrape_for_its_patience_and_no_longer_and_old_figures_are_not_told_for_new_ones()
    {
        const string Gauge = "callactors_partitions";
        var held = Services.GetRequiredService<HeldCalls>();
        CallInstruments.Add(CallMeter.Of(Services.GetRequiredService<IMeterFactory>()),
            new CallFigures(Counters, null, new CrmAvailability(), new JournalAvailability(), held, _time));
        Calls.OnCountHere = _ => Task.FromResult(new HeldHere(new CallCounts([], null), 8));
        Assert.Contains(Gauge, new PrometheusText((await Get(Prometheus.Path)).Body).Families.Keys);
        var givenUp = false;
        Calls.OnCountHere = async cancel =>
        {
            using var told = cancel.Register(() => givenUp = true);
            _time.Advance(Prometheus.Patience);
            return await new TaskCompletionSource<HeldHere>().Task;
        };
        var answer = await Get(Prometheus.Path);
        Assert.Equal(200, answer.Status);
        Assert.True(givenUp);
        var told = new PrometheusText(answer.Body).Families.Keys;
        Assert.Contains("callactors_events_in_flight", told);
        Assert.DoesNotContain(Gauge, told);
        Calls.OnCountHere = _ => Task.FromResult(new HeldHere(new CallCounts([], null), 8));
        Assert.Contains(Gauge, new PrometheusText((await Get(Prometheus.Path)).Body).Families.Keys);
    }
}

public sealed class PrometheusKeySpecs : GatewayFixture
{
    protected override string Keys => Key;

    [Fact]
    public async Task It_needs_a_key_like_everything()
    {
        var refused = await Get(Prometheus.Path);
        refused.IsProblem("unauthorized", 401);
        Assert.Equal("Bearer", refused.Headers.WwwAuthenticate.ToString());
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        Assert.Equal(200, (await Get(Prometheus.Path)).Status);
    }
}
