using CallActors.Tests.Fixtures;
using Microsoft.Data.Sqlite;

namespace CallActors.Tests.EndToEnd;

/// <summary>An orderly stop, without a journal, while the database is busy with something else.</summary>
public sealed class SlowDrainSpecs
{
    /// <summary>Longer than the two seconds after which the command line's parser would kill a verb that was told to end.</summary>
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_stop_waits_for_the_database_and_loses_no_call()
    {
        using var file = new TemporaryFile();
        await using var service = await ServiceProcess.StartAsync(null, ("Database:ConnectionString", file.ConnectionString), ("Journal:Durability", "Memory"));
        using var gateway = new GatewayClient(service.Address);
        Assert.Equal(
            "applied", (await gateway.Tell("CA-1", "call.started", new { direction = "inbound", from = "+972541111111", to = "+97235550100" })).Outcome);

        await using var other = new SqliteConnection(file.ConnectionString + ";Pooling=false");
        await other.OpenAsync();
        Task<int> exit;
        await using (other.BeginTransaction(deferred: false))
        {
            exit = service.TerminateAsync();
            await Assert.ThrowsAsync<TimeoutException>(() => exit.WaitAsync(Busy));
        }

        Assert.Equal(0, await exit);
        await using var row = other.CreateCommand();
        row.CommandText = "select status from call_log where call_sid = 'CA-1'";
        Assert.Equal("failed", await row.ExecuteScalarAsync());
    }
}
