using CallActors.Telemetry;
using CallActors.Tests.Fixtures;
using Xunit.Abstractions;

namespace CallActors.Tests.EndToEnd;

/// <summary>A real service that is killed, at every named point and at random moments, under a gateway that retries.</summary>
public sealed class CrashSpecs(ITestOutputHelper output) : IAsyncLifetime
{
    private SpecCrm _crm = null!;
    private DirectoryInfo _folder = null!;
    private volatile Uri _address = new("http://127.0.0.1:1");

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnPostgreSqlAsync();
        await _crm.AddBusinessAsync(CrashedCalls.Number);
        _folder = Directory.CreateTempSubdirectory("callactors-crash-");
    }

    public async Task DisposeAsync()
    {
        await _crm.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    public static TheoryData<string> Points => [.. CrashPoint.All];

    private async Task<ServiceProcess> StartAsync(string? crashAt = null)
    {
        var service = await ServiceProcess.StartAsync(
            _folder.FullName, crashAt, ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString));
        _address = service.Address;
        return service;
    }

    /// <summary>Points that only a start with calls in its log comes by.</summary>
    private static bool IsOfRecovery(string point) => point is CrashPoint.LogRead or CrashPoint.CallRevived;

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_at_a_point_and_started_again_the_rows_are_those_of_calls_without_a_crash(string point)
    {
        var calls = new CrashedCalls(_crm, () => _address, "CA");
        if (IsOfRecovery(point))
        {
            // A call that lives, a service that dies; the next one is killed while it reads what the first left.
            await using (var first = await StartAsync())
            {
                using var gateway = new GatewayClient(first.Address);
                await gateway.Tell(
                    GatewayClient.Event("CA-0000", "call.started", new { direction = "inbound", from = "+972541111111", to = CrashedCalls.Number }, "before"));
                await first.KillAsync();
            }

            await ServiceProcess.RunUntilItDiesAsync(
                _folder.FullName, point, ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString));
            await using var again = await StartAsync();
            using var last = new GatewayClient(again.Address);
            Assert.Equal("greeting", (string?)(await last.Get("/v1/calls/CA-0000")).Body["state"]);
            return;
        }

        await using var dying = await StartAsync(point);
        var telling = Task.WhenAll(Enumerable.Range(0, 3).Select(calls.Tell));
        await dying.UntilItDiesAsync();
        await using var reborn = await StartAsync();
        await telling;
        await calls.AssertRows(3);
    }

    [Fact]
    public async Task Killed_at_random_moments_nothing_is_lost_doubled_or_wrong()
    {
        var rounds = int.Parse(Environment.GetEnvironmentVariable("CALLACTORS_CHAOS_ROUNDS") ?? "8", System.Globalization.CultureInfo.InvariantCulture);
        var seed = int.Parse(Environment.GetEnvironmentVariable("CALLACTORS_CHAOS_SEED") ?? $"{Environment.TickCount & 0xFFFF}",
            System.Globalization.CultureInfo.InvariantCulture);
        output.WriteLine($"CALLACTORS_CHAOS_SEED={seed} CALLACTORS_CHAOS_ROUNDS={rounds}");
        var random = new Random(seed);
        var service = await StartAsync();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                var calls = new CrashedCalls(_crm, () => _address, $"R{round:000}");
                var telling = Task.WhenAll(Enumerable.Range(0, 8).Select(calls.Tell));

                // A timer, not a wait for a condition: a crash asks nobody when it may come.
                using var moment = new PeriodicTimer(TimeSpan.FromMilliseconds(random.Next(5, 400)));
                await moment.WaitForNextTickAsync();
                var dead = service;
                await dead.KillAsync();
                service = await StartAsync();
                await dead.DisposeAsync();
                await telling;
                await calls.AssertRows(8);
            }
        }
        finally
        {
            await service.DisposeAsync();
        }
    }
}
