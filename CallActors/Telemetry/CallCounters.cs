using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using CallActors.Messages;

namespace CallActors.Telemetry;

/// <summary>What the service counts of its calls, since it started. Thread-safe.</summary>
public sealed class CallCounters
{
    private readonly ConcurrentDictionary<string, StrongBox<long>> _refusedFor = [];
    private long _applied;
    private long _duplicate;
    private long _refused;
    private long _liveRefusals;
    private long _minimalContexts;
    private long _lateCompletions;
    private long _deadLetters = -1;
    private long _sessionFailures;
    private long _forgedCallbacks;
    private long _ignoredCallbacks;

    public long Applied => Volatile.Read(ref _applied);
    public long Duplicate => Volatile.Read(ref _duplicate);
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Events that were refused, by the name of the problem's type: of those, this version and those of the other nodes know some twenty.</summary>
    public IEnumerable<KeyValuePair<string, long>> RefusedFor => _refusedFor.Select(one => KeyValuePair.Create(one.Key, Volatile.Read(ref one.Value.Value)));

    /// <summary>Database messages refused in the live call.</summary>
    public long LiveRefusals => Volatile.Read(ref _liveRefusals);

    /// <summary>Calls that went on without a context of their own, because the load failed or timed out.</summary>
    public long MinimalContexts => Volatile.Read(ref _minimalContexts);

    /// <summary>Answers of the loader or writer that nobody waited for any more.</summary>
    public long LateCompletions => Volatile.Read(ref _lateCompletions);

    /// <summary>Batches the database would not have, as they were counted in it last: those of earlier lives of this service among them.</summary>
    public long DeadLetters => Math.Max(0, Volatile.Read(ref _deadLetters));

    public bool KnowsDeadLetters => Volatile.Read(ref _deadLetters) >= 0;

    /// <summary>Sessions that failed and were started again.</summary>
    public long SessionFailures => Volatile.Read(ref _sessionFailures);

    /// <summary>Requests to a gateway's routes that were not signed as they should be.</summary>
    public long ForgedCallbacks => Volatile.Read(ref _forgedCallbacks);

    /// <summary>Callbacks of gateways that say nothing the service has a use for.</summary>
    public long IgnoredCallbacks => Volatile.Read(ref _ignoredCallbacks);

    /// <summary>An event has its reply.</summary>
    public void Count(CallReply reply)
    {
        switch (reply.Outcome)
        {
            case CallOutcome.Applied: Interlocked.Increment(ref _applied); break;
            case CallOutcome.Duplicate: Interlocked.Increment(ref _duplicate); break;
            case CallOutcome.Refused: CountRefusal((reply.Problem ?? throw new ArgumentException("A refusal without a problem.", nameof(reply))).Type); break;
            default: throw new ArgumentOutOfRangeException(nameof(reply), reply.Outcome, null);
        }
    }

    /// <summary>An event is refused.</summary>
    public void CountRefusal(ProblemType why)
    {
        Interlocked.Increment(ref _refused);
        Interlocked.Increment(ref _refusedFor.GetOrAdd(why.Name, static _ => new StrongBox<long>()).Value);
    }

    public void CountLiveRefusal() => Interlocked.Increment(ref _liveRefusals);

    public void CountMinimalContext() => Interlocked.Increment(ref _minimalContexts);

    public void CountLateCompletion() => Interlocked.Increment(ref _lateCompletions);

    public void DeadLettersAre(long number) => Volatile.Write(ref _deadLetters, number);

    /// <summary>They could not be counted, and are to be.</summary>
    public void DeadLettersAreUnknown() => Volatile.Write(ref _deadLetters, -1);

    public void CountSessionFailure() => Interlocked.Increment(ref _sessionFailures);

    public void CountForgedCallback() => Interlocked.Increment(ref _forgedCallbacks);

    public void CountIgnoredCallback() => Interlocked.Increment(ref _ignoredCallbacks);
}
