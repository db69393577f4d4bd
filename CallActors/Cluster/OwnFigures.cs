using CallActors.Actors;
using CallActors.Telemetry;
using static CallActors.Messages.NodeMessages;

namespace CallActors.Cluster;

/// <summary>This node's own figures, as its own edge shows them and the other nodes are told them.</summary>
/// <param name="parts">What the node's sessions share.</param>
/// <param name="crm">Whether the CRM answers.</param>
/// <param name="statements">What it was asked; null: nobody counts.</param>
internal sealed class OwnFigures(SessionParts parts, CrmAvailability crm, StatementCounter? statements)
{
    public NodeFigures Read() => new(parts.Node)
    {
        Applied = parts.Counters.Applied,
        Duplicate = parts.Counters.Duplicate,
        Refused = parts.Counters.Refused,
        LiveRefusals = parts.Counters.LiveRefusals,
        Database = [.. Enum.GetValues<DatabasePhase>().Select(Read)],
        DatabaseReason = crm.Reason,
        JournalReason = parts.Journals.Reason,
        Partitions = parts.Here.Numbers,
        IsDraining = parts.Here.IsDraining,
    };

    private PhaseFigures Read(DatabasePhase phase) =>
        statements?.Read(phase) is { } totals ? new PhaseFigures(totals.Statements, totals.Duration.TotalMilliseconds) : default;
}
