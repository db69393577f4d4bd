using System.Collections.Immutable;
using CallActors.Messages;
using static CallActors.Domain.CallFact;

namespace CallActors.Domain;

/// <summary>
/// What follows from an event, a command or a deadline, given the state of a call. Pure: the same call and the same message give the same decision.
/// The table of what each phase serves:
/// <code>
///                        loading    greeting   live       flushing
/// call.started           waits      context    context    call-ended
/// out of a list          waits      a status   a status   duplicate (a status: where it is further)
/// other events           waits      applied    applied    call-ended (call.ended: applied if it tells more)
/// end (operator, drain,
///      lost)             waits      applied    applied    call-ended
/// reload                 waits      served     live-call  call-ended
/// flush                  waits      served     live-call  served
/// </code>
/// </summary>
public static class CallDecider
{
    /// <summary>The first event of a call.</summary>
    public static Decision Open(CallEvents.Started started, DateTimeOffset heardAt) => Decision.Apply(
        new Opened(started.CallId, started.Start, started.Header.Time, heardAt) { Source = started.Header.Key.Source },
        HeardOf(started, heardAt)) with
    { TellsContext = true };

    /// <summary>The context came, or what stands in for it.</summary>
    public static Decision GiveContext(CallContext context, DateTimeOffset at) => Decision.Apply(new ContextGiven(context, at));

    /// <summary>What the business's calendar has to be asked before an event is decided; null: nothing, which is so for most.</summary>
    public static SlotQuestion? QuestionOf(Call call, CallEvents.CallEvent told) =>
        told is CallEvents.AppointmentRequested or CallEvents.AppointmentConfirmed && call.Phase != CallPhase.Flushing && !call.HasSeen(told.Header.Fingerprint)
            ? Booking.QuestionOf(call, told)
            : null;

    /// <summary>An event for a call that has its context.</summary>
    /// <param name="call">The call.</param>
    /// <param name="told">The event.</param>
    /// <param name="heardAt">This node's time.</param>
    /// <param name="says">What the calendar answered, where <see cref="QuestionOf"/> had a question.</param>
    public static Decision Decide(Call call, CallEvents.CallEvent told, DateTimeOffset heardAt, SlotAnswer? says = null)
    {
        var starts = told is CallEvents.Started;
        if (call.HasSeen(told.Header.Fingerprint))
            return new Decision([], CallOutcome.Duplicate) { TellsContext = starts, Slot = Booking.SlotNow(call, told) };
        if (told.Header.Origin is not null && !TakesFurther(call, told)) return new Decision([], CallOutcome.Duplicate);
        if (call.Phase == CallPhase.Flushing) return AfterTheEnd(call, told, heardAt);

        return told switch
        {
            CallEvents.Started => Decision.Apply(HeardOf(told, heardAt)) with { TellsContext = true },
            CallEvents.Ringing => Taken(told, heardAt, Advancing(call, CallStatus.Ringing, told, heardAt)),
            CallEvents.Answered => Taken(told, heardAt, Answering(call, told, heardAt)),
            CallEvents.GreetingFinished greeting => Taken(told, heardAt, GoingLive(call, greeting)),
            CallEvents.NameDetected name => Name(call, name, heardAt),
            CallEvents.GenderDetected gender => Taken(told, heardAt, Stash(gender, new WriteIntent.DetectedGender(gender.Gender))),
            CallEvents.AppointmentRequested requested => Booking.Request(call, requested, heardAt, says),
            CallEvents.AppointmentConfirmed confirmed => Booking.Confirm(call, confirmed, heardAt, says),
            CallEvents.AppointmentCancelled cancelled => Booking.Cancel(call, cancelled, heardAt),
            CallEvents.Noted noted => Taken(told, heardAt, NotesOf(noted)),
            CallEvents.Heartbeat => Taken(told, heardAt, []),
            CallEvents.Ended ended => Taken(told, heardAt, [new Ended(EndReason.HungUp, ended.Reason, ended.Status, told.Header.Time, ended.DurationSeconds)]),
            _ => throw new InvalidOperationException($"No decision for {told.GetType().Name}."),
        };
    }

    /// <summary>
    /// The calendar did not answer in time, so no slot is promised. One that breaks the business's own rules is refused as such all the same, without
    /// alternatives.
    /// </summary>
    public static Decision WithoutCalendar(Call call, SlotQuestion question, CallEvents.CallEvent told, DateTimeOffset heardAt)
    {
        if (question.Reserves)
            return Decision.Refuse(
                new Problem(ProblemType.Overloaded,
                "The business's calendar did not answer in time: no slot can be promised now.")
                { RetryAfter = TimeSpan.FromSeconds(1) });
        var decision = Decide(call, told, heardAt);
        return decision with { Problem = decision.Problem is { } problem ? problem with { Alternatives = [] } : null };
    }

    /// <summary>Somebody other than the gateway ends the call.</summary>
    /// <param name="call">The call, in any phase that has its context.</param>
    /// <param name="reason">Who.</param>
    /// <param name="detail">In their words.</param>
    /// <param name="now">This node's time.</param>
    /// <param name="aliveAt">When its gateway as a whole was last known to hold it.</param>
    public static Decision End(Call call, EndReason reason, string? detail, DateTimeOffset now, DateTimeOffset? aliveAt = null)
    {
        if (call.Phase == CallPhase.Flushing) return Decision.Refuse(CallEnded(call));
        var answered = call.Status >= CallStatus.InProgress;
        var status = answered ? CallStatus.Completed : reason == EndReason.Operator ? CallStatus.Canceled : CallStatus.Failed;

        // A silent call ended when it was last heard of: ten minutes of silence are not ten minutes of conversation.
        var heard = aliveAt > call.LastEventAt ? aliveAt.Value : call.LastEventAt;
        var at = reason.IsGuess() ? heard : now < call.LastEventAt ? call.LastEventAt : now;
        return Decision.Apply(new Ended(reason, detail, status, at, null));
    }

    /// <summary>The gateway has named its live calls, and this one was not among them when that was compared.</summary>
    /// <param name="call">The call, in any phase that has its context.</param>
    /// <param name="lose">The list.</param>
    /// <param name="now">This node's time.</param>
    /// <param name="aliveAt">When the gateway as a whole was last known to hold it.</param>
    public static Decision Lose(Call call, CallCommands.LoseCall lose, DateTimeOffset now, DateTimeOffset? aliveAt)
    {
        if (call.Phase == CallPhase.Flushing) return Decision.Refuse(CallEnded(call));
        return Reconciliation.IsLost(new KnownCall(call.Id, call.Source, call.Phase, call.LastEventAt), lose.Source, lose.TakenAt)
            ? End(call, EndReason.Lost, SyntheticFrom(lose.Origin), now, aliveAt < lose.TakenAt ? aliveAt : null)
            : new Decision([], CallOutcome.Duplicate);
    }

    /// <summary>An operator had the context loaded anew. The first lead a call locked on to stays its lead.</summary>
    public static Decision Reload(Call call, LoadedCall found, DateTimeOffset now)
    {
        if (found.Business?.Id != call.Context?.Business.Id && call.HeldSlots.Any())
            return Decision.Refuse(
                new Problem(ProblemType.UnknownBusiness, "The number is another business's now, and this call holds a slot of the one it was."));
        var context = ContextResolver.Resolve(call.Id, call.Start, found);
        if (call.Context?.Customer is { LeadId: { } locked } customer && context.Customer.LeadId != locked)
            context = ContextResolver.WithCustomer(context, customer);
        return GiveContext(context, now) with { TellsContext = true };
    }

    /// <summary>Answered, and nobody reported the greeting's end: the guard is armed all the same.</summary>
    public static Decision GuardUnreportedGreeting(DateTimeOffset now) => Decision.Apply(new WentLive("guard", now));

    /// <summary>Why a database message is not served now; null: it is.</summary>
    public static Problem? RefusalOf(IDatabaseMessage message, CallPhase phase) => (message, phase) switch
    {
        (_, CallPhase.Live) =>
            new Problem(ProblemType.LiveCall, "The call is live; the database is asked before the greeting and after the end, never in between."),
        (DatabaseMessages.ReloadContext, CallPhase.Flushing) => new Problem(ProblemType.CallEnded, "The call has ended; its context is of no more use."),
        _ => null,
    };

    /// <summary>
    /// Whether a gateway's list says something new of a call that is held: that it is further. It is decided here, as the call may have been held since the
    /// list was compared, or by a gateway whose calls were not; and of another gateway's call, or of one that has ended since, a list says nothing.
    /// </summary>
    private static bool TakesFurther(Call call, CallEvents.CallEvent told) =>
        call.Source == told.Header.Key.Source && call.Phase != CallPhase.Flushing && told switch
        {
            CallEvents.Ringing => call.Status < CallStatus.Ringing,
            CallEvents.Answered => call.Status < CallStatus.InProgress,
            _ => false,
        };

    private static Decision Taken(CallEvents.CallEvent told, DateTimeOffset heardAt, ImmutableArray<CallFact> facts, string? note = null) =>
        Decision.Apply([HeardOf(told, heardAt, note), .. facts]);

    internal static Heard HeardOf(CallEvents.CallEvent told, DateTimeOffset heardAt, string? note = null) =>
        new(told.Header.Fingerprint, told.Type, told.Header.Time, heardAt, note ?? (told.Header.Origin is { } origin ? SyntheticFrom(origin) : null));

    private static string SyntheticFrom(string origin) => $"synthetic, from {origin}";

    internal static Stashed StashedOf(CallEvents.CallEvent told, WriteIntent intent) => new(intent, told.Header.Sequence);

    private static ImmutableArray<CallFact> Stash(CallEvents.CallEvent told, WriteIntent intent) => [StashedOf(told, intent)];

    private static ImmutableArray<CallFact> Advancing(Call call, CallStatus status, CallEvents.CallEvent told, DateTimeOffset heardAt) =>
        call.Status.Advance(status) == call.Status ? [] : [new StatusAdvanced(status, told.Header.Time, heardAt)];

    private static ImmutableArray<CallFact> Answering(Call call, CallEvents.CallEvent told, DateTimeOffset heardAt) =>
        call.Status < CallStatus.InProgress || call.IsLaterAnswer(told.Header.Sequence)
            ? [new StatusAdvanced(CallStatus.InProgress, told.Header.Time, heardAt) { Sequence = told.Header.Sequence }]
            : [];

    private static ImmutableArray<CallFact> GoingLive(Call call, CallEvents.GreetingFinished greeting) =>
        call.Phase == CallPhase.Live ? [] : [new WentLive(CauseOf(greeting.Outcome), greeting.Header.Time)];

    private static string CauseOf(GreetingOutcome outcome) => outcome switch
    {
        GreetingOutcome.Played => "played",
        GreetingOutcome.Skipped => "skipped",
        GreetingOutcome.Failed => "failed",
        _ => throw new InvalidOperationException($"No cause for {outcome}."),
    };

    /// <summary>What was heard as the last name and is none costs neither the first name nor a last one that was heard before.</summary>
    private static Decision Name(Call call, CallEvents.NameDetected name, DateTimeOffset heardAt)
    {
        if (!CustomerName.IsUsable(name.FirstName)) return Taken(name, heardAt, [], "ignored: not usable as a name");
        var (first, last) = (name.FirstName.Trim(), CustomerName.LastNameOf(name.LastName));
        var isLeftOut = last is null && !string.IsNullOrWhiteSpace(name.LastName);
        if (isLeftOut && call.Stash.Find<WriteIntent.Name>() is { } standing && standing.FirstName == first) last = standing.LastName;
        return Taken(
            name, heardAt, Stash(name, new WriteIntent.Name(first, last, name.Confidence)), isLeftOut ? "without the last name: not usable as one" : null);
    }

    private static ImmutableArray<CallFact> NotesOf(CallEvents.Noted noted)
    {
        var facts = ImmutableArray.CreateBuilder<CallFact>();
        if (noted.Summary is { } summary) facts.Add(StashedOf(noted, new WriteIntent.Summary(summary)));
        if (noted.Transcription is { } transcription) facts.Add(StashedOf(noted, new WriteIntent.Transcription(transcription)));
        if (noted.RecordingUrl is { } url) facts.Add(StashedOf(noted, new WriteIntent.RecordingUrl(url)));
        return facts.ToImmutable();
    }

    /// <summary>
    /// Only an end that tells more still counts, and only until the commit: a more specific status, or the gateway's own word where the end was guessed from
    /// its silence.
    /// </summary>
    private static Decision AfterTheEnd(Call call, CallEvents.CallEvent told, DateTimeOffset heardAt) =>
        told is CallEvents.Ended ended && (call.IsEndGuessed || call.Status.Advance(ended.Status) != call.Status)
            ? Decision.Apply(HeardOf(told, heardAt), new Ended(EndReason.HungUp, ended.Reason, ended.Status, told.Header.Time, ended.DurationSeconds))
            : Decision.Refuse(CallEnded(call));

    /// <summary>Why nothing more is applied to a call that has ended.</summary>
    public static Problem CallEnded(Call call) =>
        new(ProblemType.CallEnded, $"The call has ended ({call.EndReason?.ToString().ToLowerInvariant()}, {call.Status.Spelling()}).");
}
