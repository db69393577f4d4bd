using System.Collections.Concurrent;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>
/// Which calls of a partition may hold slots, by business: so that a calendar that asks is not answered by a look at every call there is. A session is in it before its calendar hears of it.
/// Thread-safe.
/// </summary>
internal sealed class SlotHolders
{
    private readonly ConcurrentDictionary<BusinessId, ConcurrentDictionary<CallId, byte>> _calls = [];

    public void Add(BusinessId business, CallId call) => _calls.GetOrAdd(business, static _ => []).TryAdd(call, 0);

    /// <summary>The call is gone.</summary>
    public void Remove(BusinessId business, CallId call)
    {
        if (_calls.TryGetValue(business, out var calls)) calls.TryRemove(call, out _);
    }

    public IEnumerable<CallId> Of(BusinessId business) => _calls.TryGetValue(business, out var calls) ? calls.Keys : [];
}
