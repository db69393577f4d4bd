using Akka.Actor;
using CallActors.Cluster;
using CallActors.Host.Options;

namespace CallActors.Host.Verbs;

/// <summary>Where the node is in its life. Thread-safe.</summary>
internal sealed class NodeState(ActorSystem system, ServiceOptions options)
{
    private volatile bool _started;
    private volatile bool _draining;
    private volatile int _callsLost;
    private volatile string? _outcast;

    public string Name { get; } = NodeNames.Of(system, options.Core.Cluster);

    /// <summary>Why this node may not go on: others have taken its place. Null: it may.</summary>
    public string? Outcast => _outcast;

    public bool IsStarted => _started;

    public bool IsDraining => _draining;

    /// <summary>Calls that could not be committed before the process ended.</summary>
    public int CallsLost => _callsLost;

    public void Started() => _started = true;

    public void Draining() => _draining = true;

    public void CastOut(string why) => _outcast = why;

    public void Lost(int calls) => _callsLost = calls;
}
