using System.Collections.Frozen;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>One type of event: which members of its <c>data</c> are known, and how an event is made of them.</summary>
/// <param name="Fields">The members; others are ignored.</param>
/// <param name="Read">Makes the event. Where a fault was found the event is not meant to be used.</param>
internal sealed record EventType(string[] Fields, Func<EventHeader, FieldReader, CallEvent> Read);

/// <summary>The table of the contract: every type of event there is.</summary>
internal static class EventTypes
{
    /// <summary>What is known of a call when it starts.</summary>
    public static readonly string[] StartFields = ["direction", "from", "to", "businessId", "leadId", "jobId", "callLogId", "parentCallId"];

    public static readonly FrozenDictionary<string, EventType> ByName = new Dictionary<string, EventType>(StringComparer.Ordinal)
    {
        ["call.started"] = new(StartFields, (header, data) => new Started(header, StartOf(data))),
        ["call.ringing"] = new([], (header, _) => new Ringing(header)),
        ["call.answered"] = new([], (header, _) => new Answered(header)),
        ["greeting.finished"] = new(["outcome"], GreetingFinished),
        ["customer.name_detected"] = new(["firstName", "lastName", "confidence"], NameDetected),
        ["customer.gender_detected"] = new(["gender"], GenderDetected),
        ["appointment.requested"] = new(["start", "end", "title"], AppointmentRequested),
        ["appointment.confirmed"] = new(["start", "end", "title", "contactName", "contactPhone", "notes"], AppointmentConfirmed),
        ["appointment.cancelled"] = new(["start"], (header, data) => new AppointmentCancelled(header, data.Time("start") ?? default)),
        ["call.noted"] = new(["summary", "transcription", "recordingUrl"], Noted),
        ["gateway.heartbeat"] = new([], (header, _) => new Heartbeat(header)),
        ["call.ended"] = new(["status", "durationSeconds", "reason"], Ended),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static CallStart StartOf(FieldReader data)
    {
        var direction = data.Word("direction", required: true, ("inbound", CallDirection.Inbound), ("outbound", CallDirection.Outbound));
        var from = data.RequiredText("from", FieldReader.NameLength, blank: true);

        // The called number of an inbound call is what finds its business; an outbound call's is the customer's.
        var to = data.RequiredText("to", FieldReader.NameLength, blank: direction != CallDirection.Inbound);
        return new CallStart(direction ?? default, from, to)
        {
            BusinessId = data.Key("businessId") is { } business ? new BusinessId(business) : null,
            LeadId = data.Key("leadId") is { } lead ? new LeadId(lead) : null,
            JobId = data.Key("jobId") is { } job ? new JobId(job) : null,
            CallLogId = data.Key("callLogId") is { } row ? new CallLogId(row) : null,
            ParentCallId = data.Call("parentCallId"),
        };
    }

    private static GreetingFinished GreetingFinished(EventHeader header, FieldReader data) => new(
        header,
        data.Word("outcome", required: false, ("played", GreetingOutcome.Played), ("skipped", GreetingOutcome.Skipped), ("failed", GreetingOutcome.Failed))
            ?? GreetingOutcome.Played);

    private static NameDetected NameDetected(EventHeader header, FieldReader data) => new(
        header,
        data.RequiredText("firstName", FieldReader.NameLength, blank: true),
        data.Text("lastName", FieldReader.NameLength),
        data.Share("confidence"));

    private static GenderDetected GenderDetected(EventHeader header, FieldReader data) =>
        new(header, data.Word("gender", required: true, ("male", Gender.Male), ("female", Gender.Female)) ?? default);

    private static AppointmentRequested AppointmentRequested(EventHeader header, FieldReader data) =>
        new(header, SlotOf(data), data.Text("title", FieldReader.NameLength));

    private static AppointmentConfirmed AppointmentConfirmed(EventHeader header, FieldReader data) => new(
        header,
        SlotOf(data),
        data.Text("title", FieldReader.NameLength),
        data.Text("contactName", FieldReader.NameLength),
        data.Text("contactPhone", FieldReader.NameLength),
        data.Text("notes"));

    private static Slot SlotOf(FieldReader data)
    {
        var start = data.Time("start");
        var end = data.Time("end");
        if (end <= start) data.Wrong("end", $"{end:yyyy-MM-ddTHH:mm:sszzz} is not after the start");
        return new Slot(start ?? default, end ?? default);
    }

    private static Noted Noted(EventHeader header, FieldReader data)
    {
        var noted = new Noted(header, data.Text("summary"), data.Text("transcription"), data.Text("recordingUrl"));
        if (noted is { Summary: null, Transcription: null, RecordingUrl: null } && !data.AnyGiven)
            data.Wrong("summary", "is missing, and so are transcription and recordingUrl; at least one of them is expected");
        return noted;
    }

    private static Ended Ended(EventHeader header, FieldReader data) => new(
        header,
        data.Word(
            "status",
            required: true,
            ("completed", CallStatus.Completed),
            ("busy", CallStatus.Busy),
            ("no-answer", CallStatus.NoAnswer),
            ("failed", CallStatus.Failed),
            ("canceled", CallStatus.Canceled)) ?? default,
        data.Seconds("durationSeconds"),
        data.Text("reason"));
}
