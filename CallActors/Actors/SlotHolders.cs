using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>
/// Which calls of a partition may hold slots, by business: so that a calendar that asks is not answered by a look at every call there is. A session is in it
/// before its calendar hears of it. Thread-safe.
/// </summary>
internal sealed class SlotHolders
{
    private readonly Dictionary<BusinessId, HashSet<CallId>> _calls = [];
    private readonly Lock _lock = new();

    public void Add(BusinessId business, CallId call)
    {
        lock (_lock)
        {
            if (!_calls.TryGetValue(business, out var calls)) _calls[business] = calls = [];
            calls.Add(call);
        }
    }

    /// <summary>The call is gone.</summary>
    public void Remove(BusinessId business, CallId call)
    {
        lock (_lock)
        {
            if (_calls.TryGetValue(business, out var calls) && calls.Remove(call) && calls.Count == 0) _calls.Remove(business);
        }
    }

    public ImmutableArray<CallId> Of(BusinessId business)
    {
        lock (_lock) return _calls.TryGetValue(business, out var calls) ? [.. calls] : [];
    }
}
