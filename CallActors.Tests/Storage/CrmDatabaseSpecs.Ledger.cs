using CallActors.Domain;
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
            new
            {
                from = Crm.Options.Provider == DatabaseProvider.PostgreSql
                ? (Now - ago).UtcDateTime
                : (object)(Now - ago).UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ")
            });
    }

    private Task<Forgotten> ForgetAsync(DateTimeOffset since = default) =>
        Database.ForgetAsync(since == default ? DateTimeOffset.UnixEpoch : since, Now - Week, default);

    private async Task ForgetAllAsync()
    {
        var (before, forgotten) = (await CountAsync("callactors_flush"), 0);
        while (await ForgetAsync() is { Rows: > 0 and var rows }) forgotten += rows;
        Assert.InRange(forgotten, 1, before);
        Assert.Equal(before - forgotten, await CountAsync("callactors_flush"));
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
        Assert.Equal((4, 0, 0),
            (Crm.Counter.Read(DatabasePhase.Upkeep).Statements, Crm.Counter.Read(DatabasePhase.Flush).Statements,
            Crm.Counter.Read(DatabasePhase.Load).Statements));
    }

    [Fact]
    public async Task Two_that_purge_at_once_delete_every_old_row_once_and_do_not_fail()
    {
        await AddLedgerRowsAsync("old", 8_000, Week + TimeSpan.FromHours(3));
        await AddLedgerRowsAsync("young", 10, TimeSpan.FromDays(3));
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
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() =>
            Database.ForgetAsync(DateTimeOffset.UnixEpoch, Now - LedgerMemory.LeastKept + TimeSpan.FromSeconds(1), default));
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

    [Fact]
    public async Task Only_a_call_that_the_ledger_may_have_forgotten_costs_a_statement_more()
    {
        await Crm.AddBusinessAsync(Salon);
        var young = await CommitAsync(Ended("CA1", Inbound(from: "")));
        Crm.Time.Now += TimeSpan.FromDays(3);
        var old = await CommitAsync(Ended("CA2", Inbound(from: "")));
        Assert.Equal(young.Cost.Statements + 1, old.Cost.Statements);
    }
}
