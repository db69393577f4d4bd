using CallActors.Host.Verbs.Demo;
using CallActors.Telemetry;
using Dapper;

namespace CallActors.Tests.Host.Demo;

public sealed class DemoOldDesignSpecs
{
    [Fact]
    public async Task A_call_costs_17_SELECTs_3_UPDATEs_and_3_COMMITs_half_of_them_while_the_caller_listens()
    {
        await using var demo = await DemoCalls.OpenAsync(20);
        await using var connection = await demo.Database.ConnectAsync(CancellationToken.None);
        var calls = demo.Plan(20);
        var design = new OldDesign(connection, TimeProvider.System);
        await design.PrepareAsync(calls, CancellationToken.None);
        Assert.Equal(0, design.Selects);

        foreach (var call in calls) await design.TakeAsync(call, CancellationToken.None);

        Assert.Equal((17 * 20, 3 * 20, 3 * 20), (design.Selects, design.Updates, design.Commits));
        Assert.Equal((9 * 20, 0), Counts(DatabasePhase.Load));
        Assert.Equal((9 * 20, 2 * 20), Counts(DatabasePhase.Live));
        Assert.Equal((2 * 20, 1 * 20), Counts(DatabasePhase.Flush));

        (long, long) Counts(DatabasePhase phase) => (design.Read(phase).Statements, design.Read(phase).Transactions);
    }

    [Fact]
    public async Task It_does_what_it_says_every_call_has_its_status()
    {
        await using var demo = await DemoCalls.OpenAsync(20);
        await using var connection = await demo.Database.ConnectAsync(CancellationToken.None);
        var calls = demo.Plan(20);
        var design = new OldDesign(connection, TimeProvider.System);
        await design.PrepareAsync(calls, CancellationToken.None);
        foreach (var call in calls) await design.TakeAsync(call, CancellationToken.None);

        var stored = await connection.QueryAsync<(string Call, string Status)>("select call_sid, status from call_log order by call_sid");
        Assert.Equal(calls.Select(call => (call.CallId, call.Status)), stored);
    }
}
