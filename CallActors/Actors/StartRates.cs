using System.Threading.RateLimiting;

namespace CallActors.Actors;

/// <summary>How many calls a second may be started, for each of many: a token bucket each, which a second's worth fills. Not thread-safe.</summary>
internal sealed class StartRates<TKey> where TKey : notnull
{
    /// <summary>From so many buckets on the full ones are forgotten: a full one is as good as a new one.</summary>
    private const int Prune = 1_000;

    private readonly Dictionary<TKey, (TokenBucketRateLimiter Bucket, int PerSecond)> _buckets = [];

    /// <returns>Null: it may start. Otherwise when the next one may.</returns>
    public TimeSpan? Wait(TKey key, int perSecond)
    {
        var bucket = BucketOf(key, perSecond);
        bucket.TryReplenish();
        using var lease = bucket.AttemptAcquire();
        return lease.IsAcquired ? null : lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
    }

    private TokenBucketRateLimiter BucketOf(TKey key, int perSecond)
    {
        if (_buckets.TryGetValue(key, out var known) && known.PerSecond == perSecond) return known.Bucket;
        if (_buckets.Count >= Prune) Forget();
        var bucket = new TokenBucketRateLimiter(new TokenBucketRateLimiterOptions
        {
            TokenLimit = perSecond,
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = false,
            QueueLimit = 0,
        });
        _buckets[key] = (bucket, perSecond);
        return bucket;
    }

    private void Forget()
    {
        foreach (var (key, (bucket, perSecond)) in _buckets)
        {
            bucket.TryReplenish();
            if (bucket.GetStatistics()?.CurrentAvailablePermits >= perSecond) _buckets.Remove(key);
        }
    }
}
