using System.Data.Common;
using System.Globalization;
using CallActors.Telemetry;
using Dapper;

namespace CallActors.Host.Verbs.Older;

/// <summary>
/// What the monolith did for one call, done for real: 17 SELECTs, 3 UPDATEs and 3 COMMITs, one after the other as its handlers came to need
/// something. Each is counted and timed as the service counts and times its own: statements and commits by their time, statements alone by their number.
/// </summary>
/// <param name="connect">A connection a step, as its handlers took them from the pool.</param>
/// <param name="counter">Told of every statement.</param>
/// <param name="time">Times them.</param>
internal sealed class OldDesign(Func<CancellationToken, ValueTask<DbConnection>> connect, StatementCounter counter, TimeProvider time)
{
    /// <summary>The rows that the telephony webhook had made before the handlers ran. Not counted.</summary>
    public async Task PrepareAsync(IEnumerable<OldCall> calls, CancellationToken cancel)
    {
        await using var connection = await connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var call in calls)
        {
            await connection.ExecuteAsync(new CommandDefinition(OldStatements.InsertCall, call, transaction, cancellationToken: cancel));
            await connection.ExecuteAsync(new CommandDefinition(OldStatements.InsertSession, call, transaction, cancellationToken: cancel));
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Takes one call from its first ring to the end.</summary>
    public async Task TakeAsync(OldCall call, CancellationToken cancel)
    {
        await StartAsync(call, cancel);
        await NameDetectedAsync(call, cancel);
        await BookAsync(call, cancel);
        await EndAsync(call, cancel);
    }

    /// <summary>What is read before the greeting.</summary>
    /// <returns>The call with the business and the lead that were found, where it was not told of them.</returns>
    public async Task<OldCall> StartAsync(OldCall call, CancellationToken cancel)
    {
        foreach (var select in OldStatements.BeforeTheGreeting)
        {
            var row = await SelectAsync(DatabasePhase.Load, select, call, cancel);
            if (select == OldStatements.BusinessByNumber) call = call with { Business = call.Business ?? IdOf(row) };
            if (select == OldStatements.LeadByPhone) call = call with { Lead = call.Lead ?? IdOf(row) };
        }

        return call;
    }

    /// <summary>The caller has said a name.</summary>
    public async Task NameDetectedAsync(OldCall call, CancellationToken cancel)
    {
        foreach (var select in OldStatements.OnDetectedName) await SelectAsync(DatabasePhase.Live, select, call, cancel);
        await UpdateAsync(DatabasePhase.Live, OldStatements.UpdateLead, call, cancel);
    }

    /// <summary>The caller wants a slot.</summary>
    public async Task BookAsync(OldCall call, CancellationToken cancel)
    {
        foreach (var select in OldStatements.OnBooking) await SelectAsync(DatabasePhase.Live, select, call, cancel);
        await UpdateAsync(DatabasePhase.Live, OldStatements.UpdateSession, call, cancel);
    }

    /// <summary>The caller has hung up.</summary>
    public async Task EndAsync(OldCall call, CancellationToken cancel)
    {
        foreach (var select in OldStatements.AfterTheEnd) await SelectAsync(DatabasePhase.Flush, select, call, cancel);
        await UpdateAsync(DatabasePhase.Flush, OldStatements.UpdateCall, call, cancel);
    }

    private static long? IdOf(IDictionary<string, object?>? row) => row?["id"] is { } id ? Convert.ToInt64(id, CultureInfo.InvariantCulture) : null;

    private async Task<IDictionary<string, object?>?> SelectAsync(DatabasePhase phase, string sql, OldCall call, CancellationToken cancel)
    {
        await using var connection = await connect(cancel);
        var sent = time.GetTimestamp();
        var row = await connection.QueryFirstOrDefaultAsync(new CommandDefinition(sql, call, cancellationToken: cancel));
        counter.CountStatement(phase, time.GetElapsedTime(sent));
        return row;
    }

    private async Task UpdateAsync(DatabasePhase phase, string sql, OldCall call, CancellationToken cancel)
    {
        await using var connection = await connect(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        counter.CountTransaction(phase);
        var sent = time.GetTimestamp();
        await connection.ExecuteAsync(new CommandDefinition(sql, call, transaction, cancellationToken: cancel));
        counter.CountStatement(phase, time.GetElapsedTime(sent));
        var done = time.GetTimestamp();
        await transaction.CommitAsync(cancel);
        counter.CountCommit(phase, time.GetElapsedTime(done));
    }
}
