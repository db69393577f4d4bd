using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Telemetry;

namespace CallActors.Tests.Storage;

public abstract partial class CrmDatabaseSpecs
{
    [Fact]
    public async Task One_time_is_booked_once_whether_the_database_has_a_constraint_or_not()
    {
        await Crm.AddBusinessAsync(Salon);
        await Database.CommitAsync([Ended("CA1", Inbound(), Booked(Noon.AddDays(2)))], default);
        Assert.Equal("23P01", (await RefusedAsync(Ended("CA2", Inbound(), Booked(Noon.AddDays(2).AddMinutes(15))))).SqlState);
        Assert.Equal(
            "23P01", (await RefusedAsync(Ended("CA3", Inbound(), Booked(Noon.AddDays(3))), Ended("CA4", Inbound(), Booked(Noon.AddDays(3))))).SqlState);
        await Database.CommitAsync([Ended("CA5", Inbound(), Booked(Noon.AddDays(2).AddMinutes(30)))], default);
        Assert.Equal(2, await Crm.ScalarAsync<long>("select count(*) from appointments"));
    }

    [Theory]
    [InlineData("Z")]
    [InlineData(".000Z")]
    [InlineData("+00:00")]
    public async Task An_appointment_next_to_another_is_none_at_its_time_however_the_CRM_spells_times(string zone)
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        foreach (var (start, end) in new[] { ("2026-03-03T09:00:00", "2026-03-03T10:00:00"), ("2026-03-03T10:30:00", "2026-03-03T11:00:00") })
        {
            await Crm.ExecuteAsync(
                $"insert into appointments (business_id, title, start_time, end_time, status) values (@id, 'theirs', '{start}{zone}', '{end}{zone}', 'confirmed')", new { id = salon.Value });
        }

        // Two days after noon in +02:00 is ten o'clock; it lasts for half an hour.
        await Database.CommitAsync([Ended("CA1", Inbound(), Booked(Noon.AddDays(2)))], default);
        Assert.Equal(3, await CountAsync("appointments"));
        Assert.Equal("23P01", (await RefusedAsync(Ended("CA2", Inbound(), Booked(Noon.AddDays(2).AddMinutes(45))))).SqlState);
    }

    [Fact]
    public async Task One_refused_record_leaves_nothing_of_the_whole_group_and_is_named()
    {
        await Crm.AddBusinessAsync(Salon);
        var refused = await RefusedAsync(
            Ended("CA1", Inbound()), Ended("CA2", Inbound(to: "+1")), Ended("CA3", Inbound()), Ended("CA4", Inbound(to: "+2")));
        Assert.Equal((1, FlushPlanner.UnknownBusiness), (refused.Culprit, refused.Message));
        Assert.Equal([1, 3], refused.Culprits.AsEnumerable());
        Assert.Equal(
            (0, 0, 0, 0), (await CountAsync("callactors_flush"), await CountAsync("call_log"), await CountAsync("call_session"), await CountAsync("leads")));
        Assert.Empty((await CommitAsync(Ended("CA1", Inbound()), Ended("CA3", Inbound()))).AlreadyThere);
    }

    [Fact]
    public async Task Another_tenants_row_with_the_same_call_id_is_refused_and_not_touched()
    {
        await Crm.AddBusinessAsync(Salon);
        var rival = await Crm.AddBusinessAsync("+15550002");
        await Crm.AddCallAsync(rival, "CA2", status: "ringing");
        var refused = await RefusedAsync(Ended("CA1", Inbound()), Ended("CA2", Inbound()));
        Assert.Equal(1, refused.Culprit);
        Assert.Equal($"CA2|{rival.Value}|ringing", await Crm.RowAsync("select call_sid, business_id, status from call_log"));
    }

    [Fact]
    public async Task Another_tenants_session_with_the_same_call_id_is_refused_and_not_touched()
    {
        await Crm.AddBusinessAsync(Salon);
        var rival = await Crm.AddBusinessAsync("+15550002");
        await Crm.ExecuteAsync("insert into call_session (call_sid, business_id, last_confirmed_slot) values ('CA1', @id, 'theirs')", new { id = rival.Value });
        Assert.Equal(0, (await RefusedAsync(Ended("CA1", Inbound(), Booked(Noon.AddDays(1))))).Culprit);
        Assert.Equal("theirs", await Crm.RowAsync("select last_confirmed_slot from call_session"));
    }

    [Fact]
    public async Task Another_tenants_lead_or_job_is_never_written()
    {
        await Crm.AddBusinessAsync(Salon);
        var rival = await Crm.AddBusinessAsync("+15550002");
        var lead = await Crm.AddLeadAsync(rival, Caller, "Customer");
        var job = await Crm.AddJobAsync(rival, lead);
        await CommitAsync(Ended("CA1", Inbound() with { LeadId = lead, JobId = job }, Name("Dana")) with { LeadId = lead });
        Assert.Equal("Customer", await Crm.ScalarAsync<string>($"select name from leads where id = {lead.Value}"));
        Assert.Equal("calling", await Crm.RowAsync("select status from outbound_call_jobs"));
        Assert.NotEqual(lead.Value, await Crm.ScalarAsync<long>("select lead_id from call_log"));
    }

    [Fact]
    public async Task Two_calls_of_one_new_phone_that_end_at_once_make_one_lead()
    {
        await Crm.AddBusinessAsync(Salon);
        for (var round = 0; round < 10; round++)
        {
            var phone = $"+1555000{round}";
            await Task.WhenAll(Enumerable.Range(0, 4).Select(i => CommitAsync(Ended($"CA{round}-{i}", Inbound(from: phone), Name("Dana")))));
        }
        Assert.Equal((10, 40), (await CountAsync("leads"), await CountAsync("call_log")));
        Assert.Equal(0, await Crm.ScalarAsync<long>("select count(*) from call_log where lead_id is null"));
    }

    [Fact]
    public async Task The_same_call_committed_by_two_at_once_is_written_once()
    {
        await Crm.AddBusinessAsync(Salon);
        for (var round = 0; round < 10; round++)
        {
            var record = Ended($"CA{round}", Inbound(), Booked(Noon.AddDays(round + 1)));
            var both = await Task.WhenAll(CommitAsync(record), CommitAsync(record), CommitAsync(record));
            Assert.Single(both, committed => committed.AlreadyThere.IsEmpty);
        }
        Assert.Equal((10, 10, 1), (await CountAsync("appointments"), await CountAsync("call_log"), await CountAsync("leads")));
    }

    /// <summary>Whether they look before they lock, or know what to lock.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sixteen_groups_over_the_same_leads_and_jobs_never_deadlock(bool isKnown)
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var leads = new List<LeadId>();
        var jobs = new List<JobId>();
        for (var i = 0; i < 12; i++)
        {
            leads.Add(await Crm.AddLeadAsync(salon, $"+1555{i:00}", "Customer"));
            jobs.Add(await Crm.AddJobAsync(salon, leads[i]));
        }

        const int rounds = 3;
        for (var round = 0; round < rounds; round++)
            await Task.WhenAll(Enumerable.Range(0, 16)
                .Select(group => CommitAsync([.. Enumerable.Range(0, 24).Select(i => Meeting($"CA{round}-{group}-{i}", group, i))])));

        Assert.Equal((rounds * 16 * 24, 12), (await CountAsync("call_log"), await CountAsync("leads")));
        Assert.Equal(0, await Crm.ScalarAsync<long>("select count(*) from leads where name <> 'Dana' or gender is null"));

        // Every group meets every lead, each in an order of its own, and no two neighbours agree on its gender.
        CallRecord Meeting(string id, int group, int i)
        {
            var at = (i * 5 + group * 7) % 12;
            return Ended(id, Outbound(to: $"+1555{at:00}") with { JobId = jobs[at] }, Name("Dana"),
                new WriteIntent.DetectedGender((Gender)(group % 2))) with
            { LeadId = leads[at], BusinessId = isKnown ? salon : null };
        }
    }

    [Fact]
    public async Task A_wait_that_is_cancelled_is_a_cancelled_wait()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.LoadAsync([ContextQuery.ForLedger(Id("CA1"))], cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Database.CommitAsync([Ended("CA1", Inbound())], cancelled.Token));
    }

    [Fact]
    public async Task A_refused_batch_is_kept_listed_read_back_and_removed()
    {
        var record = Ended("CA1", Inbound(), Name("דנה"), Booked(Noon.AddDays(1)));
        await Database.KeepDeadLetterAsync(record, "first", "23505", default);
        Crm.Time.Now = Crm.Time.Now.AddMinutes(1);
        await Database.KeepDeadLetterAsync(Ended("CA2", Inbound()), "other", null, default);
        Crm.Time.Now = Crm.Time.Now.AddMinutes(1);
        await Database.KeepDeadLetterAsync(record with { Status = CallStatus.Busy }, "second", "23P01", default);

        var letters = await Database.ListDeadLettersAsync(10, default);
        Assert.Equal(
            [("CA1", "second", "23P01", Crm.Time.Now), ("CA2", "other", null, Crm.Time.Now.AddMinutes(-1))],
            letters.Select(letter => (letter.CallId.Value, letter.Reason, letter.SqlState, letter.At)));
        Assert.Contains("דנה", letters[0].BatchJson, StringComparison.Ordinal);
        Assert.Single(await Database.ListDeadLettersAsync(1, default));
        Assert.Equal(2, await Database.CountDeadLettersAsync(default));
        Assert.Equal(3, Crm.Counter.Read(DatabasePhase.Upkeep).Statements);
        Assert.Equal(record with { Status = CallStatus.Busy }, await Database.ReadDeadLetterAsync(letters[0].Id, default));

        await Database.RemoveDeadLetterAsync(letters[0].Id, default);
        Assert.Null(await Database.ReadDeadLetterAsync(letters[0].Id, default));
        Assert.Null(await Database.ReadDeadLetterAsync("nonsense", default));
        await Database.RemoveDeadLetterAsync("nonsense", default);
        Assert.Equal("CA2", Assert.Single(await Database.ListDeadLettersAsync(10, default)).CallId.Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_dead_letter_goes_only_when_what_it_holds_stands(bool isTheSame)
    {
        await Crm.AddBusinessAsync(Salon);
        var kept = Ended("CA1", Inbound(), new WriteIntent.Summary("kept"));
        await Database.KeepDeadLetterAsync(kept, "refused", null, default);
        await CommitAsync(isTheSame ? kept : Ended("CA1", Inbound()) with { SeenEvents = [1] });
        var letter = Assert.Single(await Database.ListDeadLettersAsync(10, default));

        var retried = await DeadLetterDesk.Retry(Database, new DatabaseMessages.RetryDeadLetter(letter.Id), () => Task.CompletedTask, default);

        Assert.Equal(isTheSame ? DatabaseMessages.DeadLetterOutcome.Committed : DatabaseMessages.DeadLetterOutcome.RefusedAgain, retried.Outcome);
        Assert.Equal(isTheSame ? 0 : 1, await Database.CountDeadLettersAsync(default));
    }
}
