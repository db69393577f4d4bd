using CallActors.Host.Options;
using CallActors.Host.Verbs.Bench;
using CallActors.Tests.Fixtures;
using Dapper;
using Npgsql;

namespace CallActors.Tests.Host.Bench;

/// <summary>The bench does what it says: every design takes every call, and leaves nothing behind. How fast, is for the bench itself to say.</summary>
public sealed class BenchSpecs
{
    private static readonly BenchPeople People = new();

    [Theory]
    [InlineData("--calls", "0", "--calls is '0'; an integer from 1 to 1000000 is expected.")]
    [InlineData("--design", "fastest",
        "--design is 'fastest'; a list of original, before, seed, callactors, callactors-memory, limit, before-http, callactors-http, callactors-batch, callactors-ws is expected.")]
    [InlineData("--rounds", "1.5", "--rounds is '1.5'; an integer from 1 to 100 is expected.")]
    [InlineData("--against", "nowhere.json", "--against is 'nowhere.json', which cannot be read as a report of bench --json: ")]
    [InlineData("--against", "", "--against is '', which cannot be read as a report of bench --json: ")]
    public async Task A_wrong_argument_is_named(string option, string value, string sentence)
    {
        var (exitCode, _, error) = await ServiceProcess.RunAsync(["bench", option, value]);
        Assert.Equal(ConfigurationException.ExitCode, exitCode);
        Assert.StartsWith(sentence, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("before,seed,callactors,callactors-memory,limit")]
    [InlineData("before-http,callactors-http,callactors-batch,callactors-ws")]
    public async Task Every_design_takes_every_call_on_SQLite_and_the_files_are_gone_afterwards(string designs)
    {
        using var folder = new BenchFolder();
        var report = folder.PathOf("report.json");
        var (exitCode, output, error) = await ServiceProcess.RunAsync(
            ["bench", "--calls", "100", "--concurrency", "10", "--rounds", "1", "--design", designs, "--json", report],
            ("Database:ConnectionString", $"Data Source={folder.PathOf("crm.db")}"),
            ("Journal:ConnectionString", $"Data Source={folder.PathOf("journal.db")}"));
        Assert.True(exitCode == 0, output + error);
        AssertMeasured(BenchReport.Read(report), designs.Split(','));
        Assert.Equal(["report.json"], Directory.GetFiles(folder.Path).Select(file => System.IO.Path.GetFileName(file)));
    }

    [Theory]
    [InlineData("original,before,seed,callactors,callactors-memory,limit")]
    [InlineData("before-http,callactors-http,callactors-batch,callactors-ws")]
    public async Task Every_design_takes_every_call_on_PostgreSQL_beside_what_is_there_and_the_schemas_are_gone_afterwards(string designs)
    {
        await using var crm = await SpecCrm.OnPostgreSqlAsync();
        await using var journal = await SpecJournal.OnPostgreSqlAsync();
        using var folder = new BenchFolder();
        var report = folder.PathOf("report.json");
        var (exitCode, output, error) = await ServiceProcess.RunAsync(
            ["bench", "--calls", "100", "--concurrency", "10", "--rounds", "1", "--design", designs, "--json", report],
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", crm.Options.ConnectionString),
            ("Journal:Provider", "PostgreSql"), ("Journal:ConnectionString", journal.Options.ConnectionString));
        Assert.True(exitCode == 0, output + error);
        AssertMeasured(BenchReport.Read(report), designs.Split(','));
        Assert.Equal("0", await crm.RowAsync("select count(*) from call_log"));
        foreach (var connectionString in (string[])[crm.Options.ConnectionString, journal.Options.ConnectionString])
        {
            await using var connection = new NpgsqlConnection(connectionString);
            Assert.Equal(
                0, await connection.ExecuteScalarAsync<long>("select count(*) from information_schema.schemata where schema_name like 'callactors_bench%'"));
        }
    }

    [Fact]
    public void The_same_calls_go_to_every_design_and_no_two_book_one_slot()
    {
        var start = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        var calls = Enumerable.Range(0, 5_000).Select(i => new BenchCall(i, People, start)).ToList();
        Assert.All(calls, call => Assert.Equal(BenchCall.Events, call.ToEvents().Length));
        Assert.Equal(calls.Count, calls.Select(call => call.Id).Distinct().Count());
        var booked = calls.Where(call => call.IsBooking).Select(call => (call.BusinessIndex, call.SlotStart)).ToList();
        Assert.Equal(500, booked.Distinct().Count());
        Assert.All(calls, call => Assert.True(call.StartedAt.AddSeconds(60) < start));
        Assert.All(calls.Where(call => call.Job is not null), call => Assert.Contains(call.Job!, People.Jobs));
    }

    [Fact]
    public void A_ratio_is_of_two_designs_of_one_run()
    {
        var report = new BenchReport
        {
            At = DateTimeOffset.UnixEpoch,
            Database = "Sqlite",
            Journal = "Sqlite",
            Calls = 1,
            Concurrency = 1,
            Rounds = 1,
            Designs = new() { ["before"] = Round(100), ["callactors"] = Round(500), ["limit"] = Round(1_000) },
        };
        Assert.Equal([("callactors / before", 5.0), ("callactors / limit", 0.5)], report.Ratios());

        static BenchRound Round(double speed) =>
            new() { Calls = 1, CallsPerSecond = speed, Statements = default, DatabaseMs = default, Commits = 0, OwnCpuMs = 0, BytesPerEvent = 0 };
    }

    [Fact]
    public void The_median_is_each_figures_own()
    {
        BenchRound[] rounds = [.. new double[] { 3, 1, 2 }.Select(n => new BenchRound
        {
            Calls = 7, CallsPerSecond = n, Statements = new PhaseFigures(n, 0, -n), DatabaseMs = default, Commits = 4 - n, OwnCpuMs = 0, BytesPerEvent = 0,
                ReplyP99Ms = n,
        })];
        var median = BenchRound.MedianOf(rounds);
        Assert.Equal((7, 2, -2, 2, 2), (median.Calls, median.CallsPerSecond, median.Statements.Flush, median.Commits, median.ReplyP99Ms));
        Assert.Null(median.PostgresCpuMs);
    }

    [Fact]
    public void A_percentile_is_a_wait_that_was_measured()
    {
        var latencies = new Latencies();
        Assert.Null(latencies.Percentile(0.5));
        latencies.Begin(200);
        foreach (var wait in Enumerable.Range(1, 100)) latencies.Add(TimeSpan.FromMilliseconds(wait));
        Assert.Equal((50, 99, 100), (latencies.Percentile(0.5), latencies.Percentile(0.99), latencies.Percentile(1)));
    }

    private static void AssertMeasured(BenchReport report, string[] designs)
    {
        Assert.Equal(designs, report.Designs.Keys);
        Assert.All(report.Designs.Values, round => Assert.True(round.CallsPerSecond > 0));
        Assert.All(report.Designs.Where(design => design.Key.StartsWith("callactors", StringComparison.Ordinal)), design =>
        {
            Assert.Equal(0, design.Value.Statements.Live);
            Assert.InRange(design.Value.Statements.Load, 0.001, 1);
        });
        Assert.All(report.Designs.Where(design => design.Key.StartsWith("before", StringComparison.Ordinal)),
            design => Assert.Equal(new PhaseFigures(9, 9, 2), design.Value.Statements));
        Assert.All(report.Designs,
            design => Assert.Equal(design.Key is "before-http" or "callactors-http" or "callactors-batch" or "callactors-ws", design.Value.ServiceCpuMs > 0));
    }
}
