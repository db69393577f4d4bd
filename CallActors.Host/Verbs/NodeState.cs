namespace CallActors.Host.Verbs;

/// <summary>Where the node is in its life. Thread-safe.</summary>
internal sealed class NodeState
{
    private volatile bool _started;
    private volatile bool _draining;
    private volatile int _callsLost;

    public string Name { get; } = Environment.MachineName;

    public bool IsStarted => _started;

    public bool IsDraining => _draining;

    /// <summary>Calls that could not be committed before the process ended.</summary>
    public int CallsLost => _callsLost;

    public void Started() => _started = true;

    public void Draining() => _draining = true;

    public void Lost(int calls) => _callsLost = calls;
}
