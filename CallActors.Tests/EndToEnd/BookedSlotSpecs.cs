using System.Text.Json.Nodes;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>Callers who want the same hour, over services that are killed: each hour goes to one of them, and who heard yes has it in the end.</summary>
public sealed class BookedSlotSpecs : IAsyncLifetime
{
    private const string Number = "+97231111111";
    private static readonly DateTimeOffset Day = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(2), TimeSpan.Zero);
    private SpecCrm _crm = null!;
    private volatile Func<Uri> _address = null!;

    public async Task InitializeAsync()
    {
        _crm = await SpecCrm.OnPostgreSqlAsync();
        var salon = await _crm.AddBusinessAsync(Number);
        var always = """{"sun":[["00:00","24:00"]],"mon":[["00:00","24:00"]],"tue":[["00:00","24:00"]],"wed":[["00:00","24:00"]],"thu":[["00:00","24:00"]],"fri":[["00:00","24:00"]],"sat":[["00:00","24:00"]]}""";
        await _crm.ExecuteAsync(
            $"insert into business_settings (tenant_id, opening_hours_json, timezone, slot_size_min) values ({salon.Value}, '{always}', 'UTC', 30)");
        await _crm.ExecuteAsync(
            "insert into appointments (business_id, start_time, end_time, status) values (@salon, @start, @end, 'scheduled')",
            new { salon = salon.Value, start = At(0).UtcDateTime, end = At(1).UtcDateTime });
    }

    public async Task DisposeAsync() => await _crm.DisposeAsync();

    [Fact]
    public async Task An_hour_goes_to_one_of_many_calls_and_stays_that_ones_though_the_service_is_killed()
    {
        const int calls = 16;
        var folder = Directory.CreateTempSubdirectory("callactors-slots-");
        (string, string)[] settings = [("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString)];
        string winner;
        await using (var dying = await ServiceProcess.StartAsync(folder.FullName, settings))
        {
            _address = () => dying.Address;
            await Each(calls, async i => await Live(i));
            await Each(calls, async i => AssertTaken(await Book("requested", IdOf(i), 0)));
            var asked = await Task.WhenAll(Enumerable.Range(0, calls).Select(i => Book("requested", IdOf(i), 1)));
            Assert.Single(asked, answer => answer.Outcome == "applied");
            Assert.All(asked.Where(answer => answer.Outcome != "applied"), AssertTaken);
            winner = IdOf(Array.FindIndex(asked, answer => answer.Outcome == "applied"));
            Assert.Equal("confirmed", (string?)(await Book("confirmed", winner, 1)).Body["slot"]!["state"]);
            await dying.KillAsync();
        }

        await using var reborn = await ServiceProcess.StartAsync(folder.FullName, settings);
        _address = () => reborn.Address;
        await Each(calls, async i =>
        {
            // What the CRM had is known, and nobody asked it again.
            AssertTaken(await Book("requested", IdOf(i), 0));
            if (IdOf(i) == winner) Assert.Equal("applied", (await Book("requested", winner, 1)).Outcome);
            else AssertTaken(await Book("requested", IdOf(i), 1));
        });
        using var looking = new GatewayClient(reborn.Address);
        var statements = (await looking.Get("/v1/stats")).Body["database"]!["statements"]!;
        Assert.Equal((0, 0), ((long)statements["load"]!, (long)statements["live"]!));
        await Each(calls, async i => await BookSomething(i));
        await Each(calls, End);
        await AssertRows(calls);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task In_a_cluster_it_does_though_a_node_is_killed_while_they_book()
    {
        const int calls = 48;
        await using var journal = await SpecJournal.OnPostgreSqlAsync();
        await using var nodes = new ClusterNodes(3, _crm, journal);
        await nodes.StartAllAsync();
        _address = nodes.Any;
        await Each(calls, async i => await Live(i));
        await Each(calls / 3, async i => await BookSomething(i));
        var booking = Each(calls, async i => await BookSomething(i));
        await nodes.Forget(0).KillAsync();
        await booking;
        var asked = await Task.WhenAll(Enumerable.Range(0, calls).Select(i => Book("requested", IdOf(i), 1)));
        Assert.True(asked.Count(answer => answer.Outcome == "applied") <= 1, "Two calls hold one slot.");
        Assert.All(asked.Where(answer => answer.Outcome != "applied"), AssertTaken);
        await Each(calls, End);
        await AssertRows(calls);
    }

    private static string IdOf(int i) => $"BK-{i:000}";

    private static DateTimeOffset At(int halfHours) => Day.AddMinutes(30 * halfHours);

    private static Task Each(int calls, Func<int, Task> act) => Task.WhenAll(Enumerable.Range(0, calls).Select(act));

    private async Task Live(int i)
    {
        await Tell(IdOf(i), "call.started", new { direction = "inbound", from = $"+9725400000{i:00}", to = Number });
        await Tell(IdOf(i), "call.answered");
        await Tell(IdOf(i), "greeting.finished");
    }

    /// <summary>Wants the first hours as everybody does, and takes what is offered until a slot is confirmed.</summary>
    private async Task BookSomething(int i)
    {
        var start = At(1);
        for (var tries = 0; tries < 200; tries++)
        {
            var answer = await Book("confirmed", IdOf(i), start);
            if (answer.Outcome is "applied" or "duplicate") return;
            AssertTaken(answer);
            var offered = answer.Body["alternatives"]!.AsArray();
            start = (DateTimeOffset)offered[Random.Shared.Next(offered.Count)]!["start"]!;
        }

        Assert.Fail($"{IdOf(i)} has found no slot.");
    }

    private Task<ServiceAnswer> Book(string what, string call, int halfHours) => Book(what, call, At(halfHours));

    private Task<ServiceAnswer> Book(string what, string call, DateTimeOffset start) => new RetryingGateway(_address).Tell(GatewayClient.Event(
        call, $"appointment.{what}", new { start = start.ToString("O"), end = start.AddMinutes(30).ToString("O") }));

    private Task End(int i) => Tell(IdOf(i), "call.ended", new { status = "completed" });

    private async Task Tell(string call, string type, object? data = null)
    {
        var told = GatewayClient.Event(call, type, data, $"{call}-{type}");
        CrashedCalls.AssertCounts(told, await new RetryingGateway(_address).Tell(told));
    }

    private static void AssertTaken(ServiceAnswer answer)
    {
        Assert.True(
            (answer.Status, answer.Problem, (string?)answer.Body["reason"]) == (409, "slot-taken", "taken"), $"{answer.Status}: {answer.Body.ToJsonString()}");
        Assert.Equal(2, ((JsonArray)answer.Body["alternatives"]!).Count);
    }

    /// <summary>
    /// A call may hold more than one, as who asks again after a lost answer may have had it; no hour is held twice, and no yes was for nothing.
    /// </summary>
    private async Task AssertRows(int calls)
    {
        using var gateway = new GatewayClient(_address());
        await gateway.UntilNoCallIsLeft();
        Assert.Empty(await _crm.RowsAsync("select reason from callactors_dead_letter"));
        Assert.Equal(calls,
            await _crm.ScalarAsync<long>("select count(distinct c.id) from appointments a join call_log c on c.id = a.call_log_id and a.status = 'confirmed'"));
        Assert.Equal(0,
            await _crm.ScalarAsync<long>(
            "select count(*) from appointments a join appointments b on a.id < b.id and a.start_time < b.end_time and b.start_time < a.end_time"));
    }
}
