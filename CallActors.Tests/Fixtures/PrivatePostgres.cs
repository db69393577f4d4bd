using Npgsql;

namespace CallActors.Tests.Fixtures;

/// <summary>A real PostgreSQL of a spec's own, which it may stop, freeze and start again. As a class's fixture it is one for all specs of the class.</summary>
public sealed class PrivatePostgres : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private bool _isStopped;
    private bool _isFrozen;

    public async Task InitializeAsync() => _server = await PostgresServer.StartAsync();

    public Task DisposeAsync() => _server.EndAsync();

    /// <summary>A fresh, empty database.</summary>
    /// <returns>Its connection string: the address and nothing else, so that the service's own defaults are in force.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        var settings = new NpgsqlConnectionStringBuilder(await _server.CreateDatabaseAsync());
        settings.Remove("Timeout");
        return settings.ToString();
    }

    /// <summary>Runs a statement as the server's owner, beside all databases of specs.</summary>
    public Task ExecuteAsync(string sql) => _server.ExecuteAsync(sql);

    /// <summary>Stops it as a crash would: connections are cut, nothing is finished.</summary>
    public async Task StopAsync()
    {
        await _server.OrderAsync("stop");
        (_isStopped, _isFrozen) = (true, false);
    }

    /// <summary>Starts it again, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        await _server.OrderAsync("start");
        _isStopped = false;
        await _server.UntilItAnswersAsync();
    }

    /// <summary>Stops all its processes where they are: what knocks is let in and hears nothing, as from a machine that swaps.</summary>
    public async Task FreezeAsync()
    {
        await _server.OrderAsync("freeze");
        _isFrozen = true;
    }

    public async Task ThawAsync()
    {
        await _server.OrderAsync("thaw");
        _isFrozen = false;
    }

    /// <summary>Whatever was done to it, undone: the next spec of the class finds it running.</summary>
    public async Task MendAsync()
    {
        if (_isFrozen) await ThawAsync();
        if (_isStopped) await StartAgainAsync();
    }
}
