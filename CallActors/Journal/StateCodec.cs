using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Journal;

/// <summary>A whole call as it stands in the log, and as it crosses nodes.</summary>
internal static class StateCodec
{
    /// <param name="call">The call.</param>
    /// <param name="context">Its context as it is written, where it has one.</param>
    public static Wire.Restored ToWire(Call call, Wire.Context? context)
    {
        var wire = new Wire.Restored
        {
            Start = ContextCodec.ToWire(call.Start),
            StartedAt = call.StartedAt.ToWire(),
            OpenedAt = call.OpenedAt.ToWire(),
            LastHeardAt = call.LastHeardAt.ToWire(),
            LastEventAt = call.LastEventAt.ToWire(),
            Phase = WireEnums.Phase.Write(call.Phase),
            Context = context,
            Status = WireEnums.Status.Write(call.Status),
            AnsweredAt = call.AnsweredAt.ToWire(),
            AnswerHeardAt = call.AnswerHeardAt.ToWire(),
            EndedAt = call.EndedAt.ToWire(),
            EndReason = WireEnums.EndReason.WriteOptional(call.EndReason),
        };
        if (call.Source is { } source) wire.Source = source;
        if (call.AnswerSequence is { } number) wire.AnswerSequence = number.ToWire();
        if (call.EndDetail is { } detail) wire.EndDetail = detail;
        if (call.ReportedSeconds is { } seconds) wire.ReportedSeconds = seconds;
        wire.Stash.AddRange(call.Stash.Held.Select(held => IntentCodec.ToWire(held.Intent, held.Sequence)));
        wire.Seen.AddRange(call.Seen);
        wire.SeenHeartbeats.AddRange(call.SeenHeartbeats);
        wire.Timeline.AddRange(call.Timeline.Select(ToWire));
        return wire;
    }

    /// <exception cref="InvalidDataException">The log has something this version does not know.</exception>
    /// <exception cref="InvalidOperationException">The book does not hold the business it refers to.</exception>
    public static Call FromWire(Wire.Restored wire, CallId callId, BusinessBook book) =>
        FromWire(wire, callId, wire.Context is { } context ? ContextCodec.FromWire(context, callId, book) : null);

    /// <exception cref="InvalidDataException">It has something this version does not know.</exception>
    public static Call FromWire(Wire.Restored wire, CallId callId, CallContext? context) => new()
    {
        Id = callId,
        Start = ContextCodec.FromWire(wire.Start),
        Source = wire.HasSource ? wire.Source : null,
        StartedAt = wire.StartedAt.FromWire(),
        OpenedAt = wire.OpenedAt.FromWire(),
        LastHeardAt = wire.LastHeardAt.FromWire(),
        LastEventAt = wire.LastEventAt.FromWire(),
        Phase = WireEnums.Phase.Read(wire.Phase),
        Context = context,
        Status = WireEnums.Status.Read(wire.Status),
        AnsweredAt = wire.AnsweredAt.FromOptional(),
        AnswerHeardAt = wire.AnswerHeardAt.FromOptional(),
        AnswerSequence = wire.HasAnswerSequence ? wire.AnswerSequence.FromWire() : null,
        EndedAt = wire.EndedAt.FromOptional(),
        EndReason = WireEnums.EndReason.ReadOptional(wire.EndReason),
        EndDetail = wire.HasEndDetail ? wire.EndDetail : null,
        ReportedSeconds = wire.HasReportedSeconds ? wire.ReportedSeconds : null,
        Stash = new IntentStash([.. wire.Stash.Select(IntentCodec.FromWire)]),
        Seen = [.. wire.Seen],
        SeenHeartbeats = [.. wire.SeenHeartbeats],
        Timeline = [.. wire.Timeline.Select(line => new TimelineEntry(line.At.FromWire(), line.What, line.HasNote ? line.Note : null))],
    };

    private static Wire.TimelineLine ToWire(TimelineEntry line)
    {
        var wire = new Wire.TimelineLine { At = line.At.ToWire(), What = line.What };
        if (line.Note is { } note) wire.Note = note;
        return wire;
    }
}
