using Akka.Actor;

namespace CallActors.Actors;

/// <summary>Sessions by what they are counted for. Each counts for one.</summary>
internal sealed class SessionsBy<TKey> where TKey : notnull
{
    private readonly Dictionary<TKey, HashSet<IActorRef>> _sessions = [];
    private readonly Dictionary<IActorRef, TKey> _keys = [];

    /// <summary>How many there are beside this one.</summary>
    public int Others(TKey key, IActorRef session) =>
        !_sessions.TryGetValue(key, out var sessions) ? 0 : sessions.Contains(session) ? sessions.Count - 1 : sessions.Count;

    public void Add(TKey key, IActorRef session)
    {
        if (!_keys.TryAdd(session, key)) return;
        if (!_sessions.TryGetValue(key, out var sessions)) _sessions[key] = sessions = [];
        sessions.Add(session);
    }

    public void Remove(IActorRef session)
    {
        if (!_keys.Remove(session, out var key)) return;
        var sessions = _sessions[key];
        sessions.Remove(session);
        if (sessions.Count == 0) _sessions.Remove(key);
    }
}
