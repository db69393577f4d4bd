using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Tests.Storage;

public abstract partial class CrmDatabaseSpecs
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private DateTimeOffset Now => Crm.Time.Now;

    /// <summary>Rows that were committed some time ago, one a second.</summary>
    private async Task AddLedgerRowsAsync(string prefix, int count, TimeSpan ago)
    {
        var times = Crm.Options.Provider == DatabaseProvider.PostgreSql
            ? "cast(@from as timestamptz) + n * interval '1 second'"
            : "strftime('%Y-%m-%dT%H:%M:%f', @from, n || ' seconds') || '000Z'";
        await Crm.ExecuteAsync(
            $"""
            with recursive s (n) as (select 0 union all select n + 1 from s where n + 1 < {count})
            insert into callactors_flush (call_sid, committed_at, intents, node, events) select '{prefix}' || n, {times}, 0, 'spec', '' from s
            """,
            new { from = Crm.Options.Provider == DatabaseProvider.PostgreSql ? (Now - ago).UtcDateTime : (object)(Now - ago).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ") });
    }

    private Task<Forgotten> ForgetAsync(DateTimeOffset since = default) => Database.ForgetAsync(since == default ? DateTimeOffset.UnixEpoch : since, Now - Week, default);

    private async Task ForgetAllAsync()
    {
        while ((await ForgetAsync()).Rows > 0) Assert.True(await CountAsync("callactors_flush") >= 0);
    }

    [Fact]
    public async Task Old_rows_of_the_ledger_go_in_pieces_the_oldest_first_and_young_ones_stay()
    {
        await AddLedgerRowsAsync("old", 1_500, Week + TimeSpan.FromHours(1));
        await AddLedgerRowsAsync("young", 40, Week - TimeSpan.FromSeconds(1));
        Assert.True(await Database.IsIndexedAsync(default));

        var first = await ForgetAsync();
        Assert.Equal(new Forgotten(ILedger.PieceRows, Now - Week - TimeSpan.FromHours(1) + TimeSpan.FromSeconds(999)), first);
        Assert.Equal("old1000", await Crm.ScalarAsync<string>("select call_sid from callactors_flush order by committed_at limit 1"));
        Assert.Equal(500, (await ForgetAsync(first.Youngest!.Value)).Rows);
        Assert.Equal(new Forgotten(0, null), await ForgetAsync());
        Assert.Equal(40, await CountAsync("callactors_flush"));
        Assert.Equal((4, 0, 0), (Crm.Counter.Read(DatabasePhase.Upkeep).Statements, Crm.Counter.Read(DatabasePhase.Flush).Statements, Crm.Counter.Read(DatabasePhase.Load).Statements));
    }

    [Fact]
    public async Task Two_that_purge_at_once_delete_every_old_row_once_and_do_not_fail()
    {
        await AddLedgerRowsAsync("old", 8_000, Week + TimeSpan.FromHours(3));
        await AddLedgerRowsAsync("young", 10, TimeSpan.FromDays(1));
        await using var other = CrmDatabase.Open(Crm.Options, Crm.Time, new StatementCounter());
        async Task<int> PurgeAsync(CrmDatabase database)
        {
            var (rows, since) = (0, DateTimeOffset.UnixEpoch);
            while (await database.ForgetAsync(since, Now - Week, default) is { Rows: > 0 } piece) (rows, since) = (rows + piece.Rows, piece.Youngest!.Value);
            return rows;
        }

        var gone = await Task.WhenAll(Task.Run(() => PurgeAsync(Database)), Task.Run(() => PurgeAsync(other)));
        Assert.Equal(8_000, gone.Sum());
        Assert.Equal(10, await CountAsync("callactors_flush"));
    }

    [Fact]
    public async Task Nothing_is_forgotten_that_a_batch_may_rely_on()
    {
        await AddLedgerRowsAsync("young", 10, LedgerMemory.LeastKept - TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Database.ForgetAsync(DateTimeOffset.UnixEpoch, Now - LedgerMemory.LeastKept + TimeSpan.FromSeconds(1), default));
        Assert.Equal(0, (await Database.ForgetAsync(DateTimeOffset.UnixEpoch, Now - LedgerMemory.LeastKept, default)).Rows);
    }

    [Fact]
    public async Task A_ledger_without_its_index_says_so()
    {
        await Crm.ExecuteAsync("drop index callactors_flush_committed_at_idx");
        Assert.False(await Database.IsIndexedAsync(default));
        await Crm.ExecuteAsync("create index of_another_kind on callactors_flush (node, committed_at)");
        Assert.False(await Database.IsIndexedAsync(default));
    }

    /// <summary>A node committed it and died before its journal heard; eight days later it starts again, and the ledger has forgotten.</summary>
    [Fact]
    public async Task A_batch_that_was_committed_and_comes_again_after_the_ledger_forgot_it_writes_nothing()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        var job = await Crm.AddJobAsync(salon);
        var slot = Noon.AddDays(1);
        var record = Ended("CA1", Outbound() with { JobId = job }, Name("Dana"), new WriteIntent.Summary("as told"), new WriteIntent.RequestedSlot(slot), Booked(slot));
        await CommitAsync(record);
        // What people do meanwhile.
        await Crm.ExecuteAsync("update appointments set status = 'cancelled'; update outbound_call_jobs set status = 'queued', call_sid = null; update call_log set summary = 'by hand'");

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
        Assert.Equal("completed|60|1", await Crm.RowAsync("select c.status, c.duration, (select count(*) from appointments a where a.call_log_id = c.id) from call_log c"));
    }

    [Fact]
    public async Task An_old_batch_is_refused_alone_where_its_rows_say_something_else_and_written_once_they_do_not()
    {
        var salon = await Crm.AddBusinessAsync(Salon);
        await Crm.AddCallAsync(salon, "CA1", status: "busy");
        await Crm.ExecuteAsync("update call_log set stream_ended_at = '2026-02-28T10:00:00Z'");
        // Young, it is written whatever is there.
        Assert.Empty((await CommitAsync(Ended("CA0", Inbound()))).AlreadyThere);
        Crm.Time.Now += TimeSpan.FromDays(2);
        var refused = await RefusedAsync(Ended("CA2", Inbound()), Ended("CA1", Inbound()));
        Assert.Equal(1, refused.Culprit);
        Assert.Contains("older than the ledger remembers", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await CountAsync("callactors_flush"));

        await Crm.ExecuteAsync("update call_log set stream_ended_at = null where call_sid = 'CA1'");
        Assert.Empty((await CommitAsync(Ended("CA1", Inbound()))).AlreadyThere);
        Assert.Equal("busy|60", await Crm.RowAsync("select status, duration from call_log where call_sid = 'CA1'"));
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
        await Crm.ExecuteAsync("update call_log set stream_ended_at = null");
        Assert.Equal(DatabaseMessages.DeadLetterOutcome.Committed, (await RetryAsync()).Outcome);
        Assert.Equal("in the letter only", await Crm.RowAsync("select summary from call_log"));
        Assert.Equal(0, await CountAsync("callactors_dead_letter"));

        Task<DatabaseMessages.DeadLetterRetried> RetryAsync() =>
            DeadLetterDesk.Retry(Database, new DatabaseMessages.RetryDeadLetter(letter.Id), () => Task.CompletedTask, default);
    }

    [Fact]
    public async Task Only_a_call_that_the_ledger_may_have_forgotten_costs_a_statement_more()
    {
        await Crm.AddBusinessAsync(Salon);
        var young = await CommitAsync(Ended("CA1", Inbound(from: "")));
        Crm.Time.Now += TimeSpan.FromDays(1);
        var old = await CommitAsync(Ended("CA2", Inbound(from: "")));
        Assert.Equal(young.Cost.Statements + 1, old.Cost.Statements);
    }
}
