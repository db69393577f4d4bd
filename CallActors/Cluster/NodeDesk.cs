using Akka.Actor;
using static CallActors.Messages.NodeMessages;

namespace CallActors.Cluster;

/// <summary>Where the other nodes ask this one for its figures.</summary>
internal sealed class NodeDesk : UntypedActor
{
    public const string Name = "node";
    private readonly OwnFigures _figures;

    public NodeDesk(OwnFigures figures) => _figures = figures;

    protected override void OnReceive(object message)
    {
        if (message is GetNodeFigures) Sender.Tell(_figures.Read());
        else Unhandled(message);
    }
}
