using System.Collections.Concurrent;

namespace CallActors.Telemetry;

/// <summary>Which partitions' journals cannot be written now, as their supervisors see it. Thread-safe.</summary>
public sealed class JournalAvailability
{
    private readonly ConcurrentDictionary<int, string> _away = [];
    private readonly TaskCompletionSource _available = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>False: what was written, or is, goes where no later start finds it. Known without a write.</summary>
    public Func<bool> IsHeld { get; init; } = () => true;

    public bool IsAvailable => _away.IsEmpty && IsHeld();

    /// <summary>Why one of them cannot; null: all can.</summary>
    public string? Reason => _away.Values.FirstOrDefault() ?? (IsHeld() ? null : "its file is gone, or the connection that held it was cut");

    public void Ready(int partition)
    {
        _away.TryRemove(partition, out _);
        if (_away.IsEmpty) _available.TrySetResult();
    }

    /// <summary>Done when all of them could be written for the first time.</summary>
    public Task FirstAvailable => _available.Task;

    /// <summary>The partition lives elsewhere now.</summary>
    public void Left(int partition) => _away.TryRemove(partition, out _);

    public void Away(int partition, string reason) => _away[partition] = reason;
}
