using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>
/// The events that were taken in and are not yet answered, whatever brought them. Where more come than can be kept, the queue does not grow beyond a bound: new
/// calls are refused first, so that those that were accepted are served in time; then nothing is read any more. Starts are counted apart, since they may
/// wait for the CRM while everything else waits for the journal only. Thread-safe.
/// </summary>
/// <param name="bound">Events of accepted calls, and as many starts again.</param>
/// <param name="bearable">What an event of an accepted call may wait for its reply; while too many wait longer, fewer new calls a second are taken on. Null:
/// nothing is too long.</param>
/// <param name="time">The clock.</param>
internal sealed class EventsInFlight(int bound, TimeSpan? bearable, TimeProvider time)
{
    /// <summary>What the bodies and messages in hand may be long altogether.</summary>
    public const long BytesBound = 128 * RequestBody.Limit;

    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly StartRate? _startRate = bearable is { } wait ? new StartRate(wait) : null;
    private readonly long _began = time.GetTimestamp();
    private TaskCompletionSource? _room;
    private int _starts;
    private int _others;
    private long _bytes;
    private long _turnedAway;

    /// <summary>Nothing more is to be read.</summary>
    public bool IsFull
    {
        get
        {
            lock (_lock) return IsFullNow;
        }
    }

    /// <summary>Requests that <see cref="TurnsAway"/> has sent away.</summary>
    public long TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>Events of calls that were accepted.</summary>
    public int OfAccepted => Volatile.Read(ref _others);

    /// <summary>Starts that are not yet answered, or stand in line.</summary>
    public int Starts => Volatile.Read(ref _starts);

    /// <summary>So many events of accepted calls are borne, and as many starts.</summary>
    public int Bound => bound;

    /// <summary>So many calls may start a second; null where that is not bounded.</summary>
    public double? StartsPerSecond
    {
        get
        {
            lock (_lock) return _startRate?.Bound;
        }
    }

    /// <summary>What is said where it is full, or where a new call is not taken on.</summary>
    public static Problem Refusal => new(ProblemType.Overloaded, "More events come than can be served; this one was not applied.") { RetryAfter = ComeAgain };

    private bool IsFullNow => _others >= bound || _bytes >= BytesBound;

    /// <summary>
    /// Before a request's body is read: whether it is to be sent away unread, since nothing more is to be read. How many events it brings nobody knows.
    /// </summary>
    public bool TurnsAway()
    {
        if (!IsFull) return false;
        Interlocked.Increment(ref _turnedAway);
        return true;
    }

    /// <summary>Done when something may be read again.</summary>
    public Task Room()
    {
        lock (_lock)
        {
            if (!IsFullNow) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>An event begins.</summary>
    /// <param name="starts">Whether it is the start of a call.</param>
    /// <param name="isNew">False for the start of a call that is mostly held already: it is not refused for the sake of those that are.</param>
    /// <param name="begun">When it began, for <see cref="End"/>.</param>
    /// <returns>False for the start of a call while there is half of what can be borne, or while calls that were accepted wait too long: it is not to be taken
    /// in.</returns>
    public bool TryBegin(bool starts, bool isNew, out TimeSpan begun)
    {
        begun = time.GetElapsedTime(_began);
        lock (_lock)
        {
            if (starts && isNew && (_others >= Math.Max(1, bound / 2) || _starts >= bound || _startRate?.TryTake(begun) is false)) return false;
            if (starts) _starts++;
            else _others++;
            return true;
        }
    }

    /// <summary>An event that began has its reply.</summary>
    /// <param name="starts">As when it began.</param>
    /// <param name="begun">When it did.</param>
    /// <param name="isMeasure">What it waited is the service's own work: it waited neither for the CRM nor for another that does.</param>
    /// <returns>What it waited.</returns>
    public TimeSpan End(bool starts, TimeSpan begun, bool isMeasure)
    {
        var now = time.GetElapsedTime(_began);
        lock (_lock)
        {
            if (starts)
            {
                _starts--;
            }
            else
            {
                _others--;
                if (isMeasure) _startRate?.Observe(now, now - begun);
            }

            TellRoom();
        }

        return now - begun;
    }

    /// <summary>So many bytes are being read, or wait for their reply.</summary>
    public void Hold(int bytes)
    {
        lock (_lock) _bytes += bytes;
    }

    public void LetGo(int bytes)
    {
        lock (_lock)
        {
            _bytes -= bytes;
            TellRoom();
        }
    }

    private void TellRoom()
    {
        if (_room is not { } room || IsFullNow) return;
        _room = null;
        room.SetResult();
    }
}
