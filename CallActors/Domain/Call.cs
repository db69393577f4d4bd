using System.Numerics;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>Where a call stands: <c>loading → greeting → live → flushing → (gone)</c>.</summary>
public enum CallPhase
{
    /// <summary>The context is being asked for; everything else waits.</summary>
    Loading,

    /// <summary>The context is there, the greeting is not over. Database messages are served.</summary>
    Greeting,

    /// <summary>The caller is talking. No database message is served.</summary>
    Live,

    /// <summary>The call has ended and waits for its commit.</summary>
    Flushing,
}

/// <summary>A line of a call's history.</summary>
public readonly record struct TimelineEntry(DateTimeOffset At, string What, string? Note);

/// <summary>The state of one call.</summary>
public sealed partial record Call
{
    // Every event makes a new state, and a busy node keeps thousands until their call's next event: what seldom changes stands beside it and is shared.
    private Opening _opening = new(default, null!, null, default, default);
    private Answering? _answer;
    private Ending? _end;

    private sealed record Opening(CallId Id, CallStart Start, string? Source, DateTimeOffset StartedAt, DateTimeOffset OpenedAt);

    private sealed record Answering(DateTimeOffset? At, DateTimeOffset? HeardAt, BigInteger? Sequence);

    private sealed record Ending(DateTimeOffset? At, EndReason? Reason, string? Detail, int? ReportedSeconds);

    /// <summary>Events a call remembers to tell a repeated one; the oldest are forgotten beyond it.</summary>
    public const int SeenCapacity = 16_384;

    /// <summary>Heartbeats it remembers, beside the others: they come by the thousand, and to hear one twice changes nothing.</summary>
    public const int HeartbeatCapacity = 64;

    /// <summary>Lines of history a call keeps; later ones are dropped, but for the end, which takes the last one's place.</summary>
    public const int TimelineCapacity = 200;

    public required CallId Id
    {
        get => _opening.Id;
        init => _opening = _opening with { Id = value };
    }

    public required CallStart Start
    {
        get => _opening.Start;
        init => _opening = _opening with { Start = value };
    }

    /// <summary>The gateway that started it (CloudEvents' <c>source</c>).</summary>
    public string? Source
    {
        get => _opening.Source;
        init => _opening = _opening with { Source = value };
    }

    public required DateTimeOffset StartedAt
    {
        get => _opening.StartedAt;
        init => _opening = _opening with { StartedAt = value };
    }

    /// <summary>This node's time of the start and of the last event: what the time-outs run from.</summary>
    public required DateTimeOffset OpenedAt
    {
        get => _opening.OpenedAt;
        init => _opening = _opening with { OpenedAt = value };
    }

    public required DateTimeOffset LastHeardAt { get; init; }

    /// <summary>The latest time any event carried.</summary>
    public required DateTimeOffset LastEventAt { get; init; }
    public CallPhase Phase { get; init; }
    public CallContext? Context { get; init; }
    public CallStatus Status { get; init; }
    public DateTimeOffset? AnsweredAt
    {
        get => _answer?.At;
        init => _answer = value == AnsweredAt ? _answer : AnswerOf(value, AnswerHeardAt, AnswerSequence);
    }

    /// <summary>This node's time of the answer: the greeting has from here to be reported.</summary>
    public DateTimeOffset? AnswerHeardAt
    {
        get => _answer?.HeardAt;
        init => _answer = value == AnswerHeardAt ? _answer : AnswerOf(AnsweredAt, value, AnswerSequence);
    }

    /// <summary>Of the event that told the answer; null where its gateway does not number them.</summary>
    public BigInteger? AnswerSequence
    {
        get => _answer?.Sequence;
        init => _answer = value == AnswerSequence ? _answer : AnswerOf(AnsweredAt, AnswerHeardAt, value);
    }

    public DateTimeOffset? EndedAt
    {
        get => _end?.At;
        init => _end = EndOf(value, EndReason, EndDetail, ReportedSeconds);
    }

    public EndReason? EndReason
    {
        get => _end?.Reason;
        init => _end = EndOf(EndedAt, value, EndDetail, ReportedSeconds);
    }

    public string? EndDetail
    {
        get => _end?.Detail;
        init => _end = EndOf(EndedAt, EndReason, value, ReportedSeconds);
    }

    /// <summary>Nobody told the end. Its gateway knows better.</summary>
    public bool IsEndGuessed => EndReason?.IsGuess() is true;
    public int? ReportedSeconds
    {
        get => _end?.ReportedSeconds;
        init => _end = EndOf(EndedAt, EndReason, EndDetail, value);
    }

    public IntentStash Stash { get; init; } = IntentStash.Empty;

    /// <summary>Slots that nobody else may have: those that are confirmed and, until the call ends, those that were asked for.</summary>
    public IEnumerable<Slot> HeldSlots
    {
        get
        {
            var confirmed = Stash.Appointments.Select(appointment => appointment.Slot);
            return Phase == CallPhase.Flushing ? confirmed : confirmed.Union(Stash.Reserved);
        }
    }

    public ValueList<ulong> Seen { get; init; } = [];
    public ValueList<ulong> SeenHeartbeats { get; init; } = [];
    public ValueList<TimelineEntry> Timeline { get; init; } = [];

    /// <summary>Whole seconds from answered (else started) to ended, unless the gateway reported them; null while it goes on.</summary>
    public int? DurationSeconds =>
        EndedAt is not { } ended ? null : ReportedSeconds ?? (int)Math.Clamp((ended - (AnsweredAt ?? StartedAt)).TotalSeconds, 0, int.MaxValue);

    public bool HasSeen(ulong fingerprint) => Seen.AsSpan().Contains(fingerprint) || SeenHeartbeats.AsSpan().Contains(fingerprint);

    /// <summary>The call as it is handed to the writer.</summary>
    /// <param name="final">False: a snapshot of a call that goes on.</param>
    public CallRecord ToRecord(bool final = true) => new(Id, Start, StartedAt)
    {
        Final = final,
        OpenedAt = OpenedAt,
        AnsweredAt = AnsweredAt,
        EndedAt = EndedAt,
        Status = Status,
        DurationSeconds = DurationSeconds,
        EndReason = EndReason,
        EndDetail = EndDetail,
        BusinessId = Context?.Business.Id,
        LeadId = Context?.Customer.LeadId,
        CustomerName = Context?.Customer.Name,
        Intents = Stash.WithoutReservations(),
        SeenEvents = SeenHeartbeats.Count == 0 ? Seen : [.. Seen, .. SeenHeartbeats],
    };

    // Null where nothing is in it, so that states are equal whichever way they came about.
    private static Answering? AnswerOf(DateTimeOffset? at, DateTimeOffset? heardAt, BigInteger? sequence) =>
        (at, heardAt, sequence) is (null, null, null) ? null : new Answering(at, heardAt, sequence);

    private static Ending? EndOf(DateTimeOffset? at, EndReason? reason, string? detail, int? seconds) =>
        (at, reason, detail, seconds) is (null, null, null, null) ? null : new Ending(at, reason, detail, seconds);
}
