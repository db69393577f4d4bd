using System.Collections.Concurrent;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Host.Gateways.Reconciliation;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Messages.CallEvents;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Host.Api;

/// <summary>Where events come in, whatever brought them: each has exactly one reply, and none of it is an exception.</summary>
internal sealed class EventIntake(
    ICallGateway calls, GatewayDesk gateways, EventsInFlight inFlight, StartGate gate, CallCounters counters, ReplyTimes times, TimeProvider time,
    ILogger<EventIntake> log)
{
    /// <summary>Calls whose starts are under way: what is told of them meanwhile waits for their context.</summary>
    private readonly ConcurrentDictionary<CallId, bool> _starting = [];

    /// <summary>Hands what was read to its call. The event is under way when the method returns: of one call, what is taken first arrives first.</summary>
    /// <param name="reading">What was read.</param>
    /// <param name="key">The key it came with, if any.</param>
    /// <param name="cancel">Nobody waits for the reply any more.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<CallReply> Take(EventReading reading, ApiKey? key, CancellationToken cancel)
    {
        if (reading.OfGateway is { } told) return Take(told, key, cancel);
        if (reading.Event is not { } read) return Refuse(reading.Refusal(), ReplyTimes.Kind.Event);
        return Take(read is Started started && key is not null ? key.Sign(started) : read, true, reading.TraceParent, cancel);
    }

    /// <summary>Hands an event to its call. It is under way, or waits in its place, when the method returns.</summary>
    /// <param name="told">The event.</param>
    /// <param name="isNew">False for a start that is told again with whatever is told of its call: that is mostly one that is held already.</param>
    /// <param name="cancel">Nobody waits for the reply any more.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Task<CallReply> Take(CallEvent told, bool isNew, CancellationToken cancel) => Take(told, isNew, null, cancel);

    private Task<CallReply> Take(CallEvent told, bool isNew, string? traceParent, CancellationToken cancel)
    {
        var origin = CallTraces.OriginOf(traceParent, time);
        var starts = told is Started;
        var opens = starts && isNew;
        return !(opens && gate.IsTooLong) && inFlight.TryBegin(starts, isNew, out var begun)
            ? gate.Pass(told.CallId, opens, () => origin is null ? Send(told, starts, begun, cancel) : Traced(told, origin, starts, begun, cancel))
            : Refuse(CallReply.Refuse(told.CallId, told.Header.Key.Id, EventsInFlight.Refusal), KindOf(starts));
    }

    /// <summary>An event of no one call: what it asks of the calls is bounded where it is carried out.</summary>
    private async Task<CallReply> Take(GatewayEvent told, ApiKey? key, CancellationToken cancel)
    {
        CallReply reply;
        var begun = times.Begin();
        try
        {
            // What was told before it may ask what calls there are; a start in line is one of them.
            await gate.Line().WaitAsync(cancel);
            reply = await gateways.TakeOnce(told, key, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            reply = CallReply.Refuse(default, told.Key.Id, Failures.Of(e, log, $"{told.Type} of gateway {told.Source}"));
        }
        finally
        {
            times.Took(ReplyTimes.Kind.Gateway, begun);
        }

        counters.Count(reply);
        return reply;
    }

    private static ReplyTimes.Kind KindOf(bool starts) => starts ? ReplyTimes.Kind.Start : ReplyTimes.Kind.Event;

    private Task<CallReply> Refuse(CallReply refusal, ReplyTimes.Kind kind)
    {
        counters.Count(refusal);
        times.Took(kind, TimeSpan.Zero);
        return Task.FromResult(refusal);
    }

    private async Task<CallReply> Traced(CallEvent read, TraceOrigin origin, bool starts, TimeSpan begun, CancellationToken cancel)
    {
        using var activity = CallTraces.Event(read, origin);
        var reply = await Send(read, starts, begun, cancel);
        activity.Answered(reply);
        return reply;
    }

    private async Task<CallReply> Send(CallEvent read, bool starts, TimeSpan begun, CancellationToken cancel)
    {
        var begins = starts && _starting.TryAdd(read.CallId, true);

        // A second end may wait for the commit, and what is told of a call that is gone for the ledger.
        var mayBeMeasure = !starts && read is not Ended && !_starting.ContainsKey(read.CallId);
        var isMeasure = false;
        try
        {
            var reply = await calls.Send(read, cancel);
            isMeasure = mayBeMeasure && reply.Outcome == CallOutcome.Applied;
            return reply;
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            var refusal = CallReply.Refuse(read.CallId, read.Header.Key.Id, Failures.Of(e, log, $"{read.Type} of call {read.CallId}"));

            // Replies of the calls are counted with them; this one they have not given.
            counters.Count(refusal);
            return refusal;
        }
        finally
        {
            if (begins) _starting.TryRemove(read.CallId, out _);

            // Also where nobody waits for the reply any more: whoever gives up after a second is not to make a slow service look quick.
            times.Took(KindOf(starts), inFlight.End(starts, begun, isMeasure));
        }
    }
}
