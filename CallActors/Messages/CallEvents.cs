using System.Numerics;
using CallActors.Domain;

namespace CallActors.Messages;

/// <summary>Whatever is addressed to one call: routed by <see cref="CallId"/> to its partition and there to its session.</summary>
public interface ICallMessage
{
    CallId CallId { get; }
}

/// <summary>What one client may ask of a node.</summary>
/// <param name="LiveCalls">Calls live at once; null: any number.</param>
/// <param name="StartsPerSecond">Calls started, a second; as many at once. Null: any number.</param>
public sealed record ClientLimits(int? LiveCalls, int? StartsPerSecond)
{
    public static readonly ClientLimits None = new(null, null);
}

/// <summary>What every event of a gateway carries.</summary>
/// <param name="Key">Identifies the event.</param>
/// <param name="CallId">The call it is about (CloudEvents' <c>subject</c>).</param>
/// <param name="Time">When it happened, by the gateway's clock; durations and stamps come from here.</param>
/// <param name="Sequence">Orders the events of a call where the gateway numbers them: of two that write one field the higher wins.</param>
public sealed record EventHeader(EventKey Key, CallId CallId, DateTimeOffset Time, BigInteger? Sequence = null)
{
    /// <summary>Of the key; asked for several times on an event's way, and dear.</summary>
    public ulong Fingerprint { get; } = Key.Fingerprint();

    /// <summary>Of an event that the gateway did not send as such: what it was made from. The call's timeline says so. Null: it was sent.</summary>
    public string? Origin { get; init; }
}

/// <summary>The events of live calls, as a gateway tells them: past tense, already validated.</summary>
public static class CallEvents
{
    /// <summary>An event of one call.</summary>
    public abstract record CallEvent(EventHeader Header) : ICallMessage
    {
        public CallId CallId => Header.CallId;

        /// <summary>Its CloudEvents type.</summary>
        public abstract string Type { get; }
    }

    /// <summary>A call came in or went out. Again for a live call: the context again.</summary>
    public sealed record Started(EventHeader Header, CallStart Start) : CallEvent(Header)
    {
        /// <summary>What the client it came from is allowed, as configured when it came.</summary>
        public ClientLimits Limits { get; init; } = ClientLimits.None;

        /// <summary>
        /// It comes with the call's end: nobody is on the line any more, and no limit is asked, neither on calls that are live nor on those that start.
        /// </summary>
        public bool IsOver { get; init; }

        public override string Type => "call.started";
    }

    /// <summary>The called side is being rung.</summary>
    public sealed record Ringing(EventHeader Header) : CallEvent(Header)
    {
        public override string Type => "call.ringing";
    }

    /// <summary>The called side has picked up: the call's duration runs from its time.</summary>
    public sealed record Answered(EventHeader Header) : CallEvent(Header)
    {
        public override string Type => "call.answered";
    }

    /// <summary>The greeting is over, one way or another: the call is live.</summary>
    public sealed record GreetingFinished(EventHeader Header, GreetingOutcome Outcome) : CallEvent(Header)
    {
        public override string Type => "greeting.finished";
    }

    /// <param name="Header">What every event carries.</param>
    /// <param name="FirstName">As heard.</param>
    /// <param name="LastName">As heard, if it was.</param>
    /// <param name="Confidence">0 to 1, as the detector reports it.</param>
    public sealed record NameDetected(EventHeader Header, string FirstName, string? LastName, double? Confidence) : CallEvent(Header)
    {
        public override string Type => "customer.name_detected";
    }

    /// <summary>The customer's gender, as the detector heard it.</summary>
    public sealed record GenderDetected(EventHeader Header, Gender Gender) : CallEvent(Header)
    {
        public override string Type => "customer.gender_detected";
    }

    /// <summary>The customer asks for a slot; one that is free is promised to nobody else while the call goes on.</summary>
    /// <param name="Header">What every event carries.</param>
    /// <param name="Slot">From when to when.</param>
    /// <param name="Title">For the appointment, unless its confirmation has another.</param>
    public sealed record AppointmentRequested(EventHeader Header, Slot Slot, string? Title) : CallEvent(Header)
    {
        public override string Type => "appointment.requested";
    }

    /// <summary>
    /// The customer takes a slot; it becomes an appointment in the CRM when the call has ended. Again for the same slot: what is null stays as it was.
    /// </summary>
    /// <param name="Header">What every event carries.</param>
    /// <param name="Slot">From when to when.</param>
    /// <param name="Title">Null: that of the request.</param>
    /// <param name="ContactName">Whom it is for, where that was said.</param>
    /// <param name="ContactPhone">Where they are reached, where that was said.</param>
    /// <param name="Notes">Whatever else is to stand beside it.</param>
    public sealed record AppointmentConfirmed(EventHeader Header, Slot Slot, string? Title, string? ContactName, string? ContactPhone, string? Notes)
        : CallEvent(Header)
    {
        public override string Type => "appointment.confirmed";
    }

    /// <summary>A slot that this call asked for or took is given back.</summary>
    /// <param name="Header">What every event carries.</param>
    /// <param name="Start">Of the slot.</param>
    public sealed record AppointmentCancelled(EventHeader Header, DateTimeOffset Start) : CallEvent(Header)
    {
        public override string Type => "appointment.cancelled";
    }

    /// <summary>What was noted of the conversation; at least one of the three.</summary>
    public sealed record Noted(EventHeader Header, string? Summary, string? Transcription, string? RecordingUrl) : CallEvent(Header)
    {
        public override string Type => "call.noted";
    }

    /// <summary>The call goes on: it is not silent.</summary>
    public sealed record Heartbeat(EventHeader Header) : CallEvent(Header)
    {
        public override string Type => "gateway.heartbeat";
    }

    /// <param name="Header">What every event carries.</param>
    /// <param name="Status">A terminal status.</param>
    /// <param name="DurationSeconds">Whole seconds, where the gateway reports them.</param>
    /// <param name="Reason">The gateway's words.</param>
    public sealed record Ended(EventHeader Header, CallStatus Status, int? DurationSeconds, string? Reason) : CallEvent(Header)
    {
        public override string Type => "call.ended";
    }
}
