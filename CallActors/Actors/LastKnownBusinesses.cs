using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>Businesses as their last good load had them, by number and by id: what a call goes on with when the database is away. Bounded.</summary>
internal sealed class LastKnownBusinesses(int capacity = 50_000)
{
    private readonly Dictionary<string, BusinessProfile> _byPhone = [];
    private readonly Dictionary<BusinessId, BusinessProfile> _byId = [];

    /// <summary>Keeps what was loaded.</summary>
    /// <returns>The one instance that all calls of this business share while its data stays the same.</returns>
    public BusinessProfile Remember(BusinessProfile business)
    {
        if (business.Id is { } known && _byId.TryGetValue(known, out var same) && same == business) return same;

        // Forgetting all of them at the bound costs at most one outage's comfort and keeps no order to maintain.
        if (_byId.Count >= capacity)
        {
            _byId.Clear();
            _byPhone.Clear();
        }

        if (business.Id is { } id) _byId[id] = business;
        if (business.Phone is { } phone) _byPhone[phone] = business;
        return business;
    }

    /// <summary>Keeps what a call of an earlier life had loaded, where this one has loaded nothing of it.</summary>
    public void Recall(BusinessProfile business)
    {
        if (business.Id is not { } id || _byId.Count >= capacity || !_byId.TryAdd(id, business)) return;
        // A number may have gone from one business to another since; what this life has loaded of it is younger.
        if (business.Phone is { } phone) _byPhone.TryAdd(phone, business);
    }

    public BusinessProfile? Find(ContextQuery query) =>
        query.BusinessPhone is { } phone ? _byPhone.GetValueOrDefault(phone)
        : query.BusinessId is { } id ? _byId.GetValueOrDefault(id)
        : null;
}
