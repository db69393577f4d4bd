using System.Collections.Immutable;

namespace CallActors.Telemetry;

/// <summary>In which part of a call's life a statement was sent. In this order nodes tell each other their figures.</summary>
public enum DatabasePhase
{
    Load,

    /// <summary>While the caller talks. Its count is the promise: it stays 0.</summary>
    Live,
    Flush,

    /// <summary>In no call's life: the ledger's old rows are deleted, dead letters counted or listed.</summary>
    Upkeep,
}

/// <summary>What was sent to the CRM database in one phase since the start.</summary>
/// <param name="Statements">Sent, failed ones too; BEGIN and COMMIT are none.</param>
/// <param name="Transactions">Begun.</param>
/// <param name="Duration">The time of the statements and commits, from sent to answered.</param>
public readonly record struct StatementTotals(long Statements, long Transactions, TimeSpan Duration);

/// <summary>Counts every statement this process sends to the CRM database. Safe from any thread.</summary>
public sealed class StatementCounter
{
    private readonly Tally[] _phases = [.. Enum.GetValues<DatabasePhase>().Select(_ => new Tally())];

    public void CountStatement(DatabasePhase phase, TimeSpan took)
    {
        Interlocked.Increment(ref _phases[(int)phase].Statements);
        Interlocked.Add(ref _phases[(int)phase].Ticks, took.Ticks);
    }

    /// <summary>A COMMIT is no statement, and takes time all the same; it is often the dearest part.</summary>
    public void CountCommit(DatabasePhase phase, TimeSpan took) => Interlocked.Add(ref _phases[(int)phase].Ticks, took.Ticks);

    public void CountTransaction(DatabasePhase phase) => Interlocked.Increment(ref _phases[(int)phase].Transactions);

    /// <summary>The totals so far.</summary>
    public StatementTotals Read(DatabasePhase phase)
    {
        var tally = _phases[(int)phase];
        return new StatementTotals(
            Interlocked.Read(ref tally.Statements), Interlocked.Read(ref tally.Transactions), TimeSpan.FromTicks(Interlocked.Read(ref tally.Ticks)));
    }

    /// <summary>The totals of every phase.</summary>
    public ImmutableDictionary<DatabasePhase, StatementTotals> Read() => Enum.GetValues<DatabasePhase>().ToImmutableDictionary(phase => phase, Read);

    private sealed class Tally
    {
        public long Statements;
        public long Transactions;
        public long Ticks;
    }
}
