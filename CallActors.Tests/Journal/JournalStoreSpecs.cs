using CallActors.Journal;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Journal;

/// <summary>A store is made ready, held by one service, and keeps to what it was begun with.</summary>
public abstract class JournalStoreSpecs : IAsyncLifetime
{
    protected SpecJournal Journal { get; private set; } = null!;
    protected JournalOptions Options => Journal.Options;

    protected abstract Task<SpecJournal> OpenAsync();

    public async Task InitializeAsync() => Journal = await OpenAsync();

    public async Task DisposeAsync() => await Journal.DisposeAsync();

    [Fact]
    public async Task A_store_is_ready_at_its_first_start_and_at_every_later_one()
    {
        for (var start = 0; start < 3; start++) await using (await JournalStore.PrepareAsync(Options)) { }
        Assert.Equal("callactors_journal: already there", (await JournalStore.MigrateAsync(Options, dryRun: true))[0]);
    }

    [Fact]
    public async Task A_second_service_is_refused_until_the_first_is_gone()
    {
        await using (await JournalStore.PrepareAsync(Options))
        {
            var refused = await RefusedAsync(Options);
            Assert.Equal("CallActors:Journal:ConnectionString names a journal that another running service holds; a journal of its own is expected for each.",
                refused.Message);
            Assert.False(refused.Away);
        }

        await using (await JournalStore.PrepareAsync(Options)) { }
    }

    [Fact]
    public async Task A_journal_keeps_the_number_of_partitions_it_was_begun_with()
    {
        await using (await JournalStore.PrepareAsync(Options with { Partitions = 8 })) { }

        var refused = await RefusedAsync(Options with { Partitions = 64 });
        Assert.Equal(
            "CallActors:Journal:Partitions is 64, but this journal was begun with 8; 8 is expected, or a new journal once this one's calls are done.",
            refused.Message);

        // Who was refused holds nothing.
        await using (await JournalStore.PrepareAsync(Options with { Partitions = 8 })) { }
    }

    [Fact]
    public async Task A_migration_makes_every_table_and_a_second_finds_them_there()
    {
        await ReportsAsync("missing, would be created", dryRun: true);
        await ReportsAsync("missing, would be created", dryRun: true);
        await ReportsAsync("created", dryRun: false);
        await ReportsAsync("already there", dryRun: false);

        // The number of partitions is the first service's to say, not the migration's.
        await using (await JournalStore.PrepareAsync(Options with { Partitions = 3 })) { }
    }

    [Fact]
    public async Task A_migration_may_run_beside_a_service_and_beside_another()
    {
        await using (await JournalStore.PrepareAsync(Options))
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => JournalStore.MigrateAsync(Options, dryRun: false))));
    }

    /// <summary>Of a journal that the nodes of a cluster can share.</summary>
    protected virtual string[] ClusterTables => [];

    private async Task ReportsAsync(string ours, bool dryRun)
    {
        string[] tables = ["callactors_journal", "journal", "tags", .. ClusterTables];
        Assert.Equal(tables.Select(table => $"{table}: {ours}"), await JournalStore.MigrateAsync(Options, dryRun));
    }

    protected static async Task<JournalException> RefusedAsync(JournalOptions options)
    {
        var refused = await Assert.ThrowsAsync<JournalException>(async () => await (await JournalStore.PrepareAsync(options)).DisposeAsync());
        Assert.DoesNotContain('\n', refused.Message);
        Assert.DoesNotContain(options.ConnectionString, refused.Message, StringComparison.Ordinal);
        return refused;
    }
}
