using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Tests.Storage;

/// <summary>Batches that come after the ledger has forgotten, or may have: their calls' rows tell.</summary>
public abstract partial class CrmDatabaseSpecs
{
    /// <summary>A node committed it and died before its journal heard; eight days later it starts again, and the ledger has forgotten.</summary>
    [Fact]
    public async Task A_batch_that_was_committed_and_comes_again_after_the_ledger_forgot_it_writes_nothing()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var job = await Crm.AddJobAsync(salon);
        var slot = Noon.AddDays(1);
        var record = Ended(
            "CA1", Outbound() with { JobId = job }, Name("Dana"), new WriteIntent.Summary("as told"), new WriteIntent.RequestedSlot(slot), Booked(slot));
        await CommitAsync(record);
        // What people do meanwhile.
        await Crm.ExecuteAsync(
            "update appointments set status = 'cancelled'; update outbound_call_jobs set status = 'queued', call_sid = null; update call_log set summary = 'by hand'");

        Crm.Time.Now += TimeSpan.FromDays(8);
        await ForgetAllAsync();
        Assert.Equal(0, await CountAsync("callactors_flush"));
        for (var again = 0; again < 2; again++)
        {
            var committed = await CommitAsync(record, Ended("CA2", Inbound()));
            Assert.Equal(Indexes(0), committed.ByTheirRows);
            Assert.Equal(again == 0 ? Indexes(0) : Indexes(0, 1), committed.AlreadyThere);
        }

        Assert.Equal("1|cancelled", await Crm.RowAsync("select count(*), max(cast(status as text)) from appointments"));
        Assert.Equal("queued|", await Crm.RowAsync("select status, call_sid from outbound_call_jobs"));
        Assert.Equal("by hand", await Crm.ScalarAsync<string>("select summary from call_log where call_sid = 'CA1'"));
        Assert.Equal("CA2", await Crm.ScalarAsync<string>("select call_sid from callactors_flush"));
    }

    [Fact]
    public async Task An_old_batch_that_was_never_committed_is_committed_once()
    {
        await Crm.AddBusinessAsync(Salon);
        var record = Ended("CA1", Inbound(), Name("Dana"), Booked(Noon.AddDays(30)));
        // A snapshot an operator asked for, before the service went off.
        await CommitAsync(record with { Final = false, EndedAt = null, DurationSeconds = null, Status = CallStatus.InProgress });
        Crm.Time.Now += TimeSpan.FromDays(8);
        var committed = await CommitAsync(record);
        Assert.Empty(committed.AlreadyThere);
        var again = await CommitAsync(record);
        Assert.Equal(Indexes(0), again.AlreadyThere);
        Assert.Empty(again.ByTheirRows);
        Assert.Equal("completed|60|1",
            await Crm.RowAsync("select c.status, c.duration, (select count(*) from appointments a where a.call_log_id = c.id) from call_log c"));
    }

    [Fact]
    public async Task An_old_batch_is_refused_alone_where_its_rows_say_something_else_and_written_once_they_do_not()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddCallAsync(salon, "CA1", status: "busy");
        await Crm.ExecuteAsync("update call_log set stream_ended_at = '2026-02-28T10:00:00Z'");
        // Young, it is written whatever is there.
        Assert.Empty((await CommitAsync(Ended("CA0", Inbound()))).AlreadyThere);
        // A CRM that is away over a weekend makes nothing unsure.
        Crm.Time.Now += TimeSpan.FromHours(62);
        Assert.Empty((await CommitAsync(Ended("CA00", Inbound()))).AlreadyThere);
        await Crm.ExecuteAsync("delete from callactors_flush where call_sid = 'CA00'");
        Crm.Time.Now += TimeSpan.FromHours(2);
        var refused = await RefusedAsync(Ended("CA2", Inbound()), Ended("CA1", Inbound()));
        Assert.Equal([1], refused.Culprits.AsEnumerable());
        Assert.Contains("older than the ledger remembers", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("callactors_flush"));

        await Crm.ExecuteAsync("update call_log set stream_ended_at = null where call_sid = 'CA1'");
        Assert.Empty((await CommitAsync(Ended("CA1", Inbound()))).AlreadyThere);
        Assert.Equal("busy|60", await Crm.RowAsync("select status, duration from call_log where call_sid = 'CA1'"));
    }

    /// <summary>
    /// The replaced system writes the same rows, and an operator's snapshot, too, leaves a session: an end that is this call's proves nothing of what was said.
    /// </summary>
    [Fact]
    public async Task An_old_batch_that_was_never_committed_is_not_taken_for_written_because_somebody_else_wrote_its_end()
    {
        await Crm.AddBusinessAsync(Salon);
        var slot = Noon.AddDays(30);
        CallRecord[] records =
        [
            Ended("CA0", Inbound()),
            Ended("CA1", Inbound(), new WriteIntent.Summary("said")),
            Ended("CA2", Inbound(), new WriteIntent.Transcription("all of it")),
            Ended("CA3", Inbound(), new WriteIntent.RecordingUrl("https://recordings/3")),
            Ended("CA4", Inbound(), Name("Dana")),
            Ended("CA5", Inbound()) with { DurationSeconds = 61 },
            Ended("CA6", Inbound(), Booked(slot)),
        ];
        await CommitAsync([.. records.Select(record => record with
        {
            Final = false, EndedAt = null, DurationSeconds = null, Status = CallStatus.InProgress,
            Intents = record.Intents.Appointments.Any() ? record.Intents : IntentStash.Empty,
        })]);
        await Crm.ExecuteAsync("update call_log set stream_ended_at = '2026-03-01T12:01:05Z', status = 'completed', duration = 60, customer_name = null");
        Crm.Time.Now += TimeSpan.FromDays(8);

        // All that the first one holds is there; the others are named at once, however many they are.
        Assert.Equal([1, 2, 3, 4, 5, 6], (await RefusedAsync(records)).Culprits.AsEnumerable());
        Assert.Equal(Indexes(0), (await CommitAsync(records[0])).ByTheirRows);
        Assert.Equal(0, await CountAsync("callactors_flush"));
    }

    [Fact]
    public async Task An_old_batch_whose_row_a_person_has_deleted_or_given_another_id_is_not_written_again()
    {
        await Crm.AddBusinessAsync(Salon);
        CallRecord[] records = [Ended("CA1", Inbound()), Ended("CA2", Inbound(), Booked(Noon.AddDays(30))), Ended("CA3", Inbound())];
        await CommitAsync(records);
        await Crm.ExecuteAsync(
            "update appointments set status = 'cancelled', call_log_id = null; delete from call_log where call_sid = 'CA1'; update call_log set call_sid = 'other' where call_sid = 'CA2'");
        Crm.Time.Now += TimeSpan.FromDays(8);
        await ForgetAllAsync();

        var refused = await RefusedAsync(records);
        Assert.Equal([0, 1], refused.Culprits.AsEnumerable());
        Assert.Contains("call_log has none", refused.Message, StringComparison.Ordinal);
        Assert.Equal((1L, 2L), (await CountAsync("appointments"), await CountAsync("call_log")));

        // As the refusal says.
        await Crm.ExecuteAsync("delete from call_session where call_sid = 'CA1'");
        Assert.Empty((await CommitAsync(records[0])).AlreadyThere);
    }

    [Fact]
    public async Task A_later_end_that_was_committed_with_the_batch_is_the_calls_own()
    {
        await Crm.AddBusinessAsync(Salon);
        var record = Ended("CA1", Inbound(), new WriteIntent.Summary("said"), Booked(Noon.AddDays(30)));
        await CommitAsync(record with { EndedAt = Noon.AddMinutes(2), DurationSeconds = 115, Status = CallStatus.Failed });
        Crm.Time.Now += TimeSpan.FromDays(8);
        await ForgetAllAsync();
        Assert.Equal(Indexes(0), (await CommitAsync(record)).ByTheirRows);
        Assert.Equal("failed|115", await Crm.RowAsync("select status, duration from call_log"));
    }

    [Fact]
    public async Task A_dead_letter_whose_call_was_written_and_forgotten_stays_until_somebody_has_looked()
    {
        await Crm.AddBusinessAsync(Salon);
        var record = Ended("CA1", Inbound(), new WriteIntent.Summary("in the letter only"));
        await Database.KeepDeadLetterAsync(record, "no", null, default);
        var letter = Assert.Single(await Database.ListDeadLettersAsync(5, default));
        await CommitAsync(Ended("CA1", Inbound()));
        Crm.Time.Now += TimeSpan.FromDays(8);
        await ForgetAllAsync();

        // Twice: what the first try leaves must not pass for the call's own commit.
        for (var again = 0; again < 2; again++)
        {
            var refused = await RetryAsync();
            Assert.Equal(DatabaseMessages.DeadLetterOutcome.RefusedAgain, refused.Outcome);
            Assert.Contains("stream_ended_at", refused.Reason, StringComparison.Ordinal);
        }

        Assert.Equal("", await Crm.RowAsync("select summary from call_log"));
        await Crm.ExecuteAsync("update call_log set summary = 'somebody else''s'");
        for (var again = 0; again < 2; again++)
        {
            var refused = await RetryAsync();
            Assert.Equal(DatabaseMessages.DeadLetterOutcome.RefusedAgain, refused.Outcome);
            Assert.Contains("appointments are booked again", refused.Reason, StringComparison.Ordinal);
        }

        await Crm.ExecuteAsync("update call_log set stream_ended_at = null");
        Assert.Equal(DatabaseMessages.DeadLetterOutcome.Committed, (await RetryAsync()).Outcome);
        Assert.Equal("in the letter only", await Crm.RowAsync("select summary from call_log"));
        Assert.Equal(0, await CountAsync("callactors_dead_letter"));

        Task<DatabaseMessages.DeadLetterRetried> RetryAsync() =>
            DeadLetterDesk.Retry(Database, new DatabaseMessages.RetryDeadLetter(letter.Id), () => Task.CompletedTask, default);
    }
}
