using System.Collections.Immutable;

namespace CallActors.Journal;

/// <summary>
/// The store of a journal, held by this process: two services that wrote into one would each take the other's calls for its own. Disposing lets it go.
/// </summary>
public sealed class JournalStore : IAsyncDisposable
{
    private readonly IJournalHold _hold;

    private JournalStore(PreparedStore prepared) => (_hold, Partitions, Doubt) = prepared;

    /// <summary>Into how many logs this journal divides its calls.</summary>
    public int Partitions { get; }

    /// <summary>What the store does not promise and should, in one sentence; null: nothing.</summary>
    public string? Doubt { get; }

    /// <summary>
    /// Makes the store ready to be written to and holds it until the handle is disposed or the process dies. On PostgreSQL the hold is a session's
    /// advisory lock: it goes with its connection and is taken again, unless another service was faster.
    /// </summary>
    /// <exception cref="JournalException">
    /// It is away, is none, is held by another service, or was begun with another number of partitions.
    /// </exception>
    public static async Task<JournalStore> PrepareAsync(JournalOptions options, CancellationToken cancel = default) => new(options.Provider switch
    {
        DatabaseProvider.Sqlite => await SqliteJournalStore.PrepareAsync(options, cancel).ConfigureAwait(false),
        DatabaseProvider.PostgreSql => await PostgreSqlJournalStore.PrepareAsync(options, cancel).ConfigureAwait(false),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Provider, null),
    });

    /// <summary>
    /// Makes the tables that are missing, and has Akka.Persistence.Sql make its own, as it would when a service first starts. May run beside a service.
    /// </summary>
    /// <returns>A line a table.</returns>
    /// <exception cref="JournalException">The store is away or none.</exception>
    public static Task<ImmutableArray<string>> MigrateAsync(JournalOptions options, bool dryRun, CancellationToken cancel = default) => options.Provider switch
    {
        DatabaseProvider.Sqlite => SqliteJournalStore.MigrateAsync(options, dryRun, cancel),
        DatabaseProvider.PostgreSql => PostgreSqlJournalStore.MigrateAsync(options, dryRun, cancel),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Provider, null),
    };

    /// <summary>
    /// Asked before every write. False: the file was deleted or moved away, or the connection that held the journal was cut and it is not yet held again; what
    /// is written now might never be found, or stand between what another service writes.
    /// </summary>
    public bool IsHeld => _hold.IsHeld;

    /// <summary>Done when another service has taken the journal: this one has to end.</summary>
    public Task Lost => _hold.Lost;

    public ValueTask DisposeAsync() => _hold.DisposeAsync();

    internal static JournalException HeldByAnother(Exception? cause = null) => new(
        "CallActors:Journal:ConnectionString names a journal that another running service holds; a journal of its own is expected for each.", cause: cause);

    /// <summary>The report of a migration.</summary>
    /// <param name="there">The tables that were there before.</param>
    /// <param name="dryRun">Whether the missing ones were not made.</param>
    /// <param name="more">Tables beside those of every journal.</param>
    internal static ImmutableArray<string> Report(IReadOnlySet<string> there, bool dryRun, params string[] more) =>
    [
        .. ((string[])[JournalTable.Name, .. StoreTables.Names, .. more])
            .Select(table => $"{table}: {(there.Contains(table) ? "already there" : dryRun ? "missing, would be created" : "created")}"),
    ];
}

/// <param name="Hold">What holds it.</param>
/// <param name="Partitions">As <see cref="JournalStore.Partitions"/>.</param>
/// <param name="Doubt">As <see cref="JournalStore.Doubt"/>.</param>
internal sealed record PreparedStore(IJournalHold Hold, int Partitions, string? Doubt = null);
