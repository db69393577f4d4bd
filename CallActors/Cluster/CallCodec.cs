using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using Google.Protobuf;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Cluster;

/// <summary>What is asked of one call and what it answers, as it crosses nodes.</summary>
internal static class CallCodec
{
    public static readonly WireForm[] Forms =
    [
        WireForm.Of<EndCall, Wire.EndCall>("end-call/1", Wire.EndCall.Parser, ToWire,
            wire => new EndCall(ClusterValues.ToCallId(wire.CallId), wire.HasReason ? wire.Reason : null)),
        WireForm.Of("lose-call/1", Wire.LoseCall.Parser,
            (LoseCall asked) => new() { CallId = asked.CallId.Value, Source = asked.Source, TakenAt = asked.TakenAt.ToWire(), Origin = asked.Origin },
            wire => new LoseCall(ClusterValues.ToCallId(wire.CallId), wire.Source, wire.TakenAt.FromWire(), wire.Origin)),
        WireForm.Of("reload-context/1", Wire.OfCall.Parser, (ReloadContext asked) => OfCall(asked.CallId), wire => new ReloadContext(Of(wire))),
        WireForm.Of("flush-now/1", Wire.OfCall.Parser, (FlushNow asked) => OfCall(asked.CallId), wire => new FlushNow(Of(wire))),
        WireForm.Of("get-call/1", Wire.OfCall.Parser, (GetCall asked) => OfCall(asked.CallId), wire => new GetCall(Of(wire))),
        WireForm.Of<CallReply, Wire.CallReply>("call-reply/1", Wire.CallReply.Parser, ToWire, FromWire),
        WireForm.Of<CallView, Wire.CallView>("call-view/1", Wire.CallView.Parser, ToWire, FromWire),
        WireForm.Of("call-unknown/1", Wire.OfCall.Parser, (CallUnknown told) => OfCall(told.CallId), wire => new CallUnknown(Of(wire))),
        WireForm.Of("call-unreadable/1", Wire.CallUnreadable.Parser,
            (CallUnreadable told) => new() { CallId = told.CallId.Value, Reason = told.Reason },
            wire => new CallUnreadable(ClusterValues.ToCallId(wire.CallId), wire.Reason)),
    ];

    private static Wire.OfCall OfCall(CallId callId) => new() { CallId = callId.Value };

    private static CallId Of(Wire.OfCall wire) => ClusterValues.ToCallId(wire.CallId);

    private static Wire.EndCall ToWire(EndCall asked)
    {
        var wire = new Wire.EndCall { CallId = asked.CallId.Value };
        if (asked.Reason is { } reason) wire.Reason = reason;
        return wire;
    }

    private static Wire.CallReply ToWire(CallReply reply)
    {
        var wire = new Wire.CallReply
        {
            CallId = reply.CallId.Value,
            Outcome = ClusterEnums.Outcome.Write(reply.Outcome),
            State = WireEnums.Phase.WriteOptional(reply.State),
            Stashed = reply.Stashed,
        };
        if (reply.EventId is { } eventId) wire.EventId = eventId;
        if (reply.Context is { } context)
            wire.Context = new() { Bare = Bare(reply.CallId, context), Business = BusinessCodec.ToWire(context.Business) };
        if (reply.Slot is { } slot) wire.Slot = new() { Start = slot.Start.ToWire(), End = slot.End.ToWire(), State = slot.State };
        if (reply.Problem is { } problem) wire.Problem = ProblemCodec.ToWire(problem);
        if (reply.Snapshot is { } done) wire.Snapshot = new() { Listed = done.Listed, Ended = done.Ended, Started = done.Started, Refused = done.Refused };
        return wire;
    }

    private static CallReply FromWire(Wire.CallReply wire)
    {
        var callId = ClusterValues.ToCallId(wire.CallId);
        return new CallReply(
            callId,
            wire.HasEventId ? wire.EventId : null,
            ClusterEnums.Outcome.Read(wire.Outcome),
            WireEnums.Phase.ReadOptional(wire.State),
            wire.Stashed,
            wire.Context is { } context ? FromWire(callId, context.Bare, context.Business) : null,
            wire.Slot is { } slot ? new SlotReply(slot.Start.FromWire(), slot.End.FromOptional(), slot.State) : null,
            wire.Problem is { } problem ? ProblemCodec.FromWire(problem) : null)
        {
            Snapshot = wire.Snapshot is { } done ? new SnapshotReply(done.Listed, done.Ended, done.Started, done.Refused) : null,
        };
    }

    private static Wire.CallView ToWire(CallView view) => new()
    {
        CallId = view.Call.Id.Value,
        Call = StateCodec.ToWire(view.Call, view.Call.Context is { } context ? Bare(view.Call.Id, context) : null),
        Business = view.Call.Context is { } known ? BusinessCodec.ToWire(known.Business) : null,
        Load = ToWire(view.Cost.Load),
        Live = ToWire(view.Cost.Live),
        Flush = ToWire(view.Cost.Flush),
    };

    private static CallView FromWire(Wire.CallView wire)
    {
        WireValues.Present(wire.Call);
        var callId = ClusterValues.ToCallId(wire.CallId);
        var context = wire.Call.Context is { } bare ? FromWire(callId, bare, wire.Business) : null;
        return new CallView(
            StateCodec.FromWire(wire.Call, callId, context),
            new DatabaseCost(FromWire(wire.Load), FromWire(wire.Live), FromWire(wire.Flush)));
    }

    /// <summary>A context without its business. A message names its call once, so that the context in it must be of that one.</summary>
    private static Journal.Wire.Context Bare(CallId callId, CallContext context) => context.CallId == callId
        ? ContextCodec.ToWire(context, ByteString.Empty)
        : throw new ArgumentException($"A context of call {context.CallId} is no part of what is said of call {callId}.");

    private static CallContext FromWire(CallId callId, Journal.Wire.Context? context, Journal.Wire.Business? business)
    {
        WireValues.Present(context);
        WireValues.Present(business);
        return ContextCodec.FromWire(context, callId, BusinessCodec.FromWire(business));
    }

    private static Wire.StatementCost? ToWire(StatementCost cost) => cost == StatementCost.None
        ? null
        : new() { Statements = cost.Statements, DurationTicks = cost.Duration.Ticks, SharedBy = cost.SharedBy };

    private static StatementCost FromWire(Wire.StatementCost? cost) => cost is null
        ? StatementCost.None
        : new StatementCost(cost.Statements, TimeSpan.FromTicks(cost.DurationTicks), cost.SharedBy);
}
