using Npgsql;

namespace CallActors.Tests.Fixtures;

/// <summary>The ways a database goes away.</summary>
public enum Outage
{
    Stopped,
    Frozen,
    OutOfConnections,
    ReadOnly,
}

/// <summary>Takes a CRM on a private server from the service, and gives it back. The spec's own door stays open where the server is there.</summary>
internal sealed class CrmOutage
{
    private readonly PrivatePostgres _server;
    private readonly string _database;
    private readonly string _role;

    private CrmOutage(PrivatePostgres server, NpgsqlConnectionStringBuilder settings)
    {
        _server = server;
        _database = settings.Database!;
        _role = $"crm_{_database}";
        settings.Username = _role;
        ConnectionString = settings.ToString();
    }

    /// <summary>As the service is to use it: as somebody for whom limits are in force.</summary>
    public string ConnectionString { get; }

    public static async Task<CrmOutage> OfAsync(PrivatePostgres server, SpecCrm crm)
    {
        var outage = new CrmOutage(server, new NpgsqlConnectionStringBuilder(crm.Options.ConnectionString));
        await crm.ExecuteAsync($"create role {outage._role} login password 'postgres'; grant all on all tables in schema public to {outage._role}");
        return outage;
    }

    public Task BeginAsync(Outage outage) => outage switch
    {
        Outage.Stopped => _server.StopAsync(),
        Outage.Frozen => _server.FreezeAsync(),
        Outage.OutOfConnections => SetAsync($"alter role {_role} connection limit 0"),
        Outage.ReadOnly => SetAsync($"alter role {_role} set default_transaction_read_only = on"),
        _ => throw new ArgumentOutOfRangeException(nameof(outage), outage, null),
    };

    public Task EndAsync(Outage outage) => outage switch
    {
        Outage.Stopped => _server.StartAgainAsync(),
        Outage.Frozen => _server.ThawAsync(),
        Outage.OutOfConnections => SetAsync($"alter role {_role} connection limit -1"),
        Outage.ReadOnly => SetAsync($"alter role {_role} reset default_transaction_read_only"),
        _ => throw new ArgumentOutOfRangeException(nameof(outage), outage, null),
    };

    /// <summary>Cuts all connections, as a restart or a firewall does that has lost patience with idle ones.</summary>
    public Task CutAsync() => _server.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{_database}'");

    /// <summary>What is set counts for new connections.</summary>
    private async Task SetAsync(string sql)
    {
        await _server.ExecuteAsync(sql);
        await CutAsync();
    }
}
