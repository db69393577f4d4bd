using System.Collections.Immutable;
using System.Numerics;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>What a gateway's callback says of a call, in the service's words: a status, and usually all a call begins with.</summary>
/// <param name="Source">CloudEvents' <c>source</c> of its events: the gateway and the account.</param>
/// <param name="CallId">The gateway's id of the call.</param>
/// <param name="EventId">Tells this notice from the call's others, and is the same when it comes again.</param>
/// <param name="Time">When it happened.</param>
internal sealed record CallNotice(string Source, CallId CallId, string EventId, DateTimeOffset Time)
{
    /// <summary>Null: only that the call is alive.</summary>
    public CallStatus? Status { get; init; }

    /// <summary>
    /// What such a notice is of is mostly not held yet. Any other one is of a call that is, and its start only stands in for one that was lost.
    /// </summary>
    public bool IsOfNewCall => Status is CallStatus.Initiated or CallStatus.Ringing;

    /// <summary>It tells how the call ended.</summary>
    public bool IsEnd => Status is { } status && status.IsTerminal();

    /// <summary>How the greeting ended, where the notice is of that; it has no status then.</summary>
    public GreetingOutcome? Greeting { get; init; }

    /// <summary>Null where the callback does not say who called whom.</summary>
    public CallStart? Start { get; init; }

    /// <summary>Why it does not, where it should: what is missing for a start, or cannot be read.</summary>
    public ImmutableArray<Fault> Lacks { get; init; } = [];
    public BigInteger? Sequence { get; init; }

    /// <summary>Whole seconds from the answer to the end, as the gateway counts them.</summary>
    public int? DurationSeconds { get; init; }
    public string? Reason { get; init; }
    public string? RecordingUrl { get; init; }

    /// <summary>
    /// The events it stands for, in order. Callbacks overtake each other and get lost: whichever comes first starts the call, under one id, so that the
    /// others' starts are duplicates; and an end that tells how long the call lasted tells when it was answered.
    /// </summary>
    public ImmutableArray<CallEvent> Events()
    {
        var events = ImmutableArray.CreateBuilder<CallEvent>();
        var answered = Status == CallStatus.Completed && DurationSeconds is > 0 and var seconds ? Time.AddSeconds(-seconds) : (DateTimeOffset?)null;
        if (Start is not null && Status is not null) events.Add(new Started(Header("started", answered ?? Time), Start) { IsOver = IsEnd });

        // It stands in for an answer that nobody told. It has no number, so that it never replaces one that was told.
        if (answered is { } at) events.Add(new Answered(Header($"{EventId}/answered", at) with { Sequence = null }));
        if (RecordingUrl is not null) events.Add(new Noted(Header($"{EventId}/recording"), null, null, RecordingUrl));
        switch (Status)
        {
            case null when Greeting is { } outcome: events.Add(new GreetingFinished(Header(EventId), outcome)); break;
            case null: events.Add(new Heartbeat(Header(EventId))); break;
            case CallStatus.Initiated when Start is null && !Lacks.IsEmpty:
                // It says nothing new of a call that is held; of one that is not it is a start that cannot be, and that is not to vanish.
                events.Add(new Heartbeat(Header(EventId)));
                break;
            case CallStatus.Initiated: break;
            case CallStatus.Ringing: events.Add(new Ringing(Header(EventId))); break;
            case CallStatus.InProgress: events.Add(new Answered(Header(EventId))); break;
            case { } end: events.Add(new Ended(Header(EventId), end, DurationSeconds, Reason)); break;
        }

        return events.ToImmutable();
    }

    private EventHeader Header(string id, DateTimeOffset? time = null) => new(new EventKey(Source, $"{CallId}/{id}"), CallId, time ?? Time, Sequence);
}
