using Akka.Actor;
using CallActors.Actors;
using CallActors.Telemetry;
using static CallActors.Messages.NodeMessages;

namespace CallActors.Cluster;

/// <summary>Where the other nodes ask this one for its figures.</summary>
internal sealed class NodeDesk : UntypedActor
{
    public const string Name = "node";
    private readonly SessionParts _parts;
    private readonly CrmAvailability _crm;
    private readonly StatementCounter? _statements;

    public NodeDesk(SessionParts parts, CrmAvailability crm, StatementCounter? statements)
    {
        _parts = parts;
        _crm = crm;
        _statements = statements;
    }

    protected override void OnReceive(object message)
    {
        if (message is GetNodeFigures) Sender.Tell(Figures());
        else Unhandled(message);
    }

    private NodeFigures Figures() => new(_parts.Node)
    {
        Applied = _parts.Counters.Applied,
        Duplicate = _parts.Counters.Duplicate,
        Refused = _parts.Counters.Refused,
        LiveRefusals = _parts.Counters.LiveRefusals,
        Database = [.. Enum.GetValues<DatabasePhase>().Select(Read)],
        DatabaseReason = _crm.Reason,
        JournalReason = _parts.Journals.Reason,
        Partitions = _parts.Here.Numbers,
        IsDraining = _parts.Here.IsDraining,
    };

    private PhaseFigures Read(DatabasePhase phase) =>
        _statements?.Read(phase) is { } totals ? new PhaseFigures(totals.Statements, totals.Duration.TotalMilliseconds) : default;
}
