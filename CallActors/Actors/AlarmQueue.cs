using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>
/// The alarms of many calls, the earliest first; plain data. A call has one at a time. What an earlier one has overtaken, and what calls leave behind that are
/// gone, stays in the queue until its time comes or there is too much of it: to look for it each time would cost more.
/// </summary>
/// <param name="find">The call, where it is held.</param>
internal sealed class AlarmQueue(Func<CallId, CallCell?> find)
{
    /// <summary>So many entries are never too many.</summary>
    internal const int Spare = 1024;
    private readonly PriorityQueue<CallId, long> _queue = new();
    private int _most = Spare;

    /// <summary>Entries, whether they will ring or not.</summary>
    public int Count => _queue.Count;

    /// <summary>When the earliest of them is due.</summary>
    public DateTimeOffset? Next => _queue.TryPeek(out _, out var at) ? new DateTimeOffset(at, TimeSpan.Zero) : null;

    /// <summary>Sets a call's alarm, unless it has one that is as early.</summary>
    /// <returns>Whether it was set.</returns>
    public bool Set(CallId callId, DateTimeOffset at)
    {
        if (find(callId) is not { } call || (call.AlarmAt > 0 && call.AlarmAt <= at.UtcTicks)) return false;
        call.AlarmAt = at.UtcTicks;
        _queue.Enqueue(callId, at.UtcTicks);
        if (_queue.Count > _most) Clear();
        return true;
    }

    /// <summary>Takes an alarm whose time has come.</summary>
    /// <param name="now">The time.</param>
    /// <param name="call">Whose it is.</param>
    /// <returns>False: none is due any more.</returns>
    public bool TryRing(DateTimeOffset now, out CallCell call)
    {
        while (_queue.TryPeek(out var callId, out var at) && at <= now.UtcTicks)
        {
            _queue.Dequeue();
            if (find(callId) is not { } due || due.AlarmAt != at) continue;
            due.AlarmAt = 0;
            call = due;
            return true;
        }

        call = null!;
        return false;
    }

    /// <summary>Leaves those that will ring. Only where half of what is there may be in vain, so that it costs each entry next to nothing.</summary>
    private void Clear()
    {
        var standing = _queue.UnorderedItems.Where(entry => find(entry.Element)?.AlarmAt == entry.Priority).Distinct().ToArray();
        _queue.Clear();
        _queue.EnqueueRange(standing);
        _most = Math.Max(Spare, 2 * standing.Length);
    }
}
