using CallActors.Journal;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Cluster;

/// <summary>The events of calls as they cross nodes.</summary>
internal static class EventCodec
{
    public static readonly WireForm[] Forms =
    [
        WireForm.Of<Started, Wire.Started>("call.started/1", Wire.Started.Parser, ToWire, FromWire),
        WireForm.Of("call.ringing/1", Wire.Event.Parser,
            (Ringing told) => new() { Header = ToWire(told.Header) },
            wire => new Ringing(FromWire(wire.Header))),
        WireForm.Of("call.answered/1", Wire.Event.Parser,
            (Answered told) => new() { Header = ToWire(told.Header) },
            wire => new Answered(FromWire(wire.Header))),
        WireForm.Of("greeting.finished/1", Wire.GreetingFinished.Parser,
            (GreetingFinished told) => new() { Header = ToWire(told.Header), Outcome = ClusterEnums.Greeting.Write(told.Outcome) },
            wire => new GreetingFinished(FromWire(wire.Header), ClusterEnums.Greeting.Read(wire.Outcome))),
        WireForm.Of<NameDetected, Wire.NameDetected>("customer.name_detected/1", Wire.NameDetected.Parser, ToWire, FromWire),
        WireForm.Of("customer.gender_detected/1", Wire.GenderDetected.Parser,
            (GenderDetected told) => new() { Header = ToWire(told.Header), Gender = WireEnums.Gender.Write(told.Gender) },
            wire => new GenderDetected(FromWire(wire.Header), WireEnums.Gender.Read(wire.Gender))),
        WireForm.Of<AppointmentRequested, Wire.AppointmentRequested>("appointment.requested/1", Wire.AppointmentRequested.Parser, ToWire, FromWire),
        WireForm.Of<AppointmentConfirmed, Wire.AppointmentConfirmed>("appointment.confirmed/1", Wire.AppointmentConfirmed.Parser, ToWire, FromWire),
        WireForm.Of("appointment.cancelled/1", Wire.AppointmentCancelled.Parser,
            (AppointmentCancelled told) => new() { Header = ToWire(told.Header), Start = told.Start.ToWire() },
            wire => new AppointmentCancelled(FromWire(wire.Header), wire.Start.FromWire())),
        WireForm.Of<Noted, Wire.Noted>("call.noted/1", Wire.Noted.Parser, ToWire, FromWire),
        WireForm.Of("gateway.heartbeat/1", Wire.Event.Parser,
            (Heartbeat told) => new() { Header = ToWire(told.Header) },
            wire => new Heartbeat(FromWire(wire.Header))),
        WireForm.Of<Ended, Wire.Ended>("call.ended/1", Wire.Ended.Parser, ToWire, FromWire),
    ];

    private static Wire.Header ToWire(EventHeader header)
    {
        var wire = new Wire.Header { Source = header.Key.Source, Id = header.Key.Id, CallId = header.CallId.Value, Time = header.Time.ToWire() };
        if (header.Sequence is { } sequence) wire.Sequence = sequence.ToWire();
        if (header.Origin is { } origin) wire.Origin = origin;
        return wire;
    }

    private static EventHeader FromWire(Wire.Header? header)
    {
        WireValues.Present(header);
        return new EventHeader(
            new EventKey(header.Source, header.Id),
            ClusterValues.ToCallId(header.CallId),
            header.Time.FromWire(),
            header.HasSequence ? header.Sequence.FromWire() : null)
        {
            Origin = header.HasOrigin ? header.Origin : null,
        };
    }

    private static Wire.Started ToWire(Started told)
    {
        var wire = new Wire.Started { Header = ToWire(told.Header), Start = ContextCodec.ToWire(told.Start), IsOver = told.IsOver };
        if (told.Limits.LiveCalls is { } calls) wire.LiveCalls = calls;
        if (told.Limits.StartsPerSecond is { } starts) wire.StartsPerSecond = starts;
        return wire;
    }

    private static Started FromWire(Wire.Started wire) => new(FromWire(wire.Header), ContextCodec.FromWire(wire.Start))
    {
        Limits = new ClientLimits(wire.HasLiveCalls ? wire.LiveCalls : null, wire.HasStartsPerSecond ? wire.StartsPerSecond : null),
        IsOver = wire.IsOver,
    };

    private static Wire.NameDetected ToWire(NameDetected told)
    {
        var wire = new Wire.NameDetected { Header = ToWire(told.Header), FirstName = told.FirstName };
        if (told.LastName is { } last) wire.LastName = last;
        if (told.Confidence is { } confidence) wire.Confidence = confidence;
        return wire;
    }

    private static NameDetected FromWire(Wire.NameDetected wire) => new(
        FromWire(wire.Header), wire.FirstName, wire.HasLastName ? wire.LastName : null, wire.HasConfidence ? wire.Confidence : null);

    private static Wire.AppointmentRequested ToWire(AppointmentRequested told)
    {
        var wire = new Wire.AppointmentRequested { Header = ToWire(told.Header), Slot = told.Slot.ToWire() };
        if (told.Title is { } title) wire.Title = title;
        return wire;
    }

    private static AppointmentRequested FromWire(Wire.AppointmentRequested wire) =>
        new(FromWire(wire.Header), wire.Slot.FromWire(), wire.HasTitle ? wire.Title : null);

    private static Wire.AppointmentConfirmed ToWire(AppointmentConfirmed told)
    {
        var wire = new Wire.AppointmentConfirmed { Header = ToWire(told.Header), Slot = told.Slot.ToWire() };
        if (told.Title is { } title) wire.Title = title;
        if (told.ContactName is { } name) wire.ContactName = name;
        if (told.ContactPhone is { } phone) wire.ContactPhone = phone;
        if (told.Notes is { } notes) wire.Notes = notes;
        return wire;
    }

    private static AppointmentConfirmed FromWire(Wire.AppointmentConfirmed wire) => new(
        FromWire(wire.Header),
        wire.Slot.FromWire(),
        wire.HasTitle ? wire.Title : null,
        wire.HasContactName ? wire.ContactName : null,
        wire.HasContactPhone ? wire.ContactPhone : null,
        wire.HasNotes ? wire.Notes : null);

    private static Wire.Noted ToWire(Noted told)
    {
        var wire = new Wire.Noted { Header = ToWire(told.Header) };
        if (told.Summary is { } summary) wire.Summary = summary;
        if (told.Transcription is { } transcription) wire.Transcription = transcription;
        if (told.RecordingUrl is { } url) wire.RecordingUrl = url;
        return wire;
    }

    private static Noted FromWire(Wire.Noted wire) => new(
        FromWire(wire.Header),
        wire.HasSummary ? wire.Summary : null,
        wire.HasTranscription ? wire.Transcription : null,
        wire.HasRecordingUrl ? wire.RecordingUrl : null);

    private static Wire.Ended ToWire(Ended told)
    {
        var wire = new Wire.Ended { Header = ToWire(told.Header), Status = WireEnums.Status.Write(told.Status) };
        if (told.DurationSeconds is { } seconds) wire.DurationSeconds = seconds;
        if (told.Reason is { } reason) wire.Reason = reason;
        return wire;
    }

    private static Ended FromWire(Wire.Ended wire) => new(
        FromWire(wire.Header),
        WireEnums.Status.Read(wire.Status),
        wire.HasDurationSeconds ? wire.DurationSeconds : null,
        wire.HasReason ? wire.Reason : null);
}
