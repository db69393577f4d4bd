using System.Collections.Immutable;
using CallActors.Domain;

namespace CallActors.Messages;

/// <summary>A fault of the input, and where in it.</summary>
/// <param name="Pointer">A JSON pointer (RFC 6901) into the event, such as <c>/data/from</c>.</param>
/// <param name="Detail">What was found and what is expected.</param>
public sealed record Fault(string Pointer, string Detail);

/// <summary>A kind of problem: its type <c>urn:callactors:…</c>, HTTP status and title.</summary>
public sealed record ProblemType(string Name, int Status, string Title)
{
    public static readonly ProblemType MalformedEvent = new("malformed-event", 400, "The event is malformed");
    public static readonly ProblemType MalformedRequest = new("malformed-request", 400, "The request is malformed");
    public static readonly ProblemType Unauthorized = new("unauthorized", 401, "A key is needed");
    public static readonly ProblemType NotFound = new("not-found", 404, "There is nothing here");
    public static readonly ProblemType UnknownCall = new("unknown-call", 404, "There is no such call");
    public static readonly ProblemType UnknownDeadLetter = new("unknown-dead-letter", 404, "There is no such dead letter");
    public static readonly ProblemType MethodNotAllowed = new("method-not-allowed", 405, "This method is not served here");
    public static readonly ProblemType LiveCall = new("live-call", 409, "The call is live: no database message is served");
    public static readonly ProblemType CallEnded = new("call-ended", 409, "The call has ended");
    public static readonly ProblemType SlotTaken = new("slot-taken", 409, "The slot is taken");
    public static readonly ProblemType TooLarge = new("too-large", 413, "That is too large");
    public static readonly ProblemType UnsupportedMediaType = new("unsupported-media-type", 415, "This content type is not served");
    public static readonly ProblemType UnknownBusiness = new("unknown-business", 422, "No business for this call");
    public static readonly ProblemType SlotNotBookable = new("slot-not-bookable", 422, "The slot cannot be booked");
    public static readonly ProblemType TooManyCalls = new("too-many-calls", 429, "Too many calls");
    public static readonly ProblemType Failed = new("failed", 500, "The service failed");
    public static readonly ProblemType Draining = new("draining", 503, "The node takes no new calls");
    public static readonly ProblemType Overloaded = new("overloaded", 503, "Not now");
    public static readonly ProblemType HoursUnknown = new("hours-unknown", 503, "The opening hours are not known now");

    public string Urn => $"urn:callactors:{Name}";
}

/// <summary>Why something was refused (RFC 9457).</summary>
/// <param name="Type">Which kind.</param>
/// <param name="Detail">This case, in one sentence.</param>
public sealed record Problem(ProblemType Type, string Detail)
{
    /// <summary>Every fault of a malformed event.</summary>
    public ImmutableArray<Fault> Errors { get; init; } = [];

    /// <summary>Of a slot problem: why, in a word.</summary>
    public string? Reason { get; init; }

    /// <summary>Of a slot problem: slots of the same length that could be booked.</summary>
    public ImmutableArray<Slot> Alternatives { get; init; } = [];

    /// <summary>When to try again.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
