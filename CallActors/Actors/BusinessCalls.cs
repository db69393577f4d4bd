using Akka.Actor;
using CallActors.Messages;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Actors;

/// <summary>
/// The calls of one business, on all nodes, as far as they are known; plain data. A partition is in doubt until it has answered. Its answer replaces what was
/// known of it, except for calls of which something was learned after the question was put, and calls whose business the partition does not know yet. A
/// partition with a call that has no session, as one that is being started again, stays in doubt: there is nobody to be watched.
/// </summary>
/// <param name="partitions">How many there are. At first all are in doubt.</param>
internal sealed class BusinessCalls(int partitions)
{
    private readonly Dictionary<CallId, Entry> _calls = [];
    private readonly Dictionary<IActorRef, CallId> _callOf = [];
    private readonly Dictionary<int, long> _asked = [];

    // Since when: an answer to what was asked before that does not count.
    private readonly Dictionary<int, long> _inDoubt = Enumerable.Range(0, partitions).ToDictionary(partition => partition, _ => 0L);

    // Calls that are over, while their partition is in doubt: what that answers of them may be what it saw before.
    private readonly HashSet<CallId> _released = [];
    private readonly HashSet<int> _silent = [.. Enumerable.Range(0, partitions)];
    private long _stamp;

    /// <summary>Grows with everything that is learned or asked.</summary>
    public long Stamp => _stamp;

    private readonly record struct Entry(IActorRef? Session, long Stamp);

    /// <summary>Calls that are not over, as far as is known.</summary>
    public int Count => _calls.Count - _released.Count;

    /// <summary>Every partition has said once what it holds: until then nobody can be told that there is room.</summary>
    public bool IsKnown => _silent.Count == 0;

    /// <summary>Partitions that have to be asked.</summary>
    public IReadOnlyCollection<int> InDoubt => _inDoubt.Keys;

    public IEnumerable<CallId> OfPartition(int partition) => _calls.Keys.Where(call => CallPartition.Of(call, partitions) == partition);

    private bool IsInDoubt(CallId call) => _inDoubt.ContainsKey(CallPartition.Of(call, partitions));

    /// <summary>The session a call has, as far as is known.</summary>
    public IActorRef? SessionOf(CallId call) => _calls.GetValueOrDefault(call).Session;

    public bool Contains(CallId call) => _calls.ContainsKey(call) && !_released.Contains(call);

    /// <summary>Holds a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="session">Its session.</param>
    /// <param name="before">Whom not to watch any more.</param>
    /// <returns>Whether the session is to be watched: it was not before.</returns>
    public bool Hold(CallId call, IActorRef? session, out IActorRef? before)
    {
        before = _calls.TryGetValue(call, out var known) && !Equals(known.Session, session) ? known.Session : null;
        if (before is { }) _callOf.Remove(before);
        var isNew = !Equals(known.Session, session);
        _released.Remove(call);
        _calls[call] = new Entry(session, ++_stamp);
        if (session is { }) _callOf[session] = call;
        return session is { } && isNew;
    }

    /// <summary>
    /// A call is over. Its partition may have been asked and have looked before that, and its answer would bring the call back: until it has come, the end of
    /// the call stays known.
    /// </summary>
    /// <returns>Whom not to watch any more.</returns>
    public IActorRef? Release(CallId call)
    {
        if (!IsInDoubt(call)) return Forget(call);
        Hold(call, SessionOf(call), out _);
        _released.Add(call);
        return null;
    }

    private IActorRef? Forget(CallId call)
    {
        _released.Remove(call);
        if (!_calls.Remove(call, out var known) || known.Session is not { } session) return null;
        _callOf.Remove(session);
        return session;
    }

    /// <summary>
    /// A session is gone, and nobody said that its call ended: it may have moved, or be started again. The call counts until its partition has answered.
    /// </summary>
    /// <returns>The partition, where it was not in doubt before.</returns>
    public int? Lost(IActorRef session)
    {
        if (!_callOf.Remove(session, out var call) || !_calls.TryGetValue(call, out var known)) return null;
        _calls[call] = known with { Session = null };
        if (_released.Contains(call)) return null;
        var partition = CallPartition.Of(call, partitions);
        var isNew = !_inDoubt.ContainsKey(partition);
        _inDoubt[partition] = ++_stamp;
        return isNew ? partition : null;
    }

    /// <summary>A partition is being asked; what is admitted from now on it need not know.</summary>
    /// <returns>The question's number.</returns>
    public long Asked(int partition) => _asked[partition] = ++_stamp;

    /// <summary>A partition has answered, with all calls of the business that have not ended.</summary>
    public PartitionAnswer Answered(CallsOfBusiness answer) =>
        // A node of an earlier version does not name the question, which is taken for the last one. A number that was never given is another life's, before
        // this one was begun anew.
        answer.Number > _stamp ? PartitionAnswer.None()
        : Answered(answer.Partition, answer.Calls, answer.Loading, answer.Number > 0 ? answer.Number : _asked.GetValueOrDefault(answer.Partition));

    /// <summary>A partition has answered.</summary>
    /// <param name="partition">Which.</param>
    /// <param name="calls">What it holds.</param>
    /// <param name="loading">Calls of which it is not known yet whose they are.</param>
    /// <param name="asked">The <see cref="Stamp"/> when the question was put that it answers: of what was learned since then it knows nothing. 0: none
    /// was.</param>
    /// <returns>What follows from it.</returns>
    public PartitionAnswer Answered(int partition, IReadOnlyCollection<HeldCall> calls, IEnumerable<CallId> loading, long asked)
    {
        var answer = PartitionAnswer.None();
        if (!_inDoubt.TryGetValue(partition, out var since) || asked <= since) return answer;
        _inDoubt.Remove(partition);
        _asked.Remove(partition);
        _silent.Remove(partition);
        var held = calls.ToDictionary(call => call.CallId, call => call.Session);
        var stay = held.Keys.Concat(loading).ToHashSet();
        foreach (var (call, entry) in _calls.ToArray())
        {
            if (entry.Stamp > asked || stay.Contains(call) || CallPartition.Of(call, partitions) != partition) continue;
            answer.Gone.Add(call);
            if (Forget(call) is { } gone) answer.Unwatch.Add(gone);
        }

        foreach (var (call, session) in held)
        {
            if (_calls.TryGetValue(call, out var known) && known.Stamp > asked) continue;
            answer.Stands.Add(call);
            if (Hold(call, session, out var before)) answer.Watch.Add(session!);
            if (before is { }) answer.Unwatch.Add(before);
            if (session is null) _inDoubt[partition] = _stamp;
        }

        foreach (var call in _released.Where(call => !IsInDoubt(call)).ToArray())
            if (Forget(call) is { } over) answer.Unwatch.Add(over);
        return answer;
    }
}

/// <summary>What follows from a partition's answer.</summary>
/// <param name="Watch">Sessions to watch.</param>
/// <param name="Unwatch">Sessions not to watch any more.</param>
/// <param name="Stands">Calls of which what it said stands; of others more is known by now.</param>
/// <param name="Gone">Calls that it does not hold any more.</param>
internal sealed record PartitionAnswer(List<IActorRef> Watch, List<IActorRef> Unwatch, List<CallId> Stands, List<CallId> Gone)
{
    /// <summary>Nothing so far.</summary>
    public static PartitionAnswer None() => new([], [], [], []);
}
