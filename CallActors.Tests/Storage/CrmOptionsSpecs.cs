using CallActors.Storage;
using CallActors.Storage.PostgreSql;
using CallActors.Telemetry;

namespace CallActors.Tests.Storage;

public sealed class CrmOptionsSpecs
{
    [Theory]
    [InlineData(DatabaseProvider.PostgreSql, "Host=db;Database=crm;Username=u;Password=s3cret", true)]
    [InlineData(DatabaseProvider.PostgreSql, "postgres://u:s3cret@db/crm", false)]
    [InlineData(DatabaseProvider.PostgreSql, "Host=db;Port=s3cret", false)]
    [InlineData(DatabaseProvider.PostgreSql, "Host=db;s3cret=1", false)]
    [InlineData(DatabaseProvider.PostgreSql, "Database=s3cret", false)]
    [InlineData(DatabaseProvider.PostgreSql, "", false)]
    [InlineData(DatabaseProvider.Sqlite, "Data Source=data/crm.db", true)]
    [InlineData(DatabaseProvider.Sqlite, "Data Source=:memory:", false)]
    [InlineData(DatabaseProvider.Sqlite, "Host=s3cret", false)]
    [InlineData(DatabaseProvider.Sqlite, "Data Source=a;Mode=s3cret", false)]
    [InlineData(DatabaseProvider.Sqlite, "", false)]
    [InlineData((DatabaseProvider)9, "s3cret", false)]
    public void A_connection_string_that_is_none_is_told_without_a_word_of_it(DatabaseProvider provider, string connectionString, bool fine)
    {
        var options = new CrmOptions { Provider = provider, ConnectionString = connectionString };
        Assert.Equal(fine, options.ConnectionStringFault() is null);
        if (fine) return;
        var refused = Assert.Throws<ArgumentException>(() => CrmDatabase.Open(options, TimeProvider.System, new StatementCounter()));
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_connection_string_leaves_open_is_set_and_what_it_says_stays()
    {
        var settings = PostgreSqlConnections.Settings(new CrmOptions
        {
            Provider = DatabaseProvider.PostgreSql,
            ConnectionString = "Host=db;Max Auto Prepare=0;CommandTimeout=77;Maximum Pool Size=3",
            CommandTimeout = TimeSpan.FromSeconds(4.5),
        });
        Assert.Equal((0, 77, 3), (settings.MaxAutoPrepare, settings.CommandTimeout, settings.MaxPoolSize));
        Assert.Equal((3, 500, "callactors", "UTC"), (settings.Timeout, settings.CancellationTimeout, settings.ApplicationName, settings.Timezone));

        settings = PostgreSqlConnections.Settings(new CrmOptions { ConnectionString = "Host=db", CommandTimeout = TimeSpan.FromSeconds(4.5) });
        Assert.Equal(
            (50, 5, "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off -c jit=off -c tcp_keepalives_idle=30 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c tcp_user_timeout=45000"),
            (settings.MaxAutoPrepare, settings.CommandTimeout, settings.Options));

        settings = PostgreSqlConnections.Settings(new CrmOptions { ConnectionString = "Host=db;Options=-c statement_timeout=9s" });
        Assert.Equal("-c statement_timeout=9s", settings.Options);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_away()
    {
        await using var database = CrmDatabase.Open(
            new CrmOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = "Host=127.0.0.1;Port=1;Database=none;Username=u" }, TimeProvider.System,
            new StatementCounter());
        var failure = await Assert.ThrowsAsync<CrmException>(() => database.ListDeadLettersAsync(1, default));
        Assert.Equal(CrmFault.Away, failure.Fault);
    }

    [Fact]
    public async Task A_file_that_cannot_be_made_is_away()
    {
        await using var database = CrmDatabase.Open(
            new CrmOptions { ConnectionString = "Data Source=/proc/none/crm.db" }, TimeProvider.System, new StatementCounter());
        var failure = await Assert.ThrowsAsync<CrmException>(() => database.ListDeadLettersAsync(1, default));
        Assert.Equal(CrmFault.Away, failure.Fault);
    }
}
