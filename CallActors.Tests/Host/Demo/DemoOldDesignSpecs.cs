using CallActors.Host.Verbs.Demo;
using CallActors.Host.Verbs.Older;
using CallActors.Telemetry;
using Dapper;

namespace CallActors.Tests.Host.Demo;

public sealed class DemoOldDesignSpecs
{
    [Fact]
    public async Task A_call_costs_17_SELECTs_3_UPDATEs_and_3_COMMITs_half_of_them_while_the_caller_listens()
    {
        await using var demo = await DemoCalls.OpenAsync(20);
        var counter = await TakeAsync(demo, demo.Plan(20));

        Assert.Equal((9 * 20, 0), Counts(DatabasePhase.Load));
        Assert.Equal((9 * 20, 2 * 20), Counts(DatabasePhase.Live));
        Assert.Equal((2 * 20, 1 * 20), Counts(DatabasePhase.Flush));

        (long, long) Counts(DatabasePhase phase) => (counter.Read(phase).Statements, counter.Read(phase).Transactions);
    }

    private static async Task<StatementCounter> TakeAsync(DemoCalls demo, IReadOnlyList<CallScript> calls)
    {
        var counter = new StatementCounter();
        var design = new OldDesign(async cancel => await demo.Database.ConnectAsync(cancel), counter, TimeProvider.System);
        await design.PrepareAsync(calls.Select(call => call.ToOldCall(DateTimeOffset.UnixEpoch)), CancellationToken.None);
        Assert.Equal(0, counter.Read(DatabasePhase.Load).Statements);
        foreach (var call in calls) await design.TakeAsync(call.ToOldCall(DateTimeOffset.UnixEpoch), CancellationToken.None);
        return counter;
    }

    [Fact]
    public async Task It_does_what_it_says_every_call_has_its_status()
    {
        await using var demo = await DemoCalls.OpenAsync(20);
        var calls = demo.Plan(20);
        await TakeAsync(demo, calls);

        await using var connection = await demo.Database.ConnectAsync(CancellationToken.None);
        var stored = await connection.QueryAsync<(string Call, string Status)>("select call_sid, status from call_log order by call_sid");
        Assert.Equal(calls.Select(call => (call.CallId, call.Status)), stored);
    }
}
