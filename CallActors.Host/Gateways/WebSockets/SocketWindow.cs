namespace CallActors.Host.Gateways.WebSockets;

/// <summary>
/// How much of one socket may be in hand: read, and its reply not yet written. Beyond it the socket is not read, so that TCP holds the peer back; nothing
/// here grows. Thread-safe, with one reader.
/// </summary>
/// <param name="events">Events at once.</param>
/// <param name="bytes">Bytes of their frames at once; the frame that passes it is the last one read.</param>
internal sealed class SocketWindow(int events, long bytes)
{
    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource? _room;
    private int _events;
    private long _bytes;
    private bool _isClosed;

    /// <summary>Done when it is closed and nothing is in hand any more.</summary>
    public Task Drained => _drained.Task;

    /// <summary>Done when it is closed.</summary>
    public Task Closed => _closed.Task;

    private bool HasRoom => _isClosed || (_events < events && _bytes < bytes);

    /// <summary>Done when another frame may be read, or none is to be read any more.</summary>
    public Task Room()
    {
        lock (_lock)
        {
            if (HasRoom) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <returns>False where it is closed: the event is not to be taken.</returns>
    public bool TryEnter(int size)
    {
        lock (_lock)
        {
            if (_isClosed) return false;
            _events++;
            _bytes += size;
            return true;
        }
    }

    public void Leave(int size)
    {
        lock (_lock)
        {
            _events--;
            _bytes -= size;
            Tell();
        }
    }

    /// <summary>Takes nothing any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _isClosed = true;
            _closed.TrySetResult();
            Tell();
        }
    }

    private void Tell()
    {
        if (_isClosed && _events == 0) _drained.TrySetResult();
        if (_room is not { } room || !HasRoom) return;
        _room = null;
        room.SetResult();
    }
}
