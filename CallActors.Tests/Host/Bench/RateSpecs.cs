using CallActors.Host.Verbs.Bench;
using CallActors.Host.Verbs.Bench.Rate;
using CallActors.Tests.Fixtures;
using Dapper;
using Npgsql;

namespace CallActors.Tests.Host.Bench;

/// <summary>A fixed rate is fixed, a CRM that is cut off is away, and every call is written all the same.</summary>
public sealed class RateSpecs
{
    [Theory]
    [InlineData(2_000, 2.5, 40)]
    [InlineData(7, 1, 3)]
    [InlineData(100, 0.01, 5)]
    public void Every_event_of_every_call_has_a_slot_of_its_own_in_order_and_no_slot_is_idle_while_it_is_measured(int rate, double apart, int seconds)
    {
        var plan = new RatePlan(rate, TimeSpan.FromSeconds(apart), TimeSpan.FromSeconds(seconds));
        var told = Enumerable.Range(0, plan.Slots).Select(slot => (Slot: slot, Event: plan.At(slot))).Where(slot => slot.Event is { }).ToList();
        var byCall = told.GroupBy(slot => slot.Event!.Value.Call).ToList();
        Assert.Equal(plan.Calls, byCall.Count);
        Assert.All(byCall, call => Assert.Equal(Enumerable.Range(0, BenchCall.Events), call.Select(slot => slot.Event!.Value.Step)));
        Assert.All(Enumerable.Range(plan.Ramp, seconds * rate), slot => Assert.NotNull(plan.At(slot)));
        Assert.Equal(seconds, (plan.DueOf(plan.Ramp + (seconds * rate)) - plan.DueOf(plan.Ramp)).TotalSeconds, 6);

        var first = byCall[0].Select(slot => slot.Slot).ToList();
        var gap = first[1] - first[0];
        Assert.All(Enumerable.Range(1, BenchCall.Events - 1), step => Assert.Equal(gap, first[step] - first[step - 1]));
        Assert.InRange(gap / (double)rate, apart - (BenchCall.Events / (double)rate), apart + (BenchCall.Events / (double)rate));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(30, 2)]
    public void Every_part_measures_as_many_slots_as_it_has_and_what_comes_before_and_after_is_measured_by_none(int warmUp, int count)
    {
        const int each = 50;
        var plan = new RatePlan(10, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds((warmUp + (each * count)) / 10.0));
        var parts = new RateParts(plan, warmUp, each, count);
        var expected = Enumerable.Repeat((RatePartMeter?)null, plan.Ramp)
            .Concat(Enumerable.Repeat(parts.Cold, warmUp))
            .Concat(parts.Measured.SelectMany(part => Enumerable.Repeat(part, each)))
            .Concat(Enumerable.Repeat((RatePartMeter?)null, plan.Ramp));
        Assert.Equal(expected, Enumerable.Range(0, (2 * plan.Ramp) + warmUp + (each * count)).Select(parts.At));
    }

    [Fact]
    public async Task A_relay_that_is_cut_resets_and_refuses_and_is_there_again_when_it_is_mended()
    {
        await using var crm = await SpecCrm.OnPostgreSqlAsync();
        var (relay, through) = CrmRelay.Before(crm.Options.ConnectionString);
        await using var cut = relay;
        await using var source = NpgsqlDataSource.Create(through);
        await using var connection = await source.OpenConnectionAsync();
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("select 1"));

        var asked = connection.ExecuteScalarAsync<int>("select 1 from pg_sleep(600)");
        relay.Cut();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => asked);
        await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());

        relay.Mend();
        await using var again = await source.OpenConnectionAsync();
        Assert.Equal(1, await again.ExecuteScalarAsync<int>("select 1"));
    }

    [Fact]
    public async Task A_fixed_rate_goes_on_without_the_CRM_and_every_call_is_written_once_it_is_back()
    {
        await using var crm = await SpecCrm.OnPostgreSqlAsync();
        using var folder = new BenchFolder();
        var report = folder.PathOf("report.json");
        var (exitCode, output, error) = await ServiceProcess.RunAsync(
            ["bench", "--rate", "50", "--seconds", "2", "--warm-up", "1", "--json", report],
            ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", crm.Options.ConnectionString), ("Timeouts:Load", "700ms"),
            ("Journal:ConnectionString", $"Data Source={folder.PathOf("journal.db")}"));
        Assert.True(exitCode == 0, output + error);
        var rate = BenchReport.Read(report).Rate!;
        foreach (var part in (RatePart[])[rate.Crm, rate.CrmAway!])
        {
            Assert.Equal(100, part.Live.Events + part.Starts.Events);
            Assert.True(part.Live.P50 > 0 && part.Live.P50 <= part.Live.P99 && part.Live.P99 <= part.Live.Max, output);
            Assert.True(part.ServiceCorePercent > 0 && part.ClientCorePercent > 0, output);
        }

        Assert.Equal((1, 50), (rate.WarmUpSeconds, rate.Cold!.Live.Events + rate.Cold.Starts.Events));
        Assert.True(rate.Cold.Live.P99 > 0 && rate.Cold.ServiceCorePercent > 0, output);
        Assert.True(rate.CrmAway!.MinimalContexts > rate.Crm.MinimalContexts, output);
        Assert.Equal(["report.json"], Directory.GetFiles(folder.Path).Select(file => Path.GetFileName(file)));
    }

    [Fact]
    public async Task In_a_flood_of_new_calls_some_are_refused_and_every_one_that_was_taken_on_is_written()
    {
        using var folder = new BenchFolder();
        var report = folder.PathOf("report.json");
        var (exitCode, output, error) = await ServiceProcess.RunAsync(
            ["bench", "--rate", "50", "--seconds", "2", "--warm-up", "0", "--flood", "400", "--json", report],
            ("Database:ConnectionString", $"Data Source={folder.PathOf("crm.db")}"), ("Journal:ConnectionString", $"Data Source={folder.PathOf("journal.db")}"),
            ("Timeouts:Load", "700ms"), ("Limits:LiveCallsPerNode", "300"));
        Assert.True(exitCode == 0, output + error);
        var rate = BenchReport.Read(report).Rate!;
        var flood = rate.Flood!;
        Assert.Equal((400, null, null), (flood.PerSecond, rate.CrmAway, rate.Cold));
        Assert.True(flood.Taken > 0 && flood.Refused > 0, output);
        Assert.InRange(flood.Taken + flood.Refused + flood.Unsent, 400, 800);
        Assert.True(flood.Accepted.Live.Events > 0 && flood.Accepted.Live.P99 > 0, output);
        Assert.True(flood.MostMiB >= flood.CalmMiB && flood.CalmMiB > 20, output);
        Assert.Contains("400 new calls a second on top", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_wants_a_rate_to_come_on_top_of()
    {
        var (exitCode, _, error) = await ServiceProcess.RunAsync(["bench", "--flood", "10"]);
        Assert.Equal(2, exitCode);
        Assert.Contains("--rate is '0'", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_SQLite_the_half_without_the_CRM_is_left_out_and_said_to_be()
    {
        using var folder = new BenchFolder();
        var (exitCode, output, error) = await ServiceProcess.RunAsync(
            ["bench", "--rate", "50", "--seconds", "1", "--warm-up", "0"],
            ("Database:ConnectionString", $"Data Source={folder.PathOf("crm.db")}"), ("Journal:ConnectionString", $"Data Source={folder.PathOf("journal.db")}"),
            ("Timeouts:Load", "700ms"));
        Assert.True(exitCode == 0, output + error);
        Assert.Contains("The half with the CRM away is left out", output, StringComparison.Ordinal);
    }
}
