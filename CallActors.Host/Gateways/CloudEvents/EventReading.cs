using System.Collections.Immutable;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>What reading one CloudEvent led to: a call's event or a gateway's, or every fault that was found in it.</summary>
/// <param name="Event">Null where there are faults, or it is about no single call.</param>
/// <param name="Source">CloudEvents' <c>source</c>, where it could be read.</param>
/// <param name="Id">CloudEvents' <c>id</c>, where it could be read.</param>
/// <param name="CallId">The call, where the <c>subject</c> is a call id.</param>
/// <param name="Faults">Empty where there is an event.</param>
internal sealed record EventReading(CallEvent? Event, string? Source, string? Id, CallId? CallId, ImmutableArray<Fault> Faults)
{
    /// <summary>The event, where it is about a gateway and all its calls.</summary>
    public GatewayEvents.GatewayEvent? OfGateway { get; init; }

    /// <summary>The trace that the event is told within, as it was given: one that is malformed is no fault of the event's.</summary>
    public string? TraceParent { get; init; }

    /// <summary>The reply to an event that could not be read.</summary>
    public CallReply Refusal() => CallReply.Refuse(CallId ?? default, Id, Malformed(Faults));

    /// <summary>The problem with a text that is no event at all.</summary>
    public static Problem Malformed(params ImmutableArray<Fault> faults) =>
        new(ProblemType.MalformedEvent, faults.Length == 1 ? faults[0].Detail : $"{faults.Length} faults were found; nothing was applied.") { Errors = faults };
}
