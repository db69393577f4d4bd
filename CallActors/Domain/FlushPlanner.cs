using System.Globalization;

namespace CallActors.Domain;

/// <summary>Decides which rows a call becomes, given what the CRM holds at that moment. Pure: the writer runs it again whenever it has looked again.</summary>
public static class FlushPlanner
{
    public const string UnknownBusiness = "unknown business";
    private const string UserProvided = "user_provided";
    private const string DefaultTitle = "Appointment";

    public static FlushDecision Plan(CallRecord record, LoadedCall found)
    {
        if (found.Business?.Id is not { } business) return new FlushDecision.Refuse(UnknownBusiness);

        var detected = record.Final ? DetectedName(record.Intents) : null;
        var callLog = PlanCallLog(record, found, detected);
        return new FlushDecision.Write(new FlushPlan(
            record.CallId,
            business,
            PlanLead(record, found, detected),
            callLog,
            PlanSession(record.Intents),
            PlanJob(record, found, callLog.Status == CallStatus.Completed),
            record.Final
                ? [.. record.Intents.Appointments.OrderBy(booked => booked.Slot.Start).Select(booked => PlanAppointment(booked, record.Intents))]
                : []));
    }

    /// <summary>A detected name that can be one; anything else is ignored, as the timeline has said already.</summary>
    internal static LeadNames? DetectedName(IntentStash intents)
    {
        if (intents.Find<WriteIntent.Name>() is not { } name || !CustomerName.IsUsable(name.FirstName)) return null;
        return new LeadNames(name.FirstName.Trim(), CustomerName.LastNameOf(name.LastName));
    }

    private static LeadPlan? PlanLead(CallRecord record, LoadedCall found, LeadNames? detected)
    {
        var gender = record.Intents.Find<WriteIntent.DetectedGender>()?.Gender;
        // The first lead a call locks on to stays its lead, whatever the call's row has come to say since.
        var locked = record.LeadId is not null ? found.LeadOfEvent : null;
        if ((locked ?? CustomerResolver.LeadOf(found)) is { } lead)
            return new LeadPlan.Known(lead.Id, MayBeNamed(lead) ? detected : null, gender) { Stored = lead.Gender };

        return record is { Final: true, Start.CustomerPhone: { } phone } ? new LeadPlan.Created(phone, detected, gender) : null;
    }

    private static bool MayBeNamed(LeadRow lead) =>
        CustomerResolver.NameOf(lead) is null && !string.Equals(lead.NameSource, UserProvided, StringComparison.OrdinalIgnoreCase);

    private static CallLogPlan PlanCallLog(CallRecord record, LoadedCall found, LeadNames? detected)
    {
        var status = CallStatuses.Parse(found.Call?.Status) is { } stored ? stored.Advance(record.Status) : record.Status;
        return new CallLogPlan(found.Call?.Id, status)
        {
            From = AsStored(record.Start.From),
            To = AsStored(record.Start.To),
            Direction = record.Start.Direction,
            StartedAt = record.StartedAt,
            Parent = record.Start.ParentCallId,
            AnsweredAt = record.AnsweredAt,
            EndedAt = record.EndedAt,
            DurationSeconds = record.DurationSeconds,
            CustomerName = IsNameless(record, found) ? record.CustomerName ?? CustomerResolver.NameOf(found)?.Text ?? detected?.Full : null,
            Summary = record.Intents.Find<WriteIntent.Summary>()?.Text,
            Transcription = record.Intents.Find<WriteIntent.Transcription>()?.Text,
            RecordingUrl = record.Intents.Find<WriteIntent.RecordingUrl>()?.Url,
        };
    }

    private static bool IsNameless(CallRecord record, LoadedCall found) => record.Final && string.IsNullOrWhiteSpace(found.Call?.CustomerName);

    /// <summary>
    /// The plan of a call whose lead another call, written before it in the same transaction, gives a name: as if that had been committed when this call's rows
    /// were looked at, but that a job's name stays where the job has one.
    /// </summary>
    /// <param name="plan">As if the lead had no name.</param>
    /// <param name="record">The call.</param>
    /// <param name="found">What the CRM holds, but for that name.</param>
    /// <param name="name">The lead's.</param>
    public static FlushPlan Behind(FlushPlan plan, CallRecord record, LoadedCall found, LeadNames name) =>
        IsNameless(record, found) && record.CustomerName is null && CustomerResolver.NameOf(found) is null
            ? plan with { CallLog = plan.CallLog with { CustomerName = name.Full } }
            : plan;

    /// <summary>E.164 where it is a telephone number; a SIP address or "anonymous" as it came.</summary>
    private static string AsStored(string number) =>
        PhoneNumber.Normalize(number) is { } dialled && !number.AsSpan().ContainsAny('@', ':') ? dialled : number;

    internal static SessionPlan PlanSession(IntentStash intents) =>
        new(Marker(intents.Find<WriteIntent.RequestedSlot>()?.Start), Marker(intents.LastConfirmedStart));

    private static string? Marker(DateTimeOffset? start) => start?.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);

    private static JobPlan? PlanJob(CallRecord record, LoadedCall found, bool completed)
    {
        if (!record.Final || found.Job is not { } job) return null;
        // A job that another attempt has completed does not fail because an earlier one is written late.
        if (!completed && job.Status == "completed") return null;
        return new JobPlan(job.Id, completed, record.StartedAt, record.EndedAt ?? record.AnsweredAt ?? record.StartedAt);
    }

    private static AppointmentPlan PlanAppointment(WriteIntent.Appointment booked, IntentStash intents) => new(
        booked.Slot,
        string.IsNullOrWhiteSpace(booked.Title) ? intents.RequestedTitleOf(booked.Slot.Start) ?? DefaultTitle : booked.Title,
        booked.ContactName,
        booked.ContactPhone);
}
