namespace CallActors.Host.Verbs.Bench;

/// <summary>What one round of one design was measured to take; of several rounds, the median of each figure.</summary>
internal sealed record BenchRound
{
    public required int Calls { get; init; }

    /// <summary>From the first ring to the last row.</summary>
    public required double CallsPerSecond { get; init; }

    /// <summary>Per call, by phase: load, live, flush.</summary>
    public required PhaseFigures Statements { get; init; }

    /// <summary>Per call, by phase: milliseconds at the database; a statement that many calls share counts once for all.</summary>
    public required PhaseFigures DatabaseMs { get; init; }

    /// <summary>Transactions per call; null: the service does not say.</summary>
    public double? Commits { get; init; }

    /// <summary>PostgreSQL's CPU per call in milliseconds; null: it could not be read.</summary>
    public double? PostgresCpuMs { get; init; }

    /// <summary>This process's CPU per call in milliseconds: of a service that is in it and its callers, or of the callers alone.</summary>
    public required double OwnCpuMs { get; init; }

    /// <summary>The CPU per call in milliseconds of a service in a process of its own; null: it is in this one.</summary>
    public double? ServiceCpuMs { get; init; }

    /// <summary>
    /// Bytes a call over this machine's loopback, between the bench, the service, its nodes and the databases; null: the system does not say.
    /// </summary>
    public double? LoopbackBytes { get; init; }

    /// <summary>Bytes allocated per event, callers included; null: the service is another process.</summary>
    public double? BytesPerEvent { get; init; }

    /// <summary>Milliseconds from an event to its reply, with all callers at once; null: this design has no replies.</summary>
    public double? ReplyP50Ms { get; init; }
    public double? ReplyP99Ms { get; init; }

    public double StatementsTotal => Statements.Load + Statements.Live + Statements.Flush;

    public double DatabaseMsTotal => DatabaseMs.Load + DatabaseMs.Live + DatabaseMs.Flush;

    /// <summary>Each figure's median over the rounds: they need not all come from one.</summary>
    public static BenchRound MedianOf(IReadOnlyList<BenchRound> rounds)
    {
        return new BenchRound
        {
            Calls = rounds[0].Calls,
            CallsPerSecond = Median(round => round.CallsPerSecond),
            Statements = new PhaseFigures(
                Median(round => round.Statements.Load), Median(round => round.Statements.Live), Median(round => round.Statements.Flush)),
            DatabaseMs = new PhaseFigures(
                Median(round => round.DatabaseMs.Load), Median(round => round.DatabaseMs.Live), Median(round => round.DatabaseMs.Flush)),
            Commits = MedianOrNull(round => round.Commits),
            PostgresCpuMs = MedianOrNull(round => round.PostgresCpuMs),
            OwnCpuMs = Median(round => round.OwnCpuMs),
            ServiceCpuMs = MedianOrNull(round => round.ServiceCpuMs),
            LoopbackBytes = MedianOrNull(round => round.LoopbackBytes),
            BytesPerEvent = MedianOrNull(round => round.BytesPerEvent),
            ReplyP50Ms = MedianOrNull(round => round.ReplyP50Ms),
            ReplyP99Ms = MedianOrNull(round => round.ReplyP99Ms),
        };

        double Median(Func<BenchRound, double> of) => Middle([.. rounds.Select(of).Order()]);
        double? MedianOrNull(Func<BenchRound, double?> of) => rounds.All(round => of(round) is { }) ? Median(round => of(round)!.Value) : null;
        static double Middle(double[] sorted) => (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>A figure for each part of a call's life.</summary>
internal readonly record struct PhaseFigures(double Load, double Live, double Flush);
