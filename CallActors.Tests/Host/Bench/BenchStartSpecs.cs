using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Host.Bench;

/// <summary>What a bench does where it cannot begin, and what it leaves alone.</summary>
public sealed class BenchStartSpecs
{
    [Theory]
    [InlineData("Sqlite", "Data Source=/proc/none/crm.db", 2)]
    [InlineData("PostgreSql", "Host=callactors.invalid;Database=none;Username=none", 1)]
    public async Task A_database_that_cannot_be_had_is_one_sentence_and_no_report(string provider, string connectionString, int expected)
    {
        using var folder = new BenchFolder();
        var (exitCode, output, error) = await ServiceProcess.RunInAsync(
            folder.Path, ["bench", "--calls", "1", "--rounds", "1", "--design", "before", "--json", "report.json"],
            ("CallActors__Database__Provider", provider), ("CallActors__Database__ConnectionString", connectionString));
        Assert.Equal(expected, exitCode);
        Assert.StartsWith("CallActors:Database:ConnectionString names a ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.DoesNotContain("/proc/none", output + error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public async Task A_bench_beside_a_service_that_the_world_may_call_asks_for_none_of_its_keys()
    {
        using var folder = new BenchFolder();
        var (exitCode, output, error) = await ServiceProcess.RunInAsync(
            folder.Path, ["bench", "--calls", "20", "--concurrency", "4", "--rounds", "1", "--design", "callactors-http"],
            ("Urls", "http://0.0.0.0:8080"), ("CallActors__Gateway__ApiKeys", "0123456789abcdef"),
            ("CallActors__Database__ConnectionString", $"Data Source={folder.PathOf("crm.db")}"));
        Assert.True(exitCode == 0, output + error);
    }

    [Theory]
    [InlineData("--design", "callactors,callactors-ws")]
    [InlineData("--cluster", "1")]
    public async Task A_bench_beside_a_clusters_configuration_is_no_node_of_it(string option, string value)
    {
        await using var crm = await SpecCrm.OnPostgreSqlAsync();
        await using var journal = await SpecJournal.OnPostgreSqlAsync();
        using var folder = new BenchFolder();
        await File.WriteAllTextAsync(
            folder.PathOf("appsettings.json"), """{"CallActors":{"Cluster":{"SeedNodes":["127.0.0.1:9"],"BindHostname":"192.0.2.1","JoinTimeout":"2s"}}}""");
        var (exitCode, output, error) = await ServiceProcess.RunInAsync(
            folder.Path, ["bench", "--calls", "20", "--concurrency", "4", "--rounds", "1", option, value],
            ("CallActors__Database__Provider", "PostgreSql"), ("CallActors__Database__ConnectionString", crm.Options.ConnectionString),
            ("CallActors__Journal__Provider", "PostgreSql"), ("CallActors__Journal__ConnectionString", journal.Options.ConnectionString),
            ("CallActors__Cluster__Hostname", "192.0.2.1"));
        Assert.True(exitCode == 0, output + error);
    }
}
