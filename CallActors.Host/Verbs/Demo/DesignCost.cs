using CallActors.Telemetry;

namespace CallActors.Host.Verbs.Demo;

/// <summary>What a design asked of the database for a number of calls, as counted.</summary>
internal sealed record DesignCost(int Calls, StatementTotals Load, StatementTotals Live, StatementTotals Flush)
{
    public StatementTotals Total { get; } = new(
        Load.Statements + Live.Statements + Flush.Statements,
        Load.Transactions + Live.Transactions + Flush.Transactions,
        Load.Duration + Live.Duration + Flush.Duration);

    public static DesignCost Of(int calls, StatementCounter counter) =>
        new(calls, counter.Read(DatabasePhase.Load), counter.Read(DatabasePhase.Live), counter.Read(DatabasePhase.Flush));

    public static DesignCost Of(int calls, ServiceFigures figures) => new(calls, figures.Load, figures.Live, figures.Flush);
}
