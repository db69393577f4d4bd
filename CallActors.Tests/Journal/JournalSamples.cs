using System.Collections.Immutable;
using System.Numerics;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using BusinessEntry = CallActors.Journal.Wire.BusinessEntry;
using BusyEntry = CallActors.Journal.Wire.BusyEntry;
using CallEntry = CallActors.Journal.Wire.CallEntry;
using EntryBatch = CallActors.Journal.Wire.EntryBatch;

namespace CallActors.Tests.Journal;

/// <summary>One of everything that can stand in the log, full and as empty as it may be.</summary>
internal static class JournalSamples
{
    public static readonly CallId Id = CallId.Parse("CA-1");

    // To the last tick, and at an offset of half an hour.
    private static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.FromMinutes(-210)).AddTicks(1_234_567);
    private static readonly DateTimeOffset Later = new(2026, 11, 23, 12, 0, 9, TimeSpan.FromHours(2));

    public static readonly BusinessProfile Salon = new(new BusinessId(7), "Salon X", "+97235550100")
    {
        GreetingMessage = "שלום {{first_name}}",
        VoiceName = "alma",
        TimeZone = "Asia/Jerusalem",
        WorkingHours = "Sun-Thu",
        OpeningHoursJson = """{"sun":[["10:00","20:00"]]}""",
        CallGoal = "appointment",
        SlotSizeMinutes = 30,
        BookingWindowDays = 0,
        MinNoticeMinutes = 120,
    };

    public static readonly BusinessProfile Unseen = new(null, null, "+97235550100");

    public static readonly CallStart FullStart = new(CallDirection.Outbound, "+97235550100", "+972541234567")
    {
        BusinessId = new BusinessId(7),
        LeadId = new LeadId(long.MaxValue),
        JobId = new JobId(9),
        CallLogId = new CallLogId(10),
        ParentCallId = CallId.Parse("CA-0"),
    };

    public static readonly CallStart BareStart = new(CallDirection.Inbound, "", "+97235550100");

    public static readonly CallContext FullContext = new(
        Id, CallDirection.Outbound, Salon, new CustomerProfile(new LeadId(7), "דנה לוי", "דנה", "caller", Gender.Female, "+972541234567"),
        new JobProfile(new JobId(9), 4, "Dana"), "שלום דנה", "2026-11-24T10:00:00+02:00", ContextSource.Database);

    public static readonly CallContext BareContext = new(
        Id, CallDirection.Inbound, Unseen, new CustomerProfile(null, null, null, null, null, null), null, "", null, ContextSource.Minimal);

    /// <summary>Those that a log of the first version could hold; the golden call does.</summary>
    private static readonly ImmutableArray<(string Name, WriteIntent Intent)> FirstIntents =
    [
        ("name", new WriteIntent.Name("Dana", "Levi", 0.75)),
        ("name, bare", new WriteIntent.Name("Dana", null, null)),
        ("gender", new WriteIntent.DetectedGender(Gender.Male)),
        ("requested slot", new WriteIntent.RequestedSlot(Later)),
        ("appointment", new WriteIntent.Appointment(new Slot(Noon, Later), "Haircut", "Dana", "+972541234567", "by the window")),
        ("appointment, bare", new WriteIntent.Appointment(new Slot(Noon, Later), null, null, null, null)),
        ("no appointment", new WriteIntent.NoAppointment(Later)),
        ("summary", new WriteIntent.Summary("She will come.")),
        ("transcription", new WriteIntent.Transcription("")),
        ("recording", new WriteIntent.RecordingUrl("https://example.org/r/1")),
    ];

    public static readonly ImmutableArray<(string Name, WriteIntent Intent)> Intents =
    [
        .. FirstIntents,
        ("requested title", new WriteIntent.RequestedTitle(Later, "Haircut")),
        ("reservation", new WriteIntent.Reservation(Noon, Later)),
        ("reservation, given back", new WriteIntent.Reservation(Noon, null)),
    ];

    public static readonly Call FullCall = new()
    {
        Id = Id,
        Start = FullStart,
        StartedAt = Noon,
        OpenedAt = Later,
        LastHeardAt = Later.AddSeconds(1),
        LastEventAt = Later.AddSeconds(2),
        Phase = CallPhase.Flushing,
        Context = FullContext,
        Status = CallStatus.NoAnswer,
        AnsweredAt = Noon.AddSeconds(3),
        AnswerHeardAt = Later.AddSeconds(4),
        EndedAt = Noon.AddSeconds(5),
        EndReason = EndReason.Operator,
        EndDetail = "wrong number",
        ReportedSeconds = 0,
        Stash = new IntentStash([.. FirstIntents.Select((sample, index) => new StashedIntent(sample.Intent, index % 2 == 0 ? index : null))]),
        Seen = [0, 1, ulong.MaxValue],
        Timeline = [new TimelineEntry(Noon, "context", null), new TimelineEntry(Later, "ended", "Operator: wrong number")],
    };

    public static readonly Call BareCall = new() { Id = Id, Start = BareStart, StartedAt = Noon, OpenedAt = Noon, LastHeardAt = Noon, LastEventAt = Noon };

    public static readonly ImmutableArray<(string Name, CallFact Fact)> Facts =
    [
        ("opened", new CallFact.Opened(Id, FullStart, Noon, Later)),
        ("opened, bare", new CallFact.Opened(Id, BareStart, Noon, Later)),
        ("heard", new CallFact.Heard(ulong.MaxValue, "call.ringing", Noon, Later, "a note")),
        ("heard, bare", new CallFact.Heard(0, "gateway.heartbeat", Noon, Later, null)),
        ("context", new CallFact.ContextGiven(FullContext, Noon)),
        ("context, bare", new CallFact.ContextGiven(BareContext, Noon)),
        ("status", new CallFact.StatusAdvanced(CallStatus.InProgress, Noon, Later)),
        ("live", new CallFact.WentLive("played", Noon)),
        .. Intents.Select(sample => ($"stashed {sample.Name}", (CallFact)new CallFact.Stashed(sample.Intent, null))),
        ("stashed with a sequence", new CallFact.Stashed(Intents[0].Intent, BigInteger.Parse("-170141183460469231731687303715884105728", null))),
        ("stashed with sequence 0", new CallFact.Stashed(Intents[0].Intent, BigInteger.Zero)),
        ("ended", new CallFact.Ended(EndReason.HungUp, "the gateway's words", CallStatus.Completed, Noon, 61)),
        ("ended, bare", new CallFact.Ended(EndReason.Idle, null, CallStatus.Failed, Noon, null)),
        ("restored", new CallFact.Restored(FullCall)),
        ("restored, bare", new CallFact.Restored(BareCall)),
        ("restored, with heartbeats", new CallFact.Restored(BareCall with { SeenHeartbeats = [7, ulong.MaxValue] })),
        ("opened, with its gateway", new CallFact.Opened(Id, BareStart, Noon, Later) { Source = "kamailio/eins" }),
        ("ended, lost", new CallFact.Ended(EndReason.Lost, "synthetic, from gateway.snapshot e-7", CallStatus.Completed, Noon, null)),
        ("restored, with its gateway", new CallFact.Restored(BareCall with { Source = "kamailio/eins" })),
        ("opened, by a client", new CallFact.Opened(Id, BareStart with { Client = "twilio-eu" }, Noon, Later)),
        ("status, numbered", new CallFact.StatusAdvanced(CallStatus.InProgress, Noon, Later) { Sequence = 9 }),
        ("restored, with a numbered answer", new CallFact.Restored(BareCall with { AnsweredAt = Noon, AnswerHeardAt = Later, AnswerSequence = 9 })),
    ];

    /// <summary>A book in which the samples' businesses stand.</summary>
    public static BusinessBook Book()
    {
        var book = new BusinessBook();
        foreach (var entry in Businesses()) book.Written(entry, 1);
        return book;
    }

    public static List<BusinessEntry> Businesses()
    {
        var toWrite = new List<BusinessEntry>();
        var book = new BusinessBook();
        book.Refer(Salon, toWrite);
        book.Refer(Unseen, toWrite);
        return toWrite;
    }

    public static readonly ImmutableArray<(string Name, BusyEntry Entry)> Busy =
    [
        ("busy", BusyCodec.ToWire(new BusinessId(7), new KnownBusy(BusyTimes.FromMinutes([(29_927_520, 29_927_640), (29_927_700, 29_928_000)]), Noon))),
        ("busy, not at all", BusyCodec.ToWire(new BusinessId(7), new KnownBusy(BusyTimes.None, Noon))),
    ];

    /// <summary>What was added later: a batch of its own, for the older one stays as it was written.</summary>
    public static readonly (string Name, BusyEntry Entry) BusyBooked =
        ("busy, booked",
            BusyCodec.ToWire(
            new BusinessId(7), new KnownBusy(BusyTimes.None, Noon) { Booked = [new Booked(BusyTimes.FromMinutes([(29_927_520, 29_927_640)]), Later)] }));

    public static EntryBatch BatchWithBusy() =>
        new() { Businesses = { Businesses()[0] }, Entries = { Wire(Facts[4].Fact) }, Busy = { Busy.Select(sample => sample.Entry) } };

    public static EntryBatch Batch() => new() { Businesses = { Businesses()[1] }, Entries = { Wire(Facts[2].Fact), Wire(Facts[3].Fact) } };

    public static CallEntry Wire(params CallFact[] facts) => FactCodec.ToWire(Id, 3, facts, closed: false, Book(), []);
}
