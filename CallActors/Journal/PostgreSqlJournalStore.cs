using System.Collections.Immutable;
using System.Data.Common;
using System.Net.Sockets;
using CallActors.Cluster;
using Dapper;
using Npgsql;

namespace CallActors.Journal;

/// <summary>A journal in a PostgreSQL database, or a schema (the connection string's <c>Search Path</c>), of its own.</summary>
internal static class PostgreSqlJournalStore
{
    // Advisory locks are a database's own and named by two integers: what for, and the schema.
    private const int Held = 0x43414A31, Schema = 0x43414A32;
    private const int HoldTries = 10;

    /// <summary>A migration before this one starts the store.</summary>
    private const int LockSeconds = 60;

    public static async Task<PreparedStore> PrepareAsync(JournalOptions options, CancellationToken cancel)
    {
        NpgsqlConnection? connection = null;
        try
        {
            connection = await HoldAsync(options, cancel).ConfigureAwait(false);
            await CreateMissingAsync(connection, cancel).ConfigureAwait(false);
            var partitions = await JournalTable.AgreeAsync(connection, options, cancel).ConfigureAwait(false);
            var doubt = await DoubtAsync(connection, cancel).ConfigureAwait(false);
            var held = new SessionHold(connection, async stop => await TryHoldAsync(options, stop).ConfigureAwait(false));
            connection = null;
            return new PreparedStore(held, partitions, doubt);
        }
        catch (Exception e) when (IsOfTheDriver(e))
        {
            throw Named(e);
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A server that acknowledges before it has written is the operator's to have, and to know of.</summary>
    private static async Task<string?> DoubtAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        const string Setting = "select current_setting('synchronous_commit')";
        return await connection.ExecuteScalarAsync<string>(new CommandDefinition(Setting, cancellationToken: cancel)).ConfigureAwait(false) == "off"
            ? "The journal's PostgreSQL database has synchronous_commit = off: what it has acknowledged last is lost when it dies, and so are events that were answered as applied."
            : null;
    }

    /// <summary>A server notices a moment late that who held it is gone; a service that is started again at once is not to be refused for that.</summary>
    private static async Task<NpgsqlConnection> HoldAsync(JournalOptions options, CancellationToken cancel)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (var tries = 0; tries < HoldTries; tries++)
        {
            if (await TryHoldAsync(options, cancel).ConfigureAwait(false) is { } connection) return connection;
            await again.WaitForNextTickAsync(cancel).ConfigureAwait(false);
        }

        throw JournalStore.HeldByAnother();
    }

    /// <summary>The nodes of a cluster hold a journal together, a service without one holds it alone.</summary>
    /// <returns>A connection whose session has the lock; null: another has it.</returns>
    private static async Task<NpgsqlConnection?> TryHoldAsync(JournalOptions options, CancellationToken cancel)
    {
        var connection = await OpenAsync(options, cancel).ConfigureAwait(false);
        try
        {
            const string Alone = "select pg_try_advisory_lock(@Held, hashtext(coalesce(current_schema(), '')))";
            const string Together = "select pg_try_advisory_lock_shared(@Held, hashtext(coalesce(current_schema(), '')))";
            if (await connection.ExecuteScalarAsync<bool>(new CommandDefinition(options.IsShared ? Together : Alone, new { Held }, cancellationToken: cancel))
                .ConfigureAwait(false)) return connection;
            await connection.DisposeAsync().ConfigureAwait(false);
            return null;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public static async Task<ImmutableArray<string>> MigrateAsync(JournalOptions options, bool dryRun, CancellationToken cancel)
    {
        try
        {
            await using var connection = await OpenAsync(options, cancel).ConfigureAwait(false);
            var there = await (dryRun ? TablesAsync(connection, cancel) : CreateMissingAsync(connection, cancel, options)).ConfigureAwait(false);
            return JournalStore.Report(there, dryRun, ClusterTables.Names);
        }
        catch (Exception e) when (IsOfTheDriver(e))
        {
            throw Named(e);
        }
    }

    /// <summary>
    /// A connection whose locks end with it: it is really closed when it is disposed, and where this machine dies without a word the server asks after it, and
    /// gives it up after 11 s. Left to itself that takes two hours, in which no other machine could take the journal.
    /// </summary>
    /// <param name="options">The journal.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="applicationName">As the server's administrator sees it; null: as the connection string says.</param>
    internal static async Task<NpgsqlConnection> OpenAsync(JournalOptions options, CancellationToken cancel, string? applicationName = null)
    {
        const string Keepalive = "set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2; set tcp_keepalives_count = 3; set tcp_user_timeout = 11000";
        var settings = JournalConnections.PostgreSql(options);
        settings.Pooling = false;
        if (applicationName is not null) settings.ApplicationName = applicationName;
        var connection = new NpgsqlConnection(settings.ToString());
        try
        {
            await connection.OpenAsync(cancel).ConfigureAwait(false);
            await connection.ExecuteAsync(new CommandDefinition(Keepalive, cancellationToken: cancel)).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <param name="connection">Its session's user may make tables.</param>
    /// <param name="cancel">Gives up.</param>
    /// <param name="storeOf">The journal whose store is to make its tables, too; null: a service's will, when it starts.</param>
    /// <returns>The tables that were there before.</returns>
    private static async Task<HashSet<string>> CreateMissingAsync(NpgsqlConnection connection, CancellationToken cancel, JournalOptions? storeOf = null)
    {
        // Two that create at once would fail each other, "if not exists" or not.
        const string Lock = "select pg_advisory_xact_lock(@Schema, hashtext(coalesce(current_schema(), '')))";
        await using var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await connection.ExecuteAsync(new CommandDefinition(Lock, new { Schema }, commandTimeout: LockSeconds, cancellationToken: cancel))
            .ConfigureAwait(false);
        var there = await TablesAsync(connection, cancel).ConfigureAwait(false);
        if (!there.Contains(JournalTable.Name)) await JournalTable.CreateAsync(connection, cancel).ConfigureAwait(false);
        foreach (var table in ClusterTables.Names.Where(table => !there.Contains(table)))
            await connection.ExecuteAsync(new CommandDefinition(ClusterTables.CreateOf(table), cancellationToken: cancel)).ConfigureAwait(false);
        if (storeOf is not null && !there.IsSupersetOf(StoreTables.Names)) await StoreTables.CreateAsync(storeOf, cancel).ConfigureAwait(false);
        await transaction.CommitAsync(cancel).ConfigureAwait(false);
        return there;
    }

    private static async Task<HashSet<string>> TablesAsync(DbConnection connection, CancellationToken cancel)
    {
        const string There = "select name from unnest(@names) as name where to_regclass(quote_ident(name)) is not null";
        string[] names = [JournalTable.Name, .. StoreTables.Names, .. ClusterTables.Names];
        return [.. await connection.QueryAsync<string>(new CommandDefinition(There, new { names }, cancellationToken: cancel)).ConfigureAwait(false)];
    }

    private static bool IsOfTheDriver(Exception e) => e is NpgsqlException or SocketException or IOException or TimeoutException;

    private static JournalException Named(Exception e)
    {
        // Whatever is not the server's refusal is that there is no server, or none that answers in time.
        var away = e is not PostgresException refused || refused.SqlState.AsSpan(0, 2) is "08" or "53" or "57" or "58";
        var said = (e is PostgresException { MessageText: var text } ? text : e.Message).ReplaceLineEndings(" ").TrimEnd('.');
        var sentence = away
            ? $"The journal's PostgreSQL database is away: {said}."
            : $"CallActors:Journal:ConnectionString does not name a PostgreSQL database that can hold the journal: {said}.";
        return new JournalException(sentence, away, e);
    }
}
