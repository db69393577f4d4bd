using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>What a call goes on with when the load failed or timed out.</summary>
public static class MinimalContext
{
    /// <param name="callId">The call.</param>
    /// <param name="start">What the gateway knew.</param>
    /// <param name="lastKnown">The business as its last good load had it; null: only its number or id is known.</param>
    public static CallContext Of(CallId callId, CallStart start, BusinessProfile? lastKnown)
    {
        var business = lastKnown ?? new BusinessProfile(start.Direction == CallDirection.Outbound ? start.BusinessId : null, null, start.BusinessPhone);
        return new CallContext(
            callId,
            start.Direction,
            business,
            new CustomerProfile(null, null, null, null, null, start.CustomerPhone),
            start.JobId is { } job ? new JobProfile(job, null, null) : null,
            Greeting.Render(business.GreetingMessage, null, business.Name),
            null,
            ContextSource.Minimal);
    }
}
