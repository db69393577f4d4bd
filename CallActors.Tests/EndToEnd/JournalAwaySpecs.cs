using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;
using Xunit.Abstractions;

namespace CallActors.Tests.EndToEnd;

/// <summary>
/// A journal on PostgreSQL that goes away under a real service, the CRM being elsewhere and well. What cannot be kept is not called applied; calls stay,
/// and go on by themselves when the journal is back.
/// </summary>
public sealed class JournalAwaySpecs(PrivatePostgres server, ITestOutputHelper output) : IClassFixture<PrivatePostgres>, IAsyncLifetime
{
    private readonly List<ServiceProcess> _services = [];
    private SpecCrm _crm = null!;
    private DirectoryInfo _folder = null!;
    private CrashedCalls _calls = null!;
    private string _journal = "";
    private volatile Uri _address = new("http://127.0.0.1:1");

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnPostgreSqlAsync();
        _journal = await server.CreateDatabaseAsync();
        await _crm.AddBusinessAsync(CrashedCalls.Number);
        _folder = Directory.CreateTempSubdirectory("callactors-journal-away-");
        _calls = new CrashedCalls(_crm, () => _address, "CA");
    }

    public async Task DisposeAsync()
    {
        foreach (var service in _services) await service.DisposeAsync();
        await server.MendAsync();
        await _crm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private async Task<ServiceProcess> StartAsync()
    {
        var service = await ServiceProcess.StartAsync(
            _folder.FullName,
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString),
            ("Journal:Provider", "PostgreSql"), ("Journal:ConnectionString", _journal));
        _services.Add(service);
        _address = service.Address;
        return service;
    }

    [Fact]
    public async Task While_the_journal_is_stopped_nothing_is_applied_and_the_calls_go_on_when_it_is_back()
    {
        var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);
        await LiveCall();
        await server.StopAsync();

        foreach (var told in new[] { Note(0), _calls.EndOf(0), _calls.StartOf(1), Note(0) }) await AssertNotNow(gateway, told);
        await gateway.Until("/health/ready", ready => ready.Status == 503);

        // Whether the start that was cut off is in the log nobody knows yet; it may be loading until then.
        var held = (await gateway.Get("/v1/calls")).Body["calls"]!.AsArray().Select(call => $"{call!["callId"]} {call["state"]}");
        Assert.Equal("CA-0000 live", Assert.Single(held, call => call != "CA-0001 loading"));
        var view = (await gateway.Get("/v1/calls/CA-0000")).Body;
        Assert.Equal(("live", "in-progress"), ((string?)view["state"], (string?)view["status"]));
        await AssertIdle(service);

        await server.StartAgainAsync();
        await GoOn(gateway);
    }

    [Fact]
    public async Task While_the_journal_is_frozen_nothing_is_applied_and_the_calls_go_on_when_it_thaws()
    {
        var service = await StartAsync();
        using var gateway = new GatewayClient(service.Address);
        await LiveCall();
        await server.FreezeAsync();

        using var moment = new PeriodicTimer(TimeSpan.FromSeconds(8));
        await Task.WhenAll(AssertNotNow(gateway, Note(0)), AssertNotNow(gateway, _calls.StartOf(1)), AssertIdle(service));

        // By the journal's word, not because the edge has lost its patience: then it would not be known to be away.
        Assert.DoesNotContain("No answer in time", service.Output, StringComparison.Ordinal);
        Assert.Equal("live", (string?)(await gateway.Get("/v1/calls/CA-0000")).Body["state"]);
        Assert.Equal(503, (await gateway.Get("/health/ready")).Status);
        await moment.WaitForNextTickAsync();
        await server.ThawAsync();
        await GoOn(gateway);
    }

    [Fact]
    public async Task Killed_at_random_moments_with_its_journal_on_PostgreSQL_nothing_is_lost_doubled_or_wrong()
    {
        var seed = Environment.TickCount & 0xFFFF;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var service = await StartAsync();
        for (var round = 0; round < 5; round++)
        {
            var calls = new CrashedCalls(_crm, () => _address, $"R{round:000}");
            var telling = Task.WhenAll(Enumerable.Range(0, 8).Select(calls.Tell));

            // A timer, not a wait for a condition: a crash asks nobody when it may come.
            using var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(5, 400)));
            await moment.WaitForNextTickAsync();
            await service.KillAsync();
            service = await StartAsync();
            await telling;
            await calls.AssertRows(8);
        }
    }

    [Fact]
    public async Task A_journal_that_is_cut_again_and_again_while_calls_are_told_loses_none_and_doubles_none()
    {
        var service = await StartAsync();
        var telling = Task.WhenAll(Enumerable.Range(0, 20).Select(_calls.Tell));
        using var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(150));
        for (var round = 0; round < 3; round++)
        {
            await moment.WaitForNextTickAsync();
            await server.StopAsync();
            await server.StartAgainAsync();
        }

        await telling;
        await _calls.AssertRows(20);
    }

    private async Task LiveCall()
    {
        await _calls.Tell(_calls.StartOf(0));
        foreach (var told in _calls.TalkOf(0).SkipLast(1)) await _calls.Tell(told);
    }

    private JsonObject Note(int i) => _calls.TalkOf(i)[^1];

    /// <summary>What was told while the journal was away is told again, and counts.</summary>
    private async Task GoOn(GatewayClient gateway)
    {
        await gateway.Until("/health/ready", ready => ready.Status == 200);
        await _calls.Tell(Note(0));
        await _calls.Tell(_calls.EndOf(0));
        await _calls.Tell(1);
        await _calls.AssertRows(2);
        Assert.Equal("duplicate", (await gateway.Tell(Note(0))).Outcome);
    }

    private static async Task AssertNotNow(GatewayClient gateway, JsonObject told)
    {
        var answer = await gateway.Tell(told);
        Assert.Equal((503, "overloaded"), (answer.Status, answer.Problem));
        Assert.True(answer.RetryAfter > TimeSpan.Zero, $"{told["type"]} was answered without Retry-After");
    }

    /// <summary>It lives, and does not run in circles looking for what is not there. The first failures cost the runtime something, once.</summary>
    private static async Task AssertIdle(ServiceProcess service)
    {
        var had = new List<TimeSpan>();
        using var span = new PeriodicTimer(TimeSpan.FromSeconds(3));
        do
        {
            Assert.True(had.Count < 3, $"It took {string.Join(", ", had)} of 3 s each");
            var before = service.ProcessorTime;
            await span.WaitForNextTickAsync();
            Assert.False(service.HasExited);
            had.Add(service.ProcessorTime - before);
        } while (had[^1] > TimeSpan.FromSeconds(1.5));
    }
}
