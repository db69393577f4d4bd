using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>
/// Lets starts of new calls through some at a time, in the order they came, so that an event of a call that was accepted finds little work before its own: no
/// more starts than events of accepted calls are in hand, or <see cref="Least"/>. What is told of a call whose start waits is kept behind it; what is told of
/// any other passes beside. A start that takes longer than <see cref="Work"/> waits for the CRM and not for a processor, so each start is counted for one to
/// two periods of that, answered or not. A repeated start of a call that has passed goes straight through. Thread-safe.
/// </summary>
internal sealed class StartGate : IDisposable
{
    /// <summary>So many starts may be in hand at any time: with less, groups are too small to be cheap (measured with <c>bench --flood</c>).</summary>
    public const int Least = 128;

    /// <summary>How long the work of a start may take at most.</summary>
    public static readonly TimeSpan Work = TimeSpan.FromMilliseconds(50);

    /// <summary>While one has waited longer than this, no more line up: whoever calls had better hear at once that it is busy.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Func<int> _beside;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Queue<Waiting> _line = new();
    private readonly Dictionary<CallId, Waiting> _waiting = [];
    private readonly ITimer _clock;

    /// <summary>Of the calls whose starts have passed last, each at the place its hash gives it: a later one takes it over.</summary>
    private readonly CallId[] _passed = new CallId[1 << 15];
    private Waiting? _last;
    private int _kept;
    private int _period;
    private int _inside;
    private int _insideBefore;
    private bool _isReleasing;

    /// <summary>How long the line is; read without the lock, so that nothing waits for it where no start does.</summary>
    private volatile int _length;

    /// <param name="beside">How many events of accepted calls are in hand.</param>
    /// <param name="time">The clock.</param>
    public StartGate(Func<int> beside, TimeProvider time)
    {
        (_beside, _time) = (beside, time);
        _clock = time.CreateTimer(_ => Turn(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many starts stand in line.</summary>
    public int Length => _length;

    /// <summary>The first in line has waited too long: no more starts of new calls are to be taken in.</summary>
    public bool IsTooLong
    {
        get
        {
            if (_length == 0) return false;
            lock (_lock) return _line.TryPeek(out var first) && _time.GetElapsedTime(first.Since) > LongestWait;
        }
    }

    /// <summary>Done when every start that stands in line now has been sent.</summary>
    public Task Line()
    {
        if (_length == 0) return Task.CompletedTask;
        lock (_lock) return _line.Count == 0 ? Task.CompletedTask : _last!.Sent;
    }

    /// <summary>Sends an event, now or when it is its turn.</summary>
    /// <param name="callId">The call.</param>
    /// <param name="starts">It is the start of a new call.</param>
    /// <param name="send">What sends it: it is on its way when this returns. It throws nothing.</param>
    public Task<CallReply> Pass(CallId callId, bool starts, Func<Task<CallReply>> send)
    {
        if (!starts && _length == 0) return send();
        var period = 0;
        lock (_lock)
        {
            if (_waiting.TryGetValue(callId, out var waiting))
            {
                _kept++;
                return waiting.Add(send);
            }

            starts &= PlaceOf(callId) != callId;
            if (starts && (_line.Count > 0 || !TryEnter(callId, out period))) return LineUp(callId).Add(send);
        }

        return starts ? Through(period, send) : send();
    }

    public void Dispose() => _clock.Dispose();

    private ref CallId PlaceOf(CallId callId) => ref _passed[callId.GetHashCode() & (_passed.Length - 1)];

    /// <summary>What is kept behind a start is in hand, too, and asks for no room beside it.</summary>
    private bool TryEnter(CallId callId, out int period)
    {
        period = _period;
        if (_inside + _insideBefore >= Math.Max(Least, _beside() - _kept)) return false;
        _inside++;
        PlaceOf(callId) = callId;
        return true;
    }

    private Waiting LineUp(CallId callId)
    {
        _last = new Waiting(callId, _time.GetTimestamp());
        _waiting.Add(callId, _last);
        _line.Enqueue(_last);
        _length = _line.Count;
        if (_length == 1) Arm();
        return _last;
    }

    private async Task<CallReply> Through(int period, Func<Task<CallReply>> send)
    {
        try
        {
            return await send();
        }
        finally
        {
            Leave(period);
        }
    }

    private void Leave(int period)
    {
        lock (_lock)
        {
            if (period == _period) _inside--;
            else if (period == _period - 1) _insideBefore--;
            Release();
        }
    }

    /// <summary>Once, and not periodically: after the process has stood still, two periods must not pass in one moment.</summary>
    private void Arm() => _clock.Change(Work, Timeout.InfiniteTimeSpan);

    private void Turn()
    {
        lock (_lock)
        {
            (_insideBefore, _inside) = (_inside, 0);
            _period++;
            Release();
            if (_line.Count > 0) Arm();
        }
    }

    /// <summary>
    /// Sends under the lock: an event that comes meanwhile must not overtake those that waited. What is answered at once leaves in the middle of it.
    /// </summary>
    private void Release()
    {
        if (_isReleasing) return;
        _isReleasing = true;
        try
        {
            while (_line.TryPeek(out var first) && TryEnter(first.CallId, out var period))
            {
                _line.Dequeue();
                _kept -= first.Kept;
                first.Release(send => Through(period, send));
                _waiting.Remove(first.CallId);
                _length = _line.Count;
            }
        }
        finally
        {
            _isReleasing = false;
        }
    }

    /// <summary>A start in line, and what was told of its call since.</summary>
    private sealed class Waiting(CallId callId, long since)
    {
        private readonly List<(Func<Task<CallReply>> Send, TaskCompletionSource<Task<CallReply>> Sent)> _events = [];

        public CallId CallId => callId;

        public long Since => since;

        /// <summary>How many events besides the start.</summary>
        public int Kept => _events.Count - 1;

        /// <summary>Done when the start has been sent.</summary>
        public Task Sent => _events[0].Sent.Task;

        public Task<CallReply> Add(Func<Task<CallReply>> send)
        {
            var sent = new TaskCompletionSource<Task<CallReply>>(TaskCreationOptions.RunContinuationsAsynchronously);
            _events.Add((send, sent));
            return sent.Task.Unwrap();
        }

        public void Release(Func<Func<Task<CallReply>>, Task<CallReply>> start)
        {
            for (var i = 0; i < _events.Count; i++) _events[i].Sent.SetResult(i == 0 ? start(_events[i].Send) : _events[i].Send());
        }
    }
}
