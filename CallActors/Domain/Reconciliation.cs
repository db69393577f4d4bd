using System.Collections.Immutable;
using CallActors.Messages;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Domain;

/// <summary>A call that is held, as far as its gateway's list is compared with it.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Source">The gateway that started it; null: it was started before that was written down.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="LastEventAt">The latest time any of its events carried, by the gateway's clock.</param>
public readonly record struct KnownCall(CallId CallId, string? Source, CallPhase Phase, DateTimeOffset LastEventAt);

/// <summary>What a gateway's list of its live calls leads to.</summary>
/// <param name="ToEnd">Held, and not listed: they have ended unheard.</param>
/// <param name="ToStart">Listed, and not held: they have started unheard.</param>
public sealed record Reconciliation(ImmutableArray<CallId> ToEnd, ImmutableArray<LiveCall> ToStart)
{
    /// <summary>
    /// Times of one gateway are compared with each other, so no two clocks need agree; this much is for a list that takes a while to make, and for times in whole seconds.
    /// </summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromSeconds(2);

    /// <summary>Compares a gateway's list with the calls that are held.</summary>
    /// <param name="snapshot">The list.</param>
    /// <param name="held">Calls of this gateway, others may be among them. Read after the snapshot came.</param>
    public static Reconciliation Of(Snapshot snapshot, IEnumerable<KnownCall> held)
    {
        var listed = new Dictionary<CallId, LiveCall>(snapshot.Calls.Length);
        foreach (var call in snapshot.Calls) listed.TryAdd(call.CallId, call);
        var toEnd = ImmutableArray.CreateBuilder<CallId>();
        foreach (var call in held)
        {
            // Also one that has ended and waits for its commit: its end was heard, the list is older than that.
            if (!listed.Remove(call.CallId) && snapshot.Covers(call.CallId) && IsLost(call, snapshot.Source, snapshot.Time)) toEnd.Add(call.CallId);
        }

        return new Reconciliation(toEnd.ToImmutable(), [.. snapshot.Calls.Where(call => listed.Remove(call.CallId) && !call.StartsNone)]);
    }

    /// <summary>
    /// Whether a call that its gateway does not list has ended. One that was heard of since the list was taken may have started after it, and is left alone.
    /// </summary>
    public static bool IsLost(KnownCall call, string source, DateTimeOffset takenAt) =>
        call.Source == source && call.Phase != CallPhase.Flushing && call.LastEventAt + Allowance < takenAt;

    /// <summary>The events that a call would have sent, in order, had it been heard.</summary>
    /// <param name="snapshot">Where it is listed.</param>
    /// <param name="call">The call.</param>
    public static ImmutableArray<CallEvents.CallEvent> EventsOf(Snapshot snapshot, LiveCall call)
    {
        var at = call.StartedAt ?? call.AnsweredAt ?? snapshot.Time;
        var started = new CallEvents.Started(Header("started", at), call.Start);
        return call.AnsweredAt is not null || call.Status == CallStatus.InProgress
            ? [started, new CallEvents.Answered(Header("answered", call.AnsweredAt ?? snapshot.Time))]
            : call.Status == CallStatus.Ringing ? [started, new CallEvents.Ringing(Header("ringing", at))] : [started];

        EventHeader Header(string step, DateTimeOffset time) =>
            new(new EventKey(snapshot.Source, $"{snapshot.Key.Id}/{call.CallId}/{step}"), call.CallId, time) { Origin = OriginOf(snapshot) };
    }

    /// <summary>How a timeline names the list.</summary>
    public static string OriginOf(GatewayEvent told) => $"{told.Type} {told.Key.Id}";
}
