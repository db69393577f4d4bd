using System.Data.Common;
using CallActors.Domain;
using CallActors.Telemetry;
using Dapper;

namespace CallActors.Storage.Sql;

/// <summary>A connection, a transaction where there is one, and the count of what was sent on it.</summary>
internal sealed class SqlSession(
    DbConnection connection, DbTransaction? transaction, SqlDialect dialect, DatabasePhase phase, int timeoutSeconds, TimeProvider time,
    StatementCounter counter)
{
    private int _statements;
    private TimeSpan _duration;

    public bool HasConcurrentWriters => dialect.HasConcurrentWriters;

    public StatementCost CostFor(int calls) => new(_statements, _duration, calls);

    public async Task<List<T>> QueryAsync<TRow, T>(RowStatement<TRow> statement, IReadOnlyList<TRow> rows, CancellationToken cancel)
    {
        var command = CommandOf(statement, rows, cancel);
        return (await CountedAsync(() => connection.QueryAsync<T>(command))).AsList();
    }

    /// <summary>Reads rows that are six things side by side; <paramref name="splitOn"/> names the first column of each but the first.</summary>
    public async Task<List<T>> QueryAsync<TRow, T1, T2, T3, T4, T5, T6, T>(
        RowStatement<TRow> statement, IReadOnlyList<TRow> rows, Func<T1, T2, T3, T4, T5, T6, T> map, string splitOn, CancellationToken cancel)
    {
        var command = CommandOf(statement, rows, cancel);
        return (await CountedAsync(() => connection.QueryAsync(command, map, splitOn))).AsList();
    }

    public async Task<int> ExecuteAsync<TRow>(RowStatement<TRow> statement, IReadOnlyList<TRow> rows, CancellationToken cancel)
    {
        var command = CommandOf(statement, rows, cancel);
        return await CountedAsync(() => connection.ExecuteAsync(command));
    }

    /// <summary>Whether the database has an index of this table that begins with this column.</summary>
    public async Task<bool> IsIndexedAsync(string table, string column, CancellationToken cancel)
    {
        var command = new CommandDefinition(dialect.IndexesSql, new { table, column }, transaction, timeoutSeconds, cancellationToken: cancel);
        return await CountedAsync(() => connection.ExecuteScalarAsync<long>(command)) > 0;
    }

    private CommandDefinition CommandOf<TRow>(RowStatement<TRow> statement, IReadOnlyList<TRow> rows, CancellationToken cancel) =>
        new(statement.TextFor(dialect), dialect.ParametersOf(statement.InputOf(rows)), transaction, timeoutSeconds, cancellationToken: cancel);

    private async Task<T> CountedAsync<T>(Func<Task<T>> send)
    {
        var sent = time.GetTimestamp();
        try
        {
            return await send();
        }
        finally
        {
            var took = time.GetElapsedTime(sent);
            _statements++;
            _duration += took;
            counter.CountStatement(phase, took);
        }
    }
}
