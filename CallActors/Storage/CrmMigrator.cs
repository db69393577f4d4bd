using System.Collections.Immutable;
using System.Data.Common;
using CallActors.Storage.Sql;
using CallActors.Storage.Sqlite;
using CallActors.Storage.Statements;
using Dapper;

namespace CallActors.Storage;

/// <summary>
/// Makes the tables that are missing, each with its indexes and constraints, and never alters one that is there. Two at once do each thing once.
/// </summary>
/// <param name="options">The database.</param>
/// <param name="time">Dates the sample data.</param>
public sealed class CrmMigrator(CrmOptions options, TimeProvider time)
{
    /// <summary>
    /// Called each time the database has answered, so that whoever waits can tell one that is slow, or has much to answer, from one that is silent.
    /// </summary>
    public Action Heard { get; init; } = () => { };

    /// <summary>Creates what is missing, all of it or nothing, and says what it did.</summary>
    /// <param name="dryRun">Only say what would be done.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="CrmException">The database is away or refused a statement; nothing was created.</exception>
    public async Task<MigrationReport> RunAsync(bool dryRun, CancellationToken cancel = default)
    {
        await using var whole = CrmDatabase.DialectOf(options);
        if (dryRun && !whole.Exists)
            return new MigrationReport([.. CrmSchema.Tables.Select(table => new TableReport(table.Name, TableOutcome.WouldBeCreated, []))]);
        await using var look = dryRun && options.Provider == DatabaseProvider.Sqlite ? Look() : null;
        var dialect = look ?? whole;
        var report = await InTransactionAsync(dialect, (connection, transaction) => RunAsync(dialect, connection, transaction, dryRun, cancel), cancel);
        return report.Tables.All(table => table.Outcome is TableOutcome.Created or TableOutcome.AlreadyThere)
            ? await RehearseAsync(report, dialect, cancel)
            : report;
    }

    /// <exception cref="CrmException">The file cannot be read.</exception>
    private SqlDialect Look()
    {
        try
        {
            return SqliteConnections.OpenToLook(options);
        }
        catch (Exception failure) when (SqliteFaults.Classify(failure) is { } fault)
        {
            throw fault;
        }
    }

    /// <summary>Fills an empty database with two sample businesses, their hours, leads and jobs.</summary>
    /// <returns>False: there are businesses, and nothing was written.</returns>
    /// <exception cref="CrmException">The database is away or refused a statement; nothing was written.</exception>
    public async Task<bool> SeedSampleAsync(CancellationToken cancel = default)
    {
        await using var dialect = CrmDatabase.DialectOf(options);
        return await InTransactionAsync(
            dialect, (connection, transaction) => SampleData.SeedAsync(dialect, connection, transaction, time.GetUtcNow(), cancel), cancel);
    }

    private async Task<MigrationReport> RunAsync(SqlDialect dialect, DbConnection connection, DbTransaction transaction, bool dryRun, CancellationToken cancel)
    {
        var tables = ImmutableArray.CreateBuilder<TableReport>();
        foreach (var table in CrmSchema.Tables)
        {
            var columns = await ColumnsOfAsync(dialect, connection, transaction, table.Name, cancel);
            Heard();
            if (columns.Count > 0)
            {
                var missing = table.Columns.Where(column => !columns.Contains(column)).ToImmutableArray();
                tables.Add(new TableReport(table.Name, missing.IsEmpty ? TableOutcome.AlreadyThere : TableOutcome.LacksColumns, missing));
                continue;
            }

            if (!dryRun)
                await connection.ExecuteAsync(new CommandDefinition(table.Script(options.Provider), transaction: transaction, cancellationToken: cancel));
            tables.Add(new TableReport(table.Name, dryRun ? TableOutcome.WouldBeCreated : TableOutcome.Created, []));
        }
        var report = new MigrationReport(tables.ToImmutable());
        return report.Missing.Any() && dialect.CreationFaultsSql is { } faults
            ? report with
            {
                Unfit = [
                .. await connection.QueryAsync<string>(
                new CommandDefinition(
                faults, new { tables = CrmSchema.PointedAtBy(report.Missing, options.Provider) }, transaction, cancellationToken: cancel))]
            }
            : report;
    }

    private async Task<MigrationReport> RehearseAsync(MigrationReport report, SqlDialect dialect, CancellationToken cancel)
    {
        try
        {
            await using var connection = await dialect.ConnectAsync(cancel);
            Heard();
            return report with
            {
                Unfit = [.. await Rehearsal.RunAsync(dialect, connection, Heard, cancel)],
                Warnings = [.. await Rehearsal.FindLackingAsync(dialect, connection, Heard, cancel)],
            };
        }
        catch (Exception failure) when (failure is not (CrmException or OperationCanceledException) && dialect.Classify(failure) is { } fault)
        {
            throw fault;
        }
    }

    private async Task<T> InTransactionAsync<T>(SqlDialect dialect, Func<DbConnection, DbTransaction, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            await using var connection = await dialect.ConnectAsync(cancel);
            Heard();
            await using var transaction = await dialect.BeginAsync(connection, cancel);
            await dialect.LockSchemaAsync(connection, transaction, cancel);
            Heard();
            var done = await work(connection, transaction);
            await transaction.CommitAsync(cancel);
            return done;
        }
        catch (Exception failure) when (failure is not (CrmException or OperationCanceledException) && dialect.Classify(failure) is { } fault)
        {
            throw fault;
        }
    }

    private static async Task<HashSet<string>> ColumnsOfAsync(
        SqlDialect dialect, DbConnection connection, DbTransaction transaction, string table, CancellationToken cancel) =>
        (await connection.QueryAsync<string>(new CommandDefinition(dialect.ColumnsSql, new { table }, transaction, cancellationToken: cancel)))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
