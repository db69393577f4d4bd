using CallActors.Telemetry;
using Dapper;
using Microsoft.Data.Sqlite;

namespace CallActors.Host.Verbs.Demo;

/// <summary>
/// What the monolith did for one call, done for real: 17 SELECTs, 3 UPDATEs and 3 COMMITs, one after the other as its handlers came to need
/// something. Each is counted and timed as the service counts and times its own: statements and commits by their time, statements alone by their number.
/// </summary>
internal sealed class OldDesign(SqliteConnection connection, TimeProvider time)
{
    private readonly StatementCounter _counter = new();

    public long Selects { get; private set; }

    public long Updates { get; private set; }

    public long Commits { get; private set; }

    /// <summary>What was sent in a part of the calls' lives so far.</summary>
    public StatementTotals Read(DatabasePhase phase) => _counter.Read(phase);

    /// <summary>The rows that the telephony webhook had made before the handlers ran. Not counted.</summary>
    public async Task PrepareAsync(IEnumerable<CallScript> calls, CancellationToken cancel)
    {
        await using var transaction = connection.BeginTransaction();
        foreach (var call in calls)
        {
            cancel.ThrowIfCancellationRequested();
            await connection.ExecuteAsync(OldStatements.InsertCall, OldStatements.Of(call, time.GetUtcNow()), transaction);
            await connection.ExecuteAsync(OldStatements.InsertSession, OldStatements.Of(call, time.GetUtcNow()), transaction);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Takes one call from its first ring to the end.</summary>
    public async Task TakeAsync(CallScript call, CancellationToken cancel)
    {
        var given = OldStatements.Of(call, time.GetUtcNow());
        foreach (var select in OldStatements.BeforeTheGreeting) await SelectAsync(DatabasePhase.Load, select, given, cancel);

        foreach (var select in OldStatements.OnDetectedName) await SelectAsync(DatabasePhase.Live, select, given, cancel);
        await UpdateAsync(DatabasePhase.Live, OldStatements.UpdateLead, given, cancel);
        foreach (var select in OldStatements.OnBooking) await SelectAsync(DatabasePhase.Live, select, given, cancel);
        await UpdateAsync(DatabasePhase.Live, OldStatements.UpdateSession, given, cancel);

        foreach (var select in OldStatements.AfterTheEnd) await SelectAsync(DatabasePhase.Flush, select, given, cancel);
        await UpdateAsync(DatabasePhase.Flush, OldStatements.UpdateCall, given, cancel);
    }

    private async Task SelectAsync(DatabasePhase phase, string sql, object given, CancellationToken cancel)
    {
        var sent = time.GetTimestamp();
        _ = await connection.QueryFirstOrDefaultAsync(new CommandDefinition(sql, given, cancellationToken: cancel));
        _counter.CountStatement(phase, time.GetElapsedTime(sent));
        Selects++;
    }

    private async Task UpdateAsync(DatabasePhase phase, string sql, object given, CancellationToken cancel)
    {
        await using var transaction = connection.BeginTransaction(deferred: false);
        _counter.CountTransaction(phase);
        var sent = time.GetTimestamp();
        await connection.ExecuteAsync(new CommandDefinition(sql, given, transaction, cancellationToken: cancel));
        _counter.CountStatement(phase, time.GetElapsedTime(sent));
        Updates++;
        var done = time.GetTimestamp();
        await transaction.CommitAsync(cancel);
        _counter.CountCommit(phase, time.GetElapsedTime(done));
        Commits++;
    }
}
