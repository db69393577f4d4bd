using static CallActors.Messages.NodeMessages;

namespace CallActors.Cluster;

/// <summary>What nodes ask each other, as it crosses them.</summary>
internal static class NodeCodec
{
    public static readonly WireForm[] Forms =
    [
        WireForm.Of("get-node-figures/1", Wire.GetNodeFigures.Parser, (GetNodeFigures _) => new(), _ => GetNodeFigures.Instance),
        WireForm.Of<NodeFigures, Wire.NodeFigures>("node-figures/1", Wire.NodeFigures.Parser, ToWire, FromWire),
    ];

    private static Wire.NodeFigures ToWire(NodeFigures figures)
    {
        var wire = new Wire.NodeFigures
        {
            Node = figures.Node,
            Applied = figures.Applied,
            Duplicate = figures.Duplicate,
            Refused = figures.Refused,
            LiveRefusals = figures.LiveRefusals,
            IsDraining = figures.IsDraining,
        };
        foreach (var phase in figures.Database) wire.Database.Add(new Wire.PhaseFigures { Statements = phase.Statements, Milliseconds = phase.Milliseconds });
        if (figures.DatabaseReason is { } database) wire.DatabaseReason = database;
        if (figures.JournalReason is { } journal) wire.JournalReason = journal;
        wire.Partitions.AddRange(figures.Partitions);
        return wire;
    }

    private static NodeFigures FromWire(Wire.NodeFigures wire) => new(wire.Node)
    {
        Applied = wire.Applied,
        Duplicate = wire.Duplicate,
        Refused = wire.Refused,
        LiveRefusals = wire.LiveRefusals,
        Database = [.. wire.Database.Select(phase => new PhaseFigures(phase.Statements, phase.Milliseconds))],
        DatabaseReason = wire.HasDatabaseReason ? wire.DatabaseReason : null,
        JournalReason = wire.HasJournalReason ? wire.JournalReason : null,
        Partitions = [.. wire.Partitions],
        IsDraining = wire.IsDraining,
    };
}
