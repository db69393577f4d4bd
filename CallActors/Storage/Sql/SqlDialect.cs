using System.Data.Common;
using Dapper;

namespace CallActors.Storage.Sql;

/// <summary>What differs between the two databases: how rows go in, how a connection is had, and who waits for whom.</summary>
internal abstract class SqlDialect : IAsyncDisposable
{
    /// <summary>Whether several can write at once, so that rows must be locked before they are read to be changed.</summary>
    public abstract bool HasConcurrentWriters { get; }

    /// <summary>The select that yields a statement's input rows.</summary>
    public abstract string InputOf(IReadOnlyList<(string Name, SqlType Type)> columns);

    /// <summary>The parameters that select reads.</summary>
    public abstract SqlMapper.IDynamicParameters ParametersOf(RowInput input);

    /// <summary>A time as the database stores it: to the microsecond, so that what is written and what is read are equal.</summary>
    public abstract object TimeOf(DateTimeOffset time);

    /// <summary>Whether one column's time is before another's: who wrote a row may have spelled it otherwise than <see cref="TimeOf"/>.</summary>
    public abstract string Before(string column, string other);

    /// <summary>
    /// Whether a column's value is one of those that a select of its own yields. They are found once, and their rows looked up by an index or, where there is
    /// none, all in one reading.
    /// </summary>
    public abstract string Among(string column, string select);

    /// <summary>What to sort by, to have stored times in their order; null where one cannot be read.</summary>
    public abstract string Moment(string column);

    /// <summary>
    /// All the pairs of stored times of a group, as <see cref="Statements.TakenTimes"/> reads them; those that cannot be read are left out. Never an error.
    /// </summary>
    public abstract string Spans(string start, string end);

    /// <summary>Ends a select whose rows are to be changed: those that another has in hand are left out.</summary>
    public abstract string Unlocked { get; }

    /// <summary>
    /// Ends a condition on the ledger's <c>committed_at</c>: by the database's own clock, too, a row is older than <see cref="Domain.LedgerMemory.LeastKept"/>.
    /// </summary>
    public abstract string Kept { get; }

    /// <summary>Counts the indexes of all rows of <c>@table</c> that begin with <c>@column</c>.</summary>
    public abstract string IndexesSql { get; }

    /// <summary>Whether there is something to connect to; false for a file that connecting would make.</summary>
    public abstract bool Exists { get; }

    /// <summary>An open connection; never on the caller's thread for long.</summary>
    public abstract Task<DbConnection> ConnectAsync(CancellationToken cancel);

    /// <summary>Whether its server answers, found out without a statement: by a connection that is made for it and closed. A file has no server.</summary>
    public virtual Task ReachAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>A transaction in which each statement sees what others have committed before it.</summary>
    public abstract Task<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancel);

    /// <summary>Keeps other migrations out until the transaction ends.</summary>
    public abstract Task LockSchemaAsync(DbConnection connection, DbTransaction transaction, CancellationToken cancel);

    /// <summary>The names of the columns of <c>@table</c>; none where there is no such table.</summary>
    public abstract string ColumnsSql { get; }

    /// <summary>Those columns of <c>@table</c> that every new row has to be given: they take no nulls, and nothing fills them.</summary>
    public abstract string RequiredColumnsSql { get; }

    /// <summary>
    /// Why tables that are missing could not be made, a sentence each, where <c>@tables</c> are all of them; null: nothing but the file itself could keep them
    /// from it.
    /// </summary>
    public virtual string? CreationFaultsSql => null;

    /// <summary>The failure in our terms; null where it is none of the database's.</summary>
    public abstract CrmException? Classify(Exception failure);

    public abstract ValueTask DisposeAsync();
}
