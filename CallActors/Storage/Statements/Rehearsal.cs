using System.Data.Common;
using System.Text.RegularExpressions;
using CallActors.Storage.Sql;
using Dapper;

namespace CallActors.Storage.Statements;

/// <summary>
/// Whether a database takes every statement the service will send, found out by having it explain each one, which runs none: a table that lacks the unique key
/// a statement relies on, or has a column of a type that takes no text, is better known before the first call than after it.
/// What only deletes rows of the service's own is none of it: without the right to that, calls are taken and written all the same.
/// </summary>
internal static partial class Rehearsal
{
    private static readonly (string Table, IRowStatement Statement)[] Statements =
    [
        .. ContextLoad.Rehearsed.Select(statement => ("business, leads and what belongs to them", statement)),
        .. LeadRows.Rehearsed.Select(statement => ("leads", statement)),
        .. CallLogRows.Rehearsed.Select(statement => ("call_log", statement)),
        ("call_session", SessionRows.Rehearsed),
        ("outbound_call_jobs", JobRows.Rehearsed),
        ("appointments", AppointmentRows.Rehearsed),
        ("callactors_flush", Ledger.Rehearsed),
        ("call_log, call_session, appointments", TraceRows.Rehearsed),
        ("callactors_dead_letter", DeadLetterRows.Rehearsed),
    ];

    private static readonly (string Table, IRowStatement Statement) Locks = ("leads, outbound_call_jobs, call_log", RowLocks.Rehearsed);

    /// <param name="dialect">What it is asked in.</param>
    /// <param name="connection">Where.</param>
    /// <param name="heard">Called at each answer.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What it would not take, in its words, each with the table that is the reason.</returns>
    /// <exception cref="CrmException">The database is away.</exception>
    public static async Task<List<string>> RunAsync(SqlDialect dialect, DbConnection connection, Action heard, CancellationToken cancel)
    {
        var unfit = new List<string>();
        foreach (var (table, statement) in dialect.HasConcurrentWriters ? [.. Statements, Locks] : Statements)
        {
            try
            {
                var command = new CommandDefinition("explain " + statement.TextFor(dialect), dialect.ParametersOf(statement.NoRows), cancellationToken: cancel);
                await connection.QueryAsync(command);
            }
            catch (DbException e) when (dialect.Classify(e) is { } fault && !IsOutage(fault))
            {
                unfit.Add($"{table}: {e.Message.ReplaceLineEndings(" ")}");
            }

            heard();
        }

        return unfit.Distinct().ToList();
    }

    /// <returns>Tables whose rows have to be given what the service does not write, each with these columns: no statement that is only explained
    /// tells.</returns>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<List<string>> FindLackingAsync(SqlDialect dialect, DbConnection connection, Action heard, CancellationToken cancel)
    {
        var lacking = new List<string>();
        foreach (var insertion in Statements.SelectMany(one => Insertion().Matches(one.Statement.TextFor(dialect))))
        {
            var (table, given) = (insertion.Groups[1].Value, insertion.Groups[2].Value.Split(',', StringSplitOptions.TrimEntries));
            var required = await connection.QueryAsync<string>(new CommandDefinition(dialect.RequiredColumnsSql, new { table }, cancellationToken: cancel));
            heard();
            if (required.Except(given, StringComparer.OrdinalIgnoreCase).ToList() is { Count: > 0 } columns)
                lacking.Add($"{table}: no row may be without {string.Join(", ", columns)}: no default, and not written by the service");
        }

        return lacking;
    }

    [GeneratedRegex(@"insert into (\w+)\s*\(([^)]*)\)")]
    private static partial Regex Insertion();

    /// <summary>A table or column that is missing counts as away while the service runs, since the operator mends it; here it is what is looked for.</summary>
    private static bool IsOutage(CrmException fault) => fault.Fault == CrmFault.Away && fault.SqlState is not ("42P01" or "42703");
}
