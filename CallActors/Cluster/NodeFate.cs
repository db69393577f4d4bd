namespace CallActors.Cluster;

/// <summary>Whether others have taken this node's place while it was cut off, or stood still. Thread-safe.</summary>
public sealed class NodeFate
{
    private readonly TaskCompletionSource<string> _taken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done, with why, when this node must not go on.</summary>
    public Task<string> Taken => _taken.Task;

    internal void Superseded(int partition, string by) => _taken.TrySetResult($"{by} has taken the log of partition {partition}");
}
