using CallActors.Domain;
using CallActors.Telemetry;

namespace CallActors.Tests.Storage;

public abstract partial class CrmDatabaseSpecs
{
    [Fact]
    public async Task A_new_callers_call_makes_a_lead_of_what_it_found_out()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var committed = await CommitAsync(Ended("CA1", Inbound(), Name("דנה", "כהן"), new WriteIntent.DetectedGender(Gender.Female)));

        Assert.Empty(committed.AlreadyThere);
        Assert.Equal(
            $"{salon.Value}|דנה|כהן|דנה כהן|call_ai|{Caller}|female|new|2026-03-01 09:00:00|2026-03-01 09:00:00",
            await Crm.RowAsync("select tenant_id, first_name, last_name, name, name_source, phone_e164, gender, status, created_at, updated_at from leads"));
        var lead = await Crm.ScalarAsync<long>("select id from leads");
        Assert.Equal(
            $"{salon.Value}|{lead}|CA1||{Caller}|{Salon}|inbound|completed|דנה כהן|60|2026-03-01 10:00:05|2026-03-01 10:01:05|2026-03-01 10:00:00|2026-03-01 09:00:00",
            await Crm.RowAsync(
                """
                select business_id, lead_id, call_sid, parent_call_sid, from_number, to_number, direction, status, customer_name, duration,
                  stream_started_at, stream_ended_at, created_at, updated_at from call_log
                """));
        Assert.Equal($"CA1|{salon.Value}|{lead}||",
            await Crm.RowAsync("select call_sid, business_id, lead_id, last_requested_slot, last_confirmed_slot from call_session"));
        Assert.Equal("CA1|2|spec", await Crm.RowAsync("select call_sid, intents, node from callactors_flush"));
    }

    [Fact]
    public async Task A_withheld_number_makes_no_lead()
    {
        await Crm.AddBusinessAsync(Salon);
        await CommitAsync(Ended("CA1", Inbound(from: ""), Name("Dana")));
        Assert.Equal(0, await CountAsync("leads"));
        Assert.Equal("||Dana", await Crm.RowAsync("select lead_id, from_number, customer_name from call_log"));
    }

    [Fact]
    public async Task A_known_callers_name_stays_and_their_gender_is_what_was_heard()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var lead = await Crm.AddLeadAsync(salon, Caller, "Noa Levi", gender: "male");
        await CommitAsync(Ended("CA1", Inbound(), Name("Dana"), new WriteIntent.DetectedGender(Gender.Female)));
        Assert.Equal($"{lead.Value}|Noa Levi||female|open", await Crm.RowAsync("select id, name, name_source, gender, status from leads"));
        Assert.Equal("Noa Levi", await Crm.RowAsync("select customer_name from call_log"));
    }

    [Fact]
    public async Task A_placeholder_gives_way_to_a_detected_name_and_takes_its_last_name_along()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddLeadAsync(salon, Caller, "Customer", last: "55", source: "import");
        await CommitAsync(Ended("CA1", Inbound(), Name("Dana")));
        Assert.Equal("Dana||Dana|call_ai", await Crm.RowAsync("select first_name, last_name, name, name_source from leads"));
    }

    [Fact]
    public async Task A_name_the_user_provided_is_never_overwritten()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddLeadAsync(salon, Caller, "Customer", source: "user_provided");
        await CommitAsync(Ended("CA1", Inbound(), Name("Dana")));
        Assert.Equal("Customer|user_provided", await Crm.RowAsync("select name, name_source from leads"));
    }

    [Fact]
    public async Task The_lead_a_call_locked_on_to_stays_its_lead()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var locked = await Crm.AddLeadAsync(salon, "+15550001", "Customer");
        var late = await Crm.AddLeadAsync(salon, Caller, "Customer");
        await Crm.AddCallAsync(salon, "CA1", late);
        await CommitAsync(Ended("CA1", Inbound(), Name("Dana")) with { LeadId = locked });
        Assert.Equal(locked.Value, await Crm.ScalarAsync<long>("select lead_id from call_log"));
        Assert.Equal("Dana", await Crm.ScalarAsync<string>($"select name from leads where id = {locked.Value}"));
        Assert.Equal("Customer", await Crm.ScalarAsync<string>($"select name from leads where id = {late.Value}"));
    }

    [Fact]
    public async Task A_lead_that_was_made_after_the_load_is_found_and_not_made_again()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        Assert.Null((await LoadAsync("CA1", Inbound())).LeadOfPhone);
        var late = await Crm.AddLeadAsync(salon, Caller);
        await CommitAsync(Ended("CA1", Inbound(), Name("Dana")) with { BusinessId = salon });
        Assert.Equal($"{late.Value}|Dana", await Crm.RowAsync("select id, name from leads"));
        Assert.Equal(late.Value, await Crm.ScalarAsync<long>("select lead_id from call_log"));
    }

    [Fact]
    public async Task An_outbound_row_adopts_the_providers_id_and_its_job_ends_with_the_call()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var lead = await Crm.AddLeadAsync(salon, Caller, "Dana");
        var call = await Crm.AddCallAsync(salon, lead: lead, status: "queued");
        var job = await Crm.AddJobAsync(salon, lead, call);
        await CommitAsync(Ended("CA1", Outbound() with { JobId = job, ParentCallId = Id("CA0") }, new WriteIntent.Summary("סיכום 👍")));
        Assert.Equal($"{call.Value}|CA1|CA0|{Salon}|{Caller}|outbound|completed|Dana|סיכום 👍",
            await Crm.RowAsync("select id, call_sid, parent_call_sid, from_number, to_number, direction, status, customer_name, summary from call_log"));
        Assert.Equal($"completed|CA1|{call.Value}|2026-03-01 10:00:00|2026-03-01 10:01:05",
            await Crm.RowAsync("select status, call_sid, call_log_id, started_at, completed_at from outbound_call_jobs"));
    }

    [Fact]
    public async Task A_call_that_was_not_completed_fails_its_job()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var job = await Crm.AddJobAsync(salon, await Crm.AddLeadAsync(salon, Caller, "Dana"));
        await CommitAsync(Ended("CA1", Outbound() with { JobId = job }) with { Status = CallStatus.NoAnswer, AnsweredAt = null, DurationSeconds = 0 });
        Assert.Equal("no-answer", await Crm.RowAsync("select status from call_log"));
        Assert.Equal(
            $"failed|{await Crm.ScalarAsync<long>("select id from call_log")}", await Crm.RowAsync("select status, call_log_id from outbound_call_jobs"));
    }

    [Fact]
    public async Task Two_calls_that_were_given_one_row_do_not_share_it()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var call = await Crm.AddCallAsync(salon);
        await CommitAsync(
            Ended("CA1", Outbound() with { BusinessId = salon, CallLogId = call }),
            Ended("CA2", Outbound() with { BusinessId = salon, CallLogId = call }));
        Assert.Equal(call.Value, await Crm.ScalarAsync<long>("select id from call_log where call_sid = 'CA1'"));
        Assert.NotEqual(call.Value, await Crm.ScalarAsync<long>("select id from call_log where call_sid = 'CA2'"));
        Assert.Equal(1, await CountAsync("leads"));
    }

    [Fact]
    public async Task A_row_never_goes_backwards_and_its_duration_only_grows()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddCallAsync(salon, "CA1", status: "busy", customerName: "Noa", duration: 99);
        await Crm.AddCallAsync(salon, "CA2", status: "completed", duration: 5);
        await Crm.AddCallAsync(salon, "CA3", status: "sent-by-pigeon");
        await CommitAsync(
            Ended("CA1", Inbound()), Ended("CA2", Inbound()) with { Final = false, Status = CallStatus.InProgress, DurationSeconds = null },
            Ended("CA3", Inbound()));
        Assert.Equal(
            ["busy|99|Noa", "completed|5|", "completed|60|"],
            (await Crm.RowsAsync("select status, duration, customer_name from call_log order by call_sid")).Select(row => string.Join('|', row)));
    }

    [Fact]
    public async Task What_a_call_does_not_know_stays_as_it_is_stored()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddCallAsync(salon, "CA1");
        await Crm.ExecuteAsync("update call_log set summary = 'old', transcription = 'old', recording_url = 'old', parent_call_sid = 'CA0'");
        await Crm.ExecuteAsync("insert into call_session (call_sid, business_id, last_requested_slot, last_confirmed_slot) values ('CA1', @id, 'r', 'c')",
            new { id = salon.Value });
        await CommitAsync(Ended("CA1", Inbound(), new WriteIntent.Transcription("new")));
        Assert.Equal("old|new|old|CA0", await Crm.RowAsync("select summary, transcription, recording_url, parent_call_sid from call_log"));
        Assert.Equal("r|c", await Crm.RowAsync("select last_requested_slot, last_confirmed_slot from call_session"));
    }

    [Fact]
    public async Task A_booked_slot_becomes_an_appointment_and_a_marker_with_the_events_offset()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await CommitAsync(Ended("CA1", Inbound(), new WriteIntent.RequestedSlot(Noon.AddDays(1)), Booked(Noon.AddDays(2)), Booked(Noon.AddDays(3), "Haircut")));
        var (lead, call) = (await Crm.ScalarAsync<long>("select id from leads"), await Crm.ScalarAsync<long>("select id from call_log"));
        Assert.Equal(2, await CountAsync("appointments"));
        Assert.Equal(
            $"{salon.Value}|{lead}|{call}|Appointment|2026-03-03 10:00:00|2026-03-03 10:30:00|confirmed|Dana|{Caller}|call|2026-03-01 09:00:00",
            await Crm.RowAsync(
                """
                select business_id, lead_id, call_log_id, title, start_time, end_time, status, contact_name, contact_phone, source, created_at
                from appointments where title <> 'Haircut'
                """));
        Assert.Equal(
            "2026-03-02T12:00:00+02:00|2026-03-04T12:00:00+02:00", await Crm.RowAsync("select last_requested_slot, last_confirmed_slot from call_session"));
    }

    [Fact]
    public async Task A_slot_that_is_taken_refuses_the_call_and_leaves_nothing_of_it()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddBusinessAsync("+15550002");
        await CommitAsync(Ended("CA1", Inbound(), Booked(Noon.AddDays(1))));
        await RefusedAsync(Ended("CA2", Inbound(from: "+15550001"), Booked(Noon.AddDays(1).AddMinutes(15))));
        Assert.Equal((1, 1, 1), (await CountAsync("appointments"), await CountAsync("call_log"), await CountAsync("leads")));

        // Next to it, at another business, or where it was cancelled, there is room.
        await CommitAsync(Ended("CA3", Inbound(), Booked(Noon.AddDays(1).AddMinutes(30))), Ended("CA4", Inbound(to: "+15550002"), Booked(Noon.AddDays(1))));
        await Crm.ExecuteAsync("update appointments set status = 'cancelled' where business_id = @id", new { id = salon.Value });
        await CommitAsync(Ended("CA2", Inbound(), Booked(Noon.AddDays(1).AddMinutes(15))));
        Assert.Equal(4, await CountAsync("appointments"));
    }

    [Fact]
    public async Task A_snapshot_writes_the_call_and_keeps_the_rest_for_its_end()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var lead = await Crm.AddLeadAsync(salon, Caller, "Customer");
        var job = await Crm.AddJobAsync(salon, lead);
        var snapshot = Ended("CA1", Inbound() with { JobId = job }, Name("Dana"), new WriteIntent.DetectedGender(Gender.Female), Booked(Noon.AddDays(1)),
            new WriteIntent.Summary("so far"))
            with
        { Final = false, Status = CallStatus.InProgress, EndedAt = null, DurationSeconds = null };

        await CommitAsync(snapshot, Ended("CA2", Inbound(from: "+15550001")) with { Final = false, Status = CallStatus.Ringing });
        await CommitAsync(snapshot);

        Assert.Equal((0, 0, 1), (await CountAsync("callactors_flush"), await CountAsync("appointments"), await CountAsync("leads")));
        Assert.Equal("Customer|female", await Crm.RowAsync("select name, gender from leads"));
        Assert.Equal("calling", await Crm.RowAsync("select status from outbound_call_jobs"));
        Assert.Equal($"in-progress|so far||{lead.Value}|",
            await Crm.RowAsync("select status, summary, customer_name, lead_id, stream_ended_at from call_log where call_sid = 'CA1'"));
        Assert.Equal("2026-03-02T12:00:00+02:00", await Crm.RowAsync("select last_confirmed_slot from call_session where call_sid = 'CA1'"));

        Assert.Empty((await CommitAsync(snapshot with { Final = true, Status = CallStatus.Completed })).AlreadyThere);
        Assert.Equal("Dana", await Crm.RowAsync("select name from leads"));
        Assert.Equal(1, await CountAsync("appointments"));
    }

    [Fact]
    public async Task The_same_batch_twice_writes_nothing_the_second_time()
    {
        await Crm.AddBusinessAsync(Salon);
        var record = Ended("CA1", Inbound(), Booked(Noon.AddDays(1)));
        Assert.Empty((await CommitAsync(record)).AlreadyThere);
        Crm.Time.Now = Crm.Time.Now.AddHours(1);

        var again = await CommitAsync(record, Ended("CA2", Inbound()), record with { Final = false, Status = CallStatus.InProgress });

        Assert.Equal(Indexes(0, 2), again.AlreadyThere);
        Assert.Equal((1, 1, 2), (await CountAsync("appointments"), await CountAsync("leads"), await CountAsync("call_log")));
        Assert.Equal("2026-03-01 09:00:00|completed", await Crm.RowAsync("select updated_at, status from call_log where call_sid = 'CA1'"));

        Assert.Equal(Indexes(0), (await CommitAsync(record with { Final = false, Status = CallStatus.Ringing })).AlreadyThere);
        Assert.Equal("2026-03-01 09:00:00", await Crm.RowAsync("select updated_at from call_log where call_sid = 'CA1'"));
    }

    [Fact]
    public async Task Of_several_records_of_one_call_in_a_group_the_last_final_one_stands()
    {
        await Crm.AddBusinessAsync(Salon);
        var final = Ended("CA1", Inbound());
        var committed = await CommitAsync(
            final with { Final = false, Status = CallStatus.InProgress }, final, final with { Status = CallStatus.Busy },
            final with { Final = false, Status = CallStatus.Ringing });
        Assert.Empty(committed.AlreadyThere);
        Assert.Equal("busy", await Crm.RowAsync("select status from call_log"));
    }

    [Fact]
    public async Task A_group_of_two_hundred_calls_costs_as_many_statements_as_a_group_of_two()
    {
        await Crm.AddBusinessAsync(Salon);
        var small = await CommitAsync(Group(1, 2));
        var large = await CommitAsync(Group(2, 200));

        Assert.Equal((small.Cost.Statements, 200), (large.Cost.Statements, large.Cost.SharedBy));
        Assert.InRange(large.Cost.Statements, 6, 9);
        Assert.Equal((202, 152, 202), (await CountAsync("call_log"), await CountAsync("leads"), await CountAsync("appointments")));
        Assert.Equal(152, await Crm.ScalarAsync<long>("select count(distinct lead_id) from call_log"));
        var totals = Crm.Counter.Read(DatabasePhase.Flush);
        Assert.Equal((small.Cost.Statements + large.Cost.Statements, 2), (totals.Statements, totals.Transactions));

        static CallRecord[] Group(int number, int size) =>
            [.. Enumerable.Range(0, size)
                .Select(i => Ended($"{number}-{i}", Inbound($"+1555{number}{i % 150}"), Booked(Noon.AddDays(100 * number).AddHours(i)), Name("Dana")))];
    }

    [Fact]
    public async Task Of_two_calls_of_one_lead_that_are_written_together_the_last_gender_stands_though_it_stood_before()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var lead = await Crm.AddLeadAsync(salon, Caller, "Dana", gender: "male");
        await CommitAsync(
            Ended("CA1", Inbound(), new WriteIntent.DetectedGender(Gender.Female)), Ended("CA2", Inbound(), new WriteIntent.DetectedGender(Gender.Male)));
        Assert.Equal("male", await Crm.ScalarAsync<string>("select gender from leads where id = @id", new { id = lead.Value }));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(false, true)]
    public async Task Calls_of_one_nameless_caller_have_the_name_that_the_first_found_out_whether_they_are_written_together_or_not(bool together, bool isKnown)
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        if (isKnown) await Crm.AddLeadAsync(salon, Caller, "Customer");
        CallRecord[] calls = [Ended("CA0", Inbound()), Ended("CA1", Inbound(), Name("Aa", "Levi")), Ended("CA2", Inbound(), Name("Bb")),
            Ended("CA3", Inbound()), Ended("CA4", Inbound()) with { CustomerName = "Noa" }];
        if (together) await CommitAsync(calls);
        else
            foreach (var call in calls) await CommitAsync(call);

        Assert.Equal("Aa Levi", await Crm.RowAsync("select name from leads"));
        Assert.Equal(
            ["CA0|", "CA1|Aa Levi", "CA2|Aa Levi", "CA3|Aa Levi", "CA4|Noa"],
            (await Crm.RowsAsync("select call_sid, customer_name from call_log order by call_sid")).Select(row => string.Join('|', row)));
    }

    [Fact]
    public async Task A_number_that_is_withheld_takes_none_away_that_is_stored()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var call = await Crm.AddCallAsync(salon);
        await Crm.ExecuteAsync("update call_log set from_number = '+972390000', to_number = '+972390001'");
        await CommitAsync(Ended("CA1", Outbound(from: "") with { CallLogId = call, BusinessId = salon }));
        Assert.Equal("+972390000", await Crm.ScalarAsync<string>("select from_number from call_log where id = @id", new { id = call.Value }));
        Assert.Equal(Caller, await Crm.ScalarAsync<string>("select to_number from call_log where id = @id", new { id = call.Value }));
    }
}
