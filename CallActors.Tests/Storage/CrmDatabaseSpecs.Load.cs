using CallActors.Domain;
using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Tests.Storage;

public abstract partial class CrmDatabaseSpecs
{
    [Fact]
    public async Task An_inbound_call_finds_its_business_by_number_and_its_lead_by_phone()
    {
        var salon = await Crm.AddBusinessAsync(Salon, "מספרת לילך");
        await Crm.ExecuteAsync(
            """
            insert into business_settings (tenant_id, opening_hours_json, working_hours, timezone, slot_size_min, booking_window_days, min_notice_min, call_goal)
            values (@id, '{"sun":[["10:00","20:00"]]}', '10-20', 'Asia/Jerusalem', 30, 14, 60, 'appointment')
            """, new { id = salon.Value });
        var lead = await Crm.AddLeadAsync(salon, Caller, "דנה כהן", "דנה", "כהן", "user_provided", "female");

        var found = await LoadAsync("CA1", Inbound());

        Assert.Equal(
            new BusinessProfile(salon, "מספרת לילך", Salon)
            {
                GreetingMessage = "Hi {{first_name}}",
                TimeZone = "Asia/Jerusalem",
                WorkingHours = "10-20",
                OpeningHoursJson = """{"sun":[["10:00","20:00"]]}""",
                CallGoal = "appointment",
                SlotSizeMinutes = 30,
                BookingWindowDays = 14,
                MinNoticeMinutes = 60,
            },
            found.Business);
        Assert.Equal(new LeadRow(lead, "דנה", "כהן", "דנה כהן", "user_provided", Gender.Female), found.LeadOfPhone);
        Assert.Null(found.Call);
        Assert.Null(found.LeadOfCall);
        Assert.Null(found.LeadOfEvent);
        Assert.Null(found.Ledger);
    }

    [Fact]
    public async Task A_call_of_nobody_known_is_answered_with_the_business_alone()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var found = await LoadAsync("CA1", Inbound());
        Assert.Equal(new LoadedCall(found.Business, null, null, null, null, null, null, null, null) { Busy = BusyTimes.None }, found);
        Assert.Equal(salon, found.Business?.Id);
    }

    [Fact]
    public async Task A_number_of_no_business_or_of_a_closed_one_finds_none()
    {
        var closed = await Crm.AddBusinessAsync(Salon, active: false);
        var open = await Crm.AddBusinessAsync("+97235550199");
        Assert.Null((await LoadAsync("CA1", Inbound())).Business);
        Assert.Null((await LoadAsync("CA1", Inbound(to: "+97235550111"))).Business);
        // An id that comes with an inbound call does not stand in for a number that is nobody's.
        Assert.Null((await LoadAsync("CA1", Inbound() with { BusinessId = open })).Business);
        Assert.NotNull((await LoadAsync("CA1", Outbound() with { BusinessId = closed })).Business);

        // Nor does its job, or its row, where what was called is no number at all.
        var call = await Crm.AddCallAsync(open);
        var job = await Crm.AddJobAsync(open, call: call);
        foreach (var to in (string[])["client:alice", "anonymous", ""])
        {
            Assert.Null((await LoadAsync("CA1", Inbound(to: to) with { JobId = job })).Business);
            Assert.Null((await LoadAsync("CA1", Inbound(to: to) with { CallLogId = call })).Business);
        }
    }

    [Fact]
    public async Task Of_two_businesses_with_one_number_the_older_answers()
    {
        await Crm.AddBusinessAsync(Salon, active: false);
        var first = await Crm.AddBusinessAsync(Salon);
        await Crm.AddBusinessAsync(Salon);
        Assert.Equal(first, (await LoadAsync("CA1", Inbound())).Business?.Id);
    }

    [Fact]
    public async Task Of_several_leads_with_one_phone_the_newest_wins()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddLeadAsync(salon, Caller, "Never", updated: null);
        await Crm.AddLeadAsync(salon, Caller, "Old", updated: "2026-01-01T00:00:00.000000Z");
        var newest = await Crm.AddLeadAsync(salon, Caller, "New", updated: "2026-02-01T00:00:00.000000Z");
        await Crm.AddLeadAsync(salon, Caller, "Older", updated: "2025-01-01T00:00:00.000000Z");
        Assert.Equal(newest, (await LoadAsync("CA1", Inbound())).LeadOfPhone?.Id);

        // As another program spells times: SQLite's CURRENT_TIMESTAMP, or with an offset.
        var later = await Crm.AddLeadAsync(salon, Caller, "Later", updated: "2026-02-01 10:00:00+00:00");
        await Crm.AddLeadAsync(salon, Caller, "Offset", updated: "2026-02-01T11:00:00+02:00");
        Assert.Equal(later, (await LoadAsync("CA1", Inbound())).LeadOfPhone?.Id);

        await Crm.ExecuteAsync("delete from leads where name in ('Later', 'Offset')");
        await Crm.ExecuteAsync("update leads set updated_at = null");
        Assert.Equal("Older", (await LoadAsync("CA1", Inbound())).LeadOfPhone?.Name);
    }

    [Fact]
    public async Task An_outbound_call_finds_business_lead_and_row_through_its_job()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var lead = await Crm.AddLeadAsync(salon, Caller, "Dana");
        var other = await Crm.AddLeadAsync(salon, "+972500000000", "Noa");
        var call = await Crm.AddCallAsync(salon, lead: other, status: "queued", customerName: "Customer");
        var job = await Crm.AddJobAsync(salon, lead, call, "Dana from the web");

        var found = await LoadAsync("CA1", Outbound() with { JobId = job });

        Assert.Equal(salon, found.Business?.Id);
        Assert.Equal(new JobRow(job, 7, "Dana from the web", "calling"), found.Job);
        Assert.Equal(new CallRow(call, other, "queued", "Customer"), found.Call);
        Assert.Equal(other, found.LeadOfCall?.Id);
        Assert.Equal(lead, found.LeadOfJob?.Id);
        Assert.Equal(lead, found.LeadOfPhone?.Id);
    }

    [Fact]
    public async Task An_outbound_call_finds_its_job_through_the_row_it_was_given()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var call = await Crm.AddCallAsync(salon);
        var job = await Crm.AddJobAsync(salon, call: call);

        var found = await LoadAsync("CA1", Outbound() with { CallLogId = call });

        Assert.Equal((salon, job, call), (found.Business!.Id!.Value, found.Job!.Id, found.Call!.Id));
    }

    [Fact]
    public async Task A_job_of_another_tenant_that_points_at_the_row_is_not_the_calls()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var other = await Crm.AddBusinessAsync("+97235550199");
        var call = await Crm.AddCallAsync(salon);
        var job = await Crm.AddJobAsync(salon, call: call);
        await Crm.AddJobAsync(other, call: call);
        Assert.Equal(
            (salon, job), (await LoadAsync("CA1", Outbound() with { CallLogId = call })) is var alone ? (alone.Business!.Id!.Value, alone.Job!.Id) : default);
        Assert.Equal((salon, job),
            (await LoadAsync("CA1", Outbound() with { CallLogId = call, BusinessId = salon })) is var named
            ? (named.Business!.Id!.Value, named.Job!.Id)
            : default);
    }

    [Fact]
    public async Task Columns_of_the_CRMs_own_may_be_called_anything()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var lead = await Crm.AddLeadAsync(salon, Caller, "Dana");
        foreach (var column in (string[])["n", "newest", "number", "tenant"]) await Crm.ExecuteAsync($"alter table leads add column {column} integer");
        Assert.Equal(lead, (await LoadAsync("CA1", Inbound())).LeadOfPhone?.Id);
        await CommitAsync(Ended("CA1", Inbound(), new WriteIntent.DetectedGender(Gender.Female)));
    }

    [Fact]
    public async Task A_row_that_has_the_calls_id_goes_before_the_row_it_was_given()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var given = await Crm.AddCallAsync(salon);
        var own = await Crm.AddCallAsync(salon, "CA1");
        var strange = await Crm.AddCallAsync(salon, "CA2");
        Assert.Equal(own, (await LoadAsync("CA1", Outbound() with { BusinessId = salon, CallLogId = given })).Call?.Id);
        Assert.Null((await LoadAsync("CA3", Outbound() with { BusinessId = salon, CallLogId = strange })).Call);
    }

    [Fact]
    public async Task A_row_that_was_made_before_the_business_was_known_is_the_calls()
    {
        await Crm.AddBusinessAsync(Salon);
        var call = await Crm.AddCallAsync(null, "CA1");
        Assert.Equal(call, (await LoadAsync("CA1", Inbound())).Call?.Id);
        Assert.Null((await LoadAsync("CA1", Inbound(to: "+1"))).Call);
    }

    [Fact]
    public async Task Nothing_of_another_tenant_is_ever_found()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var rival = await Crm.AddBusinessAsync("+97235550199");
        var lead = await Crm.AddLeadAsync(rival, Caller, "Theirs");
        var call = await Crm.AddCallAsync(rival, "CA1", lead);
        var waiting = await Crm.AddCallAsync(rival, lead: lead);
        var job = await Crm.AddJobAsync(rival, lead, waiting);
        await Crm.ExecuteAsync("insert into call_session (call_sid, business_id, last_confirmed_slot) values ('CA1', @id, 'theirs')", new { id = rival.Value });

        var found = await LoadAsync("CA1", Outbound() with { BusinessId = salon, LeadId = lead, JobId = job, CallLogId = call });
        Assert.Equal(new LoadedCall(found.Business, null, null, null, null, null, null, null, null) { Busy = BusyTimes.None }, found);
        Assert.Equal(salon, found.Business?.Id);

        found = await LoadAsync("CA2", Inbound() with { LeadId = lead, JobId = job, CallLogId = waiting });
        Assert.Equal(new LoadedCall(found.Business, null, null, null, null, null, null, null, null) { Busy = BusyTimes.None }, found);
    }

    [Fact]
    public async Task A_lead_of_our_tenant_that_a_row_of_ours_points_at_by_mistake_is_not_another_tenants()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var rival = await Crm.AddBusinessAsync("+97235550199");
        var theirs = await Crm.AddLeadAsync(rival, Caller, "Theirs");
        await Crm.AddCallAsync(salon, "CA1", theirs);
        var found = await LoadAsync("CA1", Inbound());
        Assert.NotNull(found.Call);
        Assert.Null(found.LeadOfCall);
    }

    [Fact]
    public async Task Values_nobody_can_read_are_no_values()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.ExecuteAsync(
            "insert into business_settings (tenant_id, slot_size_min, opening_hours_json, call_goal) values (@id, -5, 'not json', 'world peace')",
            new { id = salon.Value });
        await Crm.AddLeadAsync(salon, Caller, gender: "yes please");
        await Crm.AddCallAsync(salon, "CA1", status: "queued");
        var found = await LoadAsync("CA1", Inbound());
        Assert.Null(found.LeadOfPhone?.Gender);
        Assert.Null(found.Business?.SlotSizeMinutes);
        Assert.Equal("not json", found.Business?.OpeningHoursJson);
        Assert.Equal("queued", found.Call?.Status);
    }

    [Fact]
    public async Task A_hundred_calls_cost_one_statement_and_are_answered_in_order()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        for (var i = 0; i < 50; i++) await Crm.AddLeadAsync(salon, $"+1{i * 2:000}", $"Lead {i * 2}");

        var loaded = await Database.LoadAsync([.. Enumerable.Range(0, 100).Select(i => ContextQuery.ForStart(Id($"CA{i}"), Inbound($"+1{i:000}")))], default);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => i % 2 == 0 ? $"Lead {i}" : null), loaded.Calls.Select(call => call.LeadOfPhone?.Name));
        Assert.All(loaded.Calls, call => Assert.Same(loaded.Calls[0].Business, call.Business));
        Assert.Equal((1, 100), (loaded.Cost.Statements, loaded.Cost.SharedBy));
        Assert.Equal((1, 0), (Crm.Counter.Read(DatabasePhase.Load).Statements, Crm.Counter.Read(DatabasePhase.Load).Transactions));
        Assert.Equal(0, Crm.Counter.Read(DatabasePhase.Flush).Statements);
    }

    [Fact]
    public async Task A_call_that_finds_nothing_does_not_spoil_what_its_neighbours_find()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var lead = await Crm.AddLeadAsync(salon, Caller, "דנה", gender: "female");
        var call = await Crm.AddCallAsync(salon, "CA2", lead, "ringing", "דנה");
        var queries = new[] { ContextQuery.ForLedger(Id("CA1")), ContextQuery.ForStart(Id("CA2"), Inbound() with { LeadId = lead }) };
        for (var i = 0; i < 2; i++)
        {
            var loaded = await Database.LoadAsync(queries, default);
            var known = loaded.Calls.Single(found => found.Business is not null);
            Assert.Equal(new CallRow(call, lead, "ringing", "דנה"), known.Call);
            Assert.Equal([lead, lead, lead], new[] { known.LeadOfCall, known.LeadOfEvent, known.LeadOfPhone }.Select(row => row!.Id));
            Array.Reverse(queries);
        }
    }

    [Fact]
    public async Task A_call_that_was_committed_is_in_the_ledger_with_the_events_it_saw()
    {
        await Crm.AddBusinessAsync(Salon);
        await CommitAsync(Ended("CA1", Inbound()));
        var loaded = await Database.LoadAsync([ContextQuery.ForLedger(Id("CA1")), ContextQuery.ForLedger(Id("CA2"))], default);
        Assert.Equal(new LedgerRow(Crm.Time.Now, [1, ulong.MaxValue]), loaded.Calls[0].Ledger);
        Assert.Equal(new LoadedCall(null, null, null, null, null, null, null, null, null), loaded.Calls[1]);
    }

    [Fact]
    public async Task Nothing_asked_is_nothing_sent()
    {
        var loaded = await Database.LoadAsync([], default);
        Assert.Empty(loaded.Calls);
        Assert.Equal(0, loaded.Cost.Statements);
    }

    [Fact]
    public async Task A_database_without_its_tables_is_away_until_it_is_migrated()
    {
        await using var empty = await OpenAsync(migrated: false);
        var failure = await Assert.ThrowsAsync<CrmException>(() => empty.Database.LoadAsync([ContextQuery.ForLedger(Id("CA1"))], default));
        Assert.Equal(CrmFault.Away, failure.Fault);
        await empty.Migrator.RunAsync(dryRun: false);
        Assert.Single((await empty.Database.LoadAsync([ContextQuery.ForLedger(Id("CA1"))], default)).Calls);
    }
}
