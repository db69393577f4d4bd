using CallActors.Tests.Fixtures;

namespace CallActors.Tests.EndToEnd;

/// <summary>
/// The promise, counted by PostgreSQL itself: one statement before the greeting, none while the caller talks, one transaction after the hang-up.
/// </summary>
public sealed class ThreeCallsSpecs : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private SpecCrm _crm = null!;
    private ServiceProcess _service = null!;
    private GatewayClient _gateway = null!;

    public async Task InitializeAsync()
    {
        _server = await PostgresServer.SharedAsync();
        _crm = await SpecCrm.OnPostgreSqlAsync();
        _service = await ServiceProcess.StartAsync(null, ("Database:Provider", "PostgreSql"), ("Database:ConnectionString", _crm.Options.ConnectionString));
        _gateway = new GatewayClient(_service.Address);
    }

    public async Task DisposeAsync()
    {
        _gateway.Dispose();
        await _service.DisposeAsync();
        await _crm.DisposeAsync();
    }

    private IReadOnlyList<string> Since(long mark) => _server.Log.StatementsSince(mark, _crm.Options.ConnectionString);

    /// <summary>The call's three phases, the statements of each counted from outside.</summary>
    private async Task<ServiceAnswer> CountedAsync(string callId, object start, Func<Task> talk)
    {
        var mark = _server.Log.Mark();
        var started = await _gateway.Tell(callId, "call.started", start);
        Assert.Equal(200, started.Status);
        Assert.Single(Since(mark), statement => !StatementLog.IsFrame(statement));
        Assert.Equal("database", (string?)started.Body["context"]!["source"]);
        await _gateway.Tell(callId, "call.answered");

        mark = _server.Log.Mark();
        Assert.Equal("live", (await _gateway.Tell(callId, "greeting.finished", new { outcome = "played" })).State);
        await talk();
        Assert.Equal("live-call", (await _gateway.Post($"/v1/calls/{callId}/reload")).Problem);
        Assert.Empty(Since(mark));

        mark = _server.Log.Mark();
        Assert.Equal("flushing", (await _gateway.Tell(callId, "call.ended", new { status = "completed", durationSeconds = 61 })).State);
        await _gateway.UntilNoCallIsLeft();
        var written = Since(mark);
        Assert.Single(written, statement => statement.StartsWith("BEGIN", StringComparison.OrdinalIgnoreCase));
        Assert.Single(written, statement => statement.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase));
        return started;
    }

    [Fact]
    public async Task An_inbound_call_of_a_known_lead()
    {
        var tenant = await _crm.AddBusinessAsync("+97231111111");
        var lead = await _crm.AddLeadAsync(tenant, "+972541111111", name: "דנה לוי");
        var started = await CountedAsync("CA-known", new { direction = "inbound", from = "+972541111111", to = "+97231111111" }, async () =>
        {
            await _gateway.Tell("CA-known", "customer.gender_detected", new { gender = "female" });
            await _gateway.Tell("CA-known", "call.noted", new { summary = "רוצה תור" });
        });
        Assert.Equal("דנה", (string?)started.Body["context"]!["customer"]!["firstName"]);
        Assert.Equal(lead.Value, (long?)started.Body["context"]!["customer"]!["leadId"]);
        Assert.Equal(
            $"{lead.Value}|completed|61|רוצה תור|female",
            await _crm.RowAsync(
                "select c.lead_id, c.status, c.duration, c.summary, l.gender from call_log c join leads l on l.id = c.lead_id where c.call_sid = 'CA-known'"));
    }

    [Fact]
    public async Task An_outbound_call_whose_name_stands_in_the_job()
    {
        var tenant = await _crm.AddBusinessAsync("+97232222222");
        var job = await _crm.AddJobAsync(tenant, leadName: "Yossi Cohen");
        var started = await CountedAsync(
            "CA-job", new { direction = "outbound", from = "+97232222222", to = "+972542222222", jobId = job.Value }, () => Task.CompletedTask);
        Assert.Equal("Yossi", (string?)started.Body["context"]!["customer"]!["firstName"]);
        Assert.Equal("+972542222222", (string?)started.Body["context"]!["customer"]!["phone"]);
        Assert.Equal(
            "completed|CA-job|outbound|new",
            await _crm.RowAsync(
                "select j.status, j.call_sid, c.direction, l.status from outbound_call_jobs j join call_log c on c.id = j.call_log_id join leads l on l.id = c.lead_id where c.call_sid = 'CA-job'"));
    }

    [Fact]
    public async Task A_call_that_books_an_appointment()
    {
        var tenant = await _crm.AddBusinessAsync("+97233333333");
        await _crm.ExecuteAsync(
            "insert into business_settings (tenant_id, opening_hours_json, timezone, slot_size_min, booking_window_days, min_notice_min, call_goal) values (@tenant, @hours, 'Asia/Jerusalem', 30, 30, 0, 'appointment')",
            new
            {
                tenant = tenant.Value,
                hours = """{"sun":[["00:00","24:00"]],"mon":[["00:00","24:00"]],"tue":[["00:00","24:00"]],"wed":[["00:00","24:00"]],"thu":[["00:00","24:00"]],"fri":[["00:00","24:00"]],"sat":[["00:00","24:00"]]}"""
            });
        var day = TimeProvider.System.GetUtcNow().AddDays(2);
        var start = new DateTimeOffset(day.Year, day.Month, day.Day, 10, 0, 0, TimeSpan.FromHours(2));
        var slot = new { start = start.ToString("yyyy-MM-ddTHH:mm:sszzz"), end = start.AddMinutes(30).ToString("yyyy-MM-ddTHH:mm:sszzz") };
        await CountedAsync("CA-book", new { direction = "inbound", from = "+972543333333", to = "+97233333333" }, async () =>
        {
            Assert.Equal(200, (await _gateway.Tell("CA-book", "appointment.requested", slot)).Status);
            Assert.Equal(200, (await _gateway.Tell("CA-book", "appointment.confirmed", slot)).Status);
            await _gateway.Tell("CA-book", "customer.name_detected", new { firstName = "רות", lastName = "כהן" });
        });
        Assert.Equal(
            $"Appointment|confirmed|call|רות כהן|{slot.start}|{slot.start}",
            await _crm.RowAsync(
                "select a.title, a.status, a.source, l.name, s.last_requested_slot, s.last_confirmed_slot from call_log c join appointments a on a.call_log_id = c.id join leads l on l.id = a.lead_id join call_session s on s.call_sid = c.call_sid where c.call_sid = 'CA-book'"));
        Assert.Equal(start.UtcDateTime, await _crm.ScalarAsync<DateTime>("select start_time from appointments"));
    }
}
