using System.Collections.Immutable;
using CallActors.Messages;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Domain;

/// <summary>A call that is held, as far as its gateway's list is compared with it.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Source">The gateway that started it; null: it was started before that was written down.</param>
/// <param name="Phase">Where it stands.</param>
/// <param name="LastEventAt">The latest time any of its events carried, by the gateway's clock.</param>
public readonly record struct KnownCall(CallId CallId, string? Source, CallPhase Phase, DateTimeOffset LastEventAt)
{
    /// <summary>How far it is; null where the node that holds it does not say.</summary>
    public CallStatus? Status { get; init; }
}

/// <summary>What a gateway's list of its live calls leads to.</summary>
/// <param name="ToEnd">Held, and not listed: they have ended unheard.</param>
/// <param name="ToStart">Listed, and not held: they have started unheard.</param>
/// <param name="ToAdvance">Held, and listed as further: they have rung or been answered unheard.</param>
public sealed record Reconciliation(ImmutableArray<CallId> ToEnd, ImmutableArray<LiveCall> ToStart, ImmutableArray<LiveCall> ToAdvance)
{
    /// <summary>
    /// Times of one gateway are compared with each other, so no two clocks need agree; this much is for a list that takes a while to make, and for times in
    /// whole seconds.
    /// </summary>
    public static readonly TimeSpan Allowance = TimeSpan.FromSeconds(2);

    /// <summary>Compares a gateway's list with the calls that are held.</summary>
    /// <param name="snapshot">The list.</param>
    /// <param name="held">Calls of this gateway, others may be among them. Read after the snapshot came.</param>
    public static Reconciliation Of(Snapshot snapshot, IEnumerable<KnownCall> held)
    {
        var listed = new Dictionary<CallId, LiveCall>(snapshot.Calls.Length);
        foreach (var call in snapshot.Calls) listed.TryAdd(call.CallId, call);
        var (toEnd, toAdvance) = (ImmutableArray.CreateBuilder<CallId>(), ImmutableArray.CreateBuilder<LiveCall>());
        foreach (var call in held)
        {
            // Also one that has ended and waits for its commit: its end was heard, the list is older than that.
            if (listed.Remove(call.CallId, out var live))
            {
                if (IsBehind(call, snapshot.Source, live)) toAdvance.Add(live);
            }
            else if (snapshot.Covers(call.CallId) && IsLost(call, snapshot.Source, snapshot.Time))
            {
                toEnd.Add(call.CallId);
            }
        }

        return new Reconciliation(
            toEnd.ToImmutable(), [.. snapshot.Calls.Where(call => listed.Remove(call.CallId) && !call.StartsNone)], toAdvance.ToImmutable());
    }

    /// <summary>
    /// Whether a call that its gateway does not list has ended. One that was heard of since the list was taken may have started after it, and is left alone.
    /// </summary>
    public static bool IsLost(KnownCall call, string source, DateTimeOffset takenAt) =>
        call.Source == source && call.Phase != CallPhase.Flushing && call.LastEventAt + Allowance < takenAt;

    private static bool IsBehind(KnownCall call, string source, LiveCall listed) =>
        call.Source == source && call.Phase != CallPhase.Flushing && call.Status < listed.Reached;

    /// <summary>The events that a call would have sent, in order, had it been heard.</summary>
    /// <param name="snapshot">Where it is listed.</param>
    /// <param name="call">The call.</param>
    public static ImmutableArray<CallEvents.CallEvent> EventsOf(Snapshot snapshot, LiveCall call)
    {
        var started = new CallEvents.Started(Header(snapshot, call, "started", BegunAt(snapshot, call)), call.Start);
        return AdvanceOf(snapshot, call) is { } further ? [started, further] : [started];
    }

    /// <summary>The event that takes a call as far as it is listed; null where it is listed as begun, and no more.</summary>
    /// <param name="snapshot">Where it is listed.</param>
    /// <param name="call">The call.</param>
    public static CallEvents.CallEvent? AdvanceOf(Snapshot snapshot, LiveCall call) => call.Reached switch
    {
        CallStatus.InProgress => new CallEvents.Answered(Header(snapshot, call, "answered", call.AnsweredAt ?? snapshot.Time)),
        CallStatus.Ringing => new CallEvents.Ringing(Header(snapshot, call, "ringing", BegunAt(snapshot, call))),
        _ => null,
    };

    private static DateTimeOffset BegunAt(Snapshot snapshot, LiveCall call) => call.StartedAt ?? call.AnsweredAt ?? snapshot.Time;

    private static EventHeader Header(Snapshot snapshot, LiveCall call, string step, DateTimeOffset time) =>
        new(new EventKey(snapshot.Source, $"{snapshot.Key.Id}/{call.CallId}/{step}"), call.CallId, time) { Origin = OriginOf(snapshot) };

    /// <summary>How a timeline names the list.</summary>
    public static string OriginOf(GatewayEvent told) => $"{told.Type} {told.Key.Id}";
}
