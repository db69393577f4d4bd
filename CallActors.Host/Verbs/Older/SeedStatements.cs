using System.Data.Common;
using CallActors.Telemetry;
using Dapper;

namespace CallActors.Host.Verbs.Older;

/// <summary>
/// What the published remedy asks of a database for one call: one join before the greeting, one transaction with an UPDATE a table after the end.
/// </summary>
/// <param name="source">Connections.</param>
/// <param name="counter">Told of every statement.</param>
/// <param name="time">Times them.</param>
internal sealed class SeedStatements(DbDataSource source, StatementCounter counter, TimeProvider time)
{
    /// <returns>The row, by column; null: there is no such call.</returns>
    public async Task<IDictionary<string, object?>?> LoadAsync(OldCall call, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        var sent = time.GetTimestamp();
        var row = await connection.QueryFirstOrDefaultAsync(new CommandDefinition(OldStatements.OneJoin, call, cancellationToken: cancel));
        counter.CountStatement(DatabasePhase.Load, time.GetElapsedTime(sent));
        return row;
    }

    public async Task FlushAsync(OldCall call, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        counter.CountTransaction(DatabasePhase.Flush);
        foreach (var update in OldStatements.Updates)
        {
            var sent = time.GetTimestamp();
            await connection.ExecuteAsync(new CommandDefinition(update, call, transaction, cancellationToken: cancel));
            counter.CountStatement(DatabasePhase.Flush, time.GetElapsedTime(sent));
        }

        var done = time.GetTimestamp();
        await transaction.CommitAsync(cancel);
        counter.CountCommit(DatabasePhase.Flush, time.GetElapsedTime(done));
    }
}
