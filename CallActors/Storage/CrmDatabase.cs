using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using CallActors.Domain;
using CallActors.Storage.PostgreSql;
using CallActors.Storage.Sql;
using CallActors.Storage.Sqlite;
using CallActors.Storage.Statements;
using CallActors.Telemetry;

namespace CallActors.Storage;

/// <summary>The CRM database, on PostgreSQL or SQLite: the same statements on either, and the same meaning of every failure.</summary>
public sealed class CrmDatabase : ICrmDatabase, ILedger, IAsyncDisposable
{
    private readonly SqlDialect _dialect;
    private readonly CrmOptions _options;
    private readonly TimeProvider _time;
    private readonly StatementCounter _counter;
    private readonly LockGuesses _guesses = new();

    private CrmDatabase(SqlDialect dialect, CrmOptions options, TimeProvider time, StatementCounter counter)
    {
        _dialect = dialect;
        _options = options;
        _time = time;
        _counter = counter;
    }

    /// <summary>A database that will connect when it is first asked.</summary>
    /// <param name="options">Which and where.</param>
    /// <param name="time">Stamps what is written; what is over by it is not loaded.</param>
    /// <param name="counter">Told of every statement.</param>
    /// <exception cref="ArgumentException">The connection string is none; its text is not repeated.</exception>
    public static CrmDatabase Open(CrmOptions options, TimeProvider time, StatementCounter counter) =>
        new(DialectOf(options), options, time, counter);

    internal static SqlDialect DialectOf(CrmOptions options)
    {
        if (options.ConnectionStringFault() is { } fault) throw new ArgumentException(fault, nameof(options));
        return options.Provider == DatabaseProvider.PostgreSql ? PostgreSqlConnections.Open(options) : SqliteConnections.Open(options);
    }

    /// <summary>Connects once, so that what a driver asks of a server it meets for the first time is not asked at the cost of a call.</summary>
    /// <exception cref="CrmException">The database is away.</exception>
    public Task MeetAsync(CancellationToken cancel) => FacingFaultsAsync(async () =>
    {
        await using var connection = await _dialect.ConnectAsync(cancel);
        return true;
    }, cancel);

    /// <summary>Knocks at its server without a statement. A file is always there.</summary>
    /// <exception cref="CrmException">The database is away.</exception>
    public Task ReachAsync(CancellationToken cancel) => FacingFaultsAsync(async () =>
    {
        await _dialect.ReachAsync(cancel);
        return true;
    }, cancel);

    public async Task<Loaded> LoadAsync(IReadOnlyList<ContextQuery> queries, CancellationToken cancel)
    {
        if (queries.Count == 0) return new Loaded([], StatementCost.None);
        try
        {
            return await LoadOnceAsync(queries, cancel);
        }
        catch (CrmException lost) when (lost.InnerException is DbException { IsTransient: true } && !cancel.IsCancellationRequested)
        {
            // A pooled connection that was cut while it lay idle is noticed only when it is used; that is no reason for a caller to go without a context.
            return await LoadOnceAsync(queries, cancel);
        }
    }

    private Task<Loaded> LoadOnceAsync(IReadOnlyList<ContextQuery> queries, CancellationToken cancel) =>
        CallTraces.Together("load contexts", queries, query => query.CallId, () => AskAsync(DatabasePhase.Load, async session =>
        {
            var calls = await ContextLoad.RunAsync(session, queries, _time.GetUtcNow(), cancel);
            return new Loaded(calls, session.CostFor(queries.Count));
        }, cancel));

    public async Task<Committed> CommitAsync(IReadOnlyList<CallRecord> records, CancellationToken cancel)
    {
        if (records.Count == 0) return new Committed([], StatementCost.None);
        return await CallTraces.Together("commit calls", records, record => record.CallId, () => FacingFaultsAsync(async () =>
        {
            await using var connection = await _dialect.ConnectAsync(cancel);
            var cost = StatementCost.None;
            for (var guesses = _guesses.Next(); ; guesses = false)
            {
                await using var transaction = await _dialect.BeginAsync(connection, cancel);
                CrashPoint.Reach(CrashPoint.TransactionBegun);
                _counter.CountTransaction(DatabasePhase.Flush);
                var session = SessionOn(connection, transaction, DatabasePhase.Flush);
                var outcome = await new FlushTransaction(session, _options.NodeName, CrmTime.Truncate(_time.GetUtcNow()), guesses).WriteAsync(records, cancel);
                cost = cost.Plus(session.CostFor(records.Count));
                if (outcome is null)
                {
                    if (guesses) _guesses.WasWrong();
                    continue;
                }

                CrashPoint.Reach(CrashPoint.RowsWritten);
                var took = await EndAsync(transaction, cancel);
                CrashPoint.Reach(CrashPoint.TransactionCommitted);
                return new Committed(outcome.AlreadyThere, cost with { Duration = cost.Duration + took }) { ByTheirRows = outcome.ByTheirRows };
            }
        }, cancel));
    }

    /// <summary>From here on a failure leaves it open whether the transaction stands, unless the database itself says that it does not.</summary>
    /// <returns>What the commit took.</returns>
    private async Task<TimeSpan> EndAsync(DbTransaction transaction, CancellationToken cancel)
    {
        var sent = _time.GetTimestamp();
        try
        {
            await transaction.CommitAsync(cancel);
            var took = _time.GetElapsedTime(sent);
            _counter.CountCommit(DatabasePhase.Flush, took);
            return took;
        }
        catch (Exception failure) when (_dialect.Classify(failure) is not { Fault: CrmFault.Refused })
        {
            throw new CrmException(CrmFault.Away, $"The end of a transaction is not known: {failure.Message}", cause: failure, inDoubt: true);
        }
    }

    public Task KeepDeadLetterAsync(CallRecord record, string reason, string? sqlState, CancellationToken cancel) =>
        AskAsync(DatabasePhase.Flush, async session =>
        {
            await DeadLetterRows.KeepAsync(session, record, reason, sqlState, _time.GetUtcNow(), cancel);
            return true;
        }, cancel);

    public Task<ImmutableArray<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancel) =>
        AskAsync(DatabasePhase.Upkeep, session => DeadLetterRows.ListAsync(session, limit, cancel), cancel);

    public Task<long> CountDeadLettersAsync(CancellationToken cancel) =>
        AskAsync(DatabasePhase.Upkeep, session => DeadLetterRows.CountAsync(session, cancel), cancel);

    public Task<CallRecord?> ReadDeadLetterAsync(string id, CancellationToken cancel) =>
        KeyOf(id) is { } key
            ? AskAsync(DatabasePhase.Flush, session => DeadLetterRows.ReadAsync(session, key, cancel), cancel)
            : Task.FromResult<CallRecord?>(null);

    public Task RemoveDeadLetterAsync(string id, CancellationToken cancel) =>
        KeyOf(id) is not { } key
            ? Task.CompletedTask
            : AskAsync(DatabasePhase.Flush, async session =>
            {
                await DeadLetterRows.RemoveAsync(session, key, cancel);
                return true;
            }, cancel);

    public Task<bool> IsIndexedAsync(CancellationToken cancel) =>
        AskAsync(DatabasePhase.Upkeep, session => LedgerPurge.IsIndexedAsync(session, cancel), cancel);

    public Task<Forgotten> ForgetAsync(DateTimeOffset since, DateTimeOffset before, CancellationToken cancel)
    {
        // What a batch that comes again relies on.
        ArgumentOutOfRangeException.ThrowIfGreaterThan(before, _time.GetUtcNow() - LedgerMemory.LeastKept);
        return AskAsync(DatabasePhase.Upkeep, session => LedgerPurge.RunAsync(session, since, before, cancel), cancel);
    }

    public ValueTask DisposeAsync() => _dialect.DisposeAsync();

    private static long? KeyOf(string id) => long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var key) ? key : null;

    private Task<T> AskAsync<T>(DatabasePhase phase, Func<SqlSession, Task<T>> ask, CancellationToken cancel) =>
        FacingFaultsAsync(async () =>
        {
            await using var connection = await _dialect.ConnectAsync(cancel);
            return await ask(SessionOn(connection, null, phase));
        }, cancel);

    private SqlSession SessionOn(DbConnection connection, DbTransaction? transaction, DatabasePhase phase) =>
        new(connection, transaction, _dialect, phase, _options.CommandTimeoutSeconds, _time, _counter);

    /// <summary>Every failure of the database's leaves here as a <see cref="CrmException"/>; a cancelled wait stays one, a bug stays one, too.</summary>
    private async Task<T> FacingFaultsAsync<T>(Func<Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new CrmException(CrmFault.Away, "The database did not answer in time.", cause: late);
        }
        catch (Exception failure) when (failure is not (CrmException or OperationCanceledException) && _dialect.Classify(failure) is { } fault)
        {
            throw fault;
        }
    }
}
