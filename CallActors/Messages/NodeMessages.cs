using System.Collections.Immutable;

namespace CallActors.Messages;

/// <summary>What nodes of a cluster ask each other.</summary>
public static class NodeMessages
{
    /// <summary>What does this node count? Answered with <see cref="NodeFigures"/>.</summary>
    public sealed record GetNodeFigures
    {
        public static readonly GetNodeFigures Instance = new();
    }

    /// <summary>A node's own figures since its start; what is held is asked of the partitions, not of the nodes.</summary>
    public sealed record NodeFigures(string Node)
    {
        /// <summary>Events by what became of them.</summary>
        public long Applied { get; init; }
        public long Duplicate { get; init; }
        public long Refused { get; init; }

        /// <summary>Database messages that were refused in live calls.</summary>
        public long LiveRefusals { get; init; }

        /// <summary>
        /// Statements on the CRM and their time in milliseconds, by phase: load, live, flush, upkeep; a node of an earlier version tells the first three.
        /// </summary>
        public ImmutableArray<PhaseFigures> Database { get; init; } = [];

        /// <summary>Why the CRM or the journal is away, as this node sees it; null: it is there.</summary>
        public string? DatabaseReason { get; init; }
        public string? JournalReason { get; init; }

        /// <summary>The partitions that live here.</summary>
        public ImmutableArray<int> Partitions { get; init; } = [];
        public bool IsDraining { get; init; }
    }

    /// <param name="Statements">How many the CRM was sent in this phase.</param>
    /// <param name="Milliseconds">What they and their commits took together.</param>
    public readonly record struct PhaseFigures(long Statements, double Milliseconds);
}
