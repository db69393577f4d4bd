using System.Collections.Immutable;
using System.Data.Common;
using CallActors.Storage.Sqlite;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Journal;

/// <summary>A journal in a file beside the service.</summary>
internal static class SqliteJournalStore
{
    // A commit is on the disk before it is acknowledged.
    private const int SynchronousFull = 2;

    public static Task<PreparedStore> PrepareAsync(JournalOptions options, CancellationToken cancel) =>
        OpenedAsync(options, justLooks: false, async connection =>
    {
        var hold = Hold(connection);
        try
        {
            await MakeDurableAsync(connection).ConfigureAwait(false);
            var there = await TablesAsync(connection).ConfigureAwait(false);
            if (!there.Contains(JournalTable.Name)) await JournalTable.CreateAsync(connection, cancel).ConfigureAwait(false);
            return new PreparedStore(hold, await JournalTable.AgreeAsync(connection, options, cancel).ConfigureAwait(false));
        }
        catch
        {
            await hold.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    });

    public static Task<ImmutableArray<string>> MigrateAsync(JournalOptions options, bool dryRun, CancellationToken cancel)
    {
        // To look at a file that is not there would make it.
        if (dryRun && !File.Exists(JournalConnections.Sqlite(options).DataSource))
            return Task.FromResult(JournalStore.Report(new HashSet<string>(), dryRun));

        return OpenedAsync(options, dryRun, async connection =>
        {
            var there = await TablesAsync(connection).ConfigureAwait(false);
            if (!dryRun && !there.Contains(JournalTable.Name)) await JournalTable.CreateAsync(connection, cancel).ConfigureAwait(false);
            if (!dryRun && !there.IsSupersetOf(StoreTables.Names)) await StoreTables.CreateAsync(options, cancel).ConfigureAwait(false);
            return JournalStore.Report(there, dryRun);
        });
    }

    private static async Task<T> OpenedAsync<T>(JournalOptions options, bool justLooks, Func<SqliteConnection, Task<T>> work)
    {
        try
        {
            var settings = JournalConnections.Sqlite(options);
            settings.Pooling = false;
            if (settings.Mode == SqliteOpenMode.Memory || settings.DataSource is "" or ":memory:")
                throw new JournalException(
                    "CallActors:Journal:ConnectionString names a database in memory; a file is expected, since a journal outlives the process.");

            if (justLooks) settings = SqliteLook.Of(settings);
            else if (Path.GetDirectoryName(settings.DataSource) is { Length: > 0 } directory) Directory.CreateDirectory(directory);
            await using var connection = new SqliteConnection(settings.ToString());
            await connection.OpenAsync().ConfigureAwait(false);
            return await work(connection).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // The system's own words would show the path.
            var said = e switch
            {
                SqliteException sqlite => sqlite.Message.TrimEnd('.'),
                UnauthorizedAccessException => "access is denied",
                _ => "it cannot be opened or made",
            };
            throw new JournalException($"CallActors:Journal:ConnectionString does not name a SQLite file that can hold the journal: {said}.", cause: e);
        }
    }

    /// <summary>Write-ahead logging is the file's, synchronous the library's default for every connection: the store's own find both so.</summary>
    private static async Task MakeDurableAsync(DbConnection connection)
    {
        var mode = await connection.ExecuteScalarAsync<string>("pragma journal_mode = wal").ConfigureAwait(false);
        var synchronous = await connection.ExecuteScalarAsync<int>("pragma synchronous").ConfigureAwait(false);
        if (mode == "wal" && synchronous >= SynchronousFull) return;
        throw new JournalException(
            $"The journal's SQLite file cannot keep what is promised: journal_mode is {mode}, synchronous {synchronous}; "
            + $"wal and at least {SynchronousFull} are expected.");
    }

    /// <summary>A lock beside the file, which the system takes back however the process dies. The file stays: to remove it would race.</summary>
    private static FileHold Hold(DbConnection connection)
    {
        // As SQLite sees it, so that two paths to one file are one.
        var file = connection.ExecuteScalar<string>("select file from pragma_database_list where name = 'main'")!;
        try
        {
            return new FileHold(file, new FileStream($"{file}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw JournalStore.HeldByAnother(e);
        }
    }

    private static async Task<HashSet<string>> TablesAsync(DbConnection connection) =>
        [.. await connection.QueryAsync<string>("select name from sqlite_master where type = 'table'").ConfigureAwait(false)];
}
