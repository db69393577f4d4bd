using CallActors.Host.Api;
using CallActors.Host.Gateways.Signatures;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Messages.CallEvents;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>What became of a callback.</summary>
/// <param name="Replies">To its events, in order; none where it was of no use or could not be read.</param>
/// <param name="Problem">Why it, or one of its events, was refused.</param>
internal sealed record CallbackOutcome(IReadOnlyList<CallReply> Replies, Problem? Problem)
{
    /// <summary>Sent again, it may succeed: the gateway is told so by the status of the answer. Everything else is final, and a 2xx.</summary>
    public bool MayBeMended => Problem is { Type.Status: StatusCodes.Status429TooManyRequests or >= StatusCodes.Status500InternalServerError };

    /// <summary>The reply to the call's start, which carries the context.</summary>
    public CallReply? Start { get; init; }

    /// <summary>
    /// What the replies amount to: a refusal that may be mended, so that the gateway sends it again (what was applied is then a duplicate); else what became of
    /// the last event. That is what the callback is about: those before it stand in for others that were lost, and a call that has ended takes a better end,
    /// but none of them.
    /// </summary>
    public static CallbackOutcome Of(IReadOnlyList<CallReply> replies, CallReply? start)
    {
        var outcomes = replies.Select(reply => new CallbackOutcome(replies, reply.Problem) { Start = start }).ToList();
        return outcomes.Find(outcome => outcome.MayBeMended) ?? outcomes.LastOrDefault() ?? new CallbackOutcome(replies, null) { Start = start };
    }
}

/// <summary>
/// Where the adapters hand over what they have translated. What is not applied is counted and logged, and the gateway is told whether to try again.
/// </summary>
internal sealed class CallbackDesk(EventIntake intake, CallCounters counters, TimeProvider time, ILogger<CallbackDesk> log)
{
    /// <summary>Hands over a call that comes in; its caller hears nothing meanwhile.</summary>
    /// <returns>Null where there was no answer in time.</returns>
    public async Task<CallbackOutcome?> TellWithin(TimeSpan patience, string gateway, CallbackReading reading, CancellationToken cancel)
    {
        try
        {
            return await Tell(gateway, reading, cancel).WaitAsync(patience, time, cancel);
        }
        catch (TimeoutException)
        {
            log.LogWarning("Call {CallId} of {Gateway} had no answer within {Seconds} s; the line is said to be busy", reading.Notice?.CallId, gateway,
                patience.TotalSeconds);
            return null;
        }
    }

    /// <summary>Hands the events of a callback to their call.</summary>
    public async Task<CallbackOutcome> Tell(string gateway, CallbackReading reading, CancellationToken cancel)
    {
        if (reading.Notice is { } notice)
        {
            if (!reading.LeftOut.IsDefaultOrEmpty)
                log.LogWarning("A callback of {Gateway} on call {CallId} is taken without what cannot be read in it: {Faults}", gateway, notice.CallId,
                    Words(reading.LeftOut));
            // Told to its end, whether the gateway waits for it or has hung up: half of a callback would be a call without its end.
            var outcome = Explained(notice, await Tell(notice).WaitAsync(cancel));
            if (outcome.Problem is { } problem) Log(gateway, notice, problem);
            else if (outcome.Replies.FirstOrDefault(reply => reply.Problem is not null) is { } without)
                log.LogInformation("A callback of {Gateway} on call {CallId} ({Event}) is taken, but for what comes too late in it: {Problem}", gateway,
                    notice.CallId, notice.EventId, without.Problem!.Detail);
            return outcome;
        }

        if (reading.Faults.IsEmpty)
        {
            counters.CountIgnoredCallback();
            log.LogDebug("A callback of {Gateway} is let pass: {Why}", gateway, reading.Why);
            return new CallbackOutcome([], null);
        }

        counters.CountRefusal(ProblemType.MalformedEvent);
        var faults = Words(reading.Faults);
        log.LogWarning("A callback of {Gateway} cannot be read and is dropped: {Faults}", gateway, faults);
        return new CallbackOutcome([], new Problem(ProblemType.MalformedEvent, faults) { Errors = reading.Faults });
    }

    /// <summary>One event of a gateway's connection. Never throws for what happens on the calls' side.</summary>
    public Task<CallReply> Tell(CallEvent told, CancellationToken cancel) => intake.Take(told, true, cancel);

    /// <summary>Answers a request that is not from whom it says it is. It is logged with the other denials: anybody can send as many as he likes.</summary>
    public Task Refuse(HttpContext context, string gateway, SignatureCheck check)
    {
        counters.CountForgedCallback();
        context.Features.Set(new Denial(gateway, check.Problem.Detail));
        return ProblemJson.Answer(context.Response, check.Problem);
    }

    /// <summary>Answers a callback whose gateway reads nothing but the status.</summary>
    public static Task Answer(HttpContext context, CallbackOutcome outcome)
    {
        if (outcome is { MayBeMended: true, Problem: { } problem }) return ProblemJson.Answer(context.Response, problem);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    private async Task<CallbackOutcome> Tell(CallNotice notice)
    {
        var events = notice.Events();
        var replies = new List<CallReply>();
        var start = events is [Started started, ..] ? await intake.Take(started, notice.IsOfNewCall, CancellationToken.None) : null;
        if (start is not null)
        {
            replies.Add(start);

            // Of a call that could not start there is nothing to tell; of one that has ended, at most how it ended.
            if (start.Problem is { } refused && !(notice.IsEnd && refused.Type == ProblemType.CallEnded))
                return new CallbackOutcome(replies, refused) { Start = start };
            events = events.RemoveAt(0);
        }

        // All are under way before any is awaited; they arrive in this order.
        replies.AddRange(await Task.WhenAll(events.Select(told => Tell(told, CancellationToken.None)).ToList()));
        return CallbackOutcome.Of(replies, start);
    }

    /// <summary>That there is no such call is no answer to a callback that would have started it, had it said who called whom.</summary>
    private static CallbackOutcome Explained(CallNotice notice, CallbackOutcome outcome) =>
        outcome.Problem?.Type == ProblemType.UnknownCall && notice is { Status: not null, Lacks.IsEmpty: false }
            ? outcome with
            {
                Problem = new Problem(
                ProblemType.MalformedEvent, $"The call is not held, and this cannot start it: {Words(notice.Lacks)}")
                { Errors = notice.Lacks }
            }
            : outcome;

    private static string Words(IEnumerable<Fault> faults) =>
        string.Join("; ", faults.Select(fault => fault.Pointer.Length == 0 ? fault.Detail : $"{fault.Pointer} {fault.Detail}"));

    private void Log(string gateway, CallNotice notice, Problem problem)
    {
        // Callbacks that come after the end are the order of the day; but an end that comes too late may be the right one.
        var level = problem.Type != ProblemType.CallEnded ? LogLevel.Warning : notice.IsEnd ? LogLevel.Information : LogLevel.Debug;
        log.Log(level, "A callback of {Gateway} on call {CallId} ({Event}) is refused: {Problem}", gateway, notice.CallId, notice.EventId, problem.Detail);
    }
}
