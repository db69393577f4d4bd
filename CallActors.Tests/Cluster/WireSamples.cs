using System.Collections.Immutable;
using System.Numerics;
using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Tests.Journal;
using static CallActors.Messages.AdmissionMessages;
using static CallActors.Messages.CalendarMessages;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallEvents;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;
using static CallActors.Messages.NodeMessages;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Tests.Cluster;

/// <summary>One of everything that crosses nodes, full (under its manifest) and as empty as it may be.</summary>
internal static class WireSamples
{
    public const string SystemName = "wire";

    private static readonly CallId Id = JournalSamples.Id;
    private static readonly BusinessId Salon = new(7);
    private static readonly DateTimeOffset Noon = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.FromMinutes(-210)).AddTicks(1_234_567);
    private static readonly DateTimeOffset Later = new(2026, 11, 23, 12, 30, 0, TimeSpan.FromHours(2));
    private static readonly Slot Slot = new(Noon, Later);
    private static readonly EventHeader Header = new(new EventKey("/gateways/דן", "e-7"), Id, Noon, BigInteger.Pow(-2, 127));
    private static readonly EventHeader Unnumbered = new(new EventKey("gw", "e-8"), Id, Later);
    private static readonly CalendarMoment Moment = new(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), long.MaxValue);
    private static readonly IActorRef Session = new NamedActor($"akka://{SystemName}/user/calls/3/{Id}#17");

    private static readonly Problem FullProblem = new(ProblemType.SlotTaken, "Another call holds it.")
    {
        Errors = [new Fault("/data/start", "It is taken.")],
        Reason = "taken",
        Alternatives = [Slot, new Slot(Later, Later.AddMinutes(30))],
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private static readonly Problem BareProblem = new(ProblemType.LiveCall, "");

    private static readonly CallSummary FullSummary =
        new(Id, CallPhase.Flushing, CallDirection.Outbound, "+97235550100", "+972541234567", Noon, Salon, Later);

    private static readonly CallSummary BareSummary = new(Id, CallPhase.Loading, CallDirection.Inbound, "", "+97235550100", Noon, null, null);

    private static readonly CallStart ClientStart = JournalSamples.FullStart with { Client = "kamailio" };

    private static readonly DatabaseCost Cost = new(
        new StatementCost(1, TimeSpan.FromMilliseconds(15), 8),
        new StatementCost(2, TimeSpan.FromTicks(1), 1),
        new StatementCost(3, TimeSpan.FromHours(9), 64));

    public static readonly ImmutableArray<(string Name, object Message)> Full =
    [
        ("call.started/1", new Started(Header, ClientStart) { Limits = new ClientLimits(500, 50) }),
        ("call.ringing/1", new Ringing(Header)),
        ("call.answered/1", new Answered(Header)),
        ("greeting.finished/1", new GreetingFinished(Header, GreetingOutcome.Skipped)),
        ("customer.name_detected/1", new NameDetected(Header, "דנה", "לוי", 0.75)),
        ("customer.gender_detected/1", new GenderDetected(Header, Gender.Female)),
        ("appointment.requested/1", new AppointmentRequested(Header, Slot, "Haircut")),
        ("appointment.confirmed/1", new AppointmentConfirmed(Header, Slot, "Haircut", "Dana", "+972541234567", "by the window")),
        ("appointment.cancelled/1", new AppointmentCancelled(Header, Later)),
        ("call.noted/1", new Noted(Header, "She will come.", "— Hello.\n— שלום.", "https://example.org/r/1")),
        ("gateway.heartbeat/1", new Heartbeat(Header)),
        ("call.ended/1", new Ended(Header, CallStatus.NoAnswer, 61, "nobody there")),
        ("end-call/1", new EndCall(Id, "wrong number")),
        ("lose-call/1", new LoseCall(Id, "kamailio/eins", Noon, "gateway.snapshot s-1")),
        ("reload-context/1", new ReloadContext(Id)),
        ("flush-now/1", new FlushNow(Id)),
        ("get-call/1", new GetCall(Id)),
        ("call-reply/1", new CallReply(
            Id, "e-7", CallOutcome.Refused, CallPhase.Live, 3, JournalSamples.FullContext, new SlotReply(Noon, Later, "requested"), FullProblem)),
        ("call-view/1", new CallView(JournalSamples.FullCall with { Start = ClientStart } with { SeenHeartbeats = [9] }, Cost)),
        ("call-unknown/1", new CallUnknown(Id)),
        ("call-unreadable/1", new CallUnreadable(Id, "The journal is away.")),
        ("call-page/1", new CallPage([FullSummary, BareSummary], true)),
        ("call-counts/1", new CallCounts(
            ImmutableDictionary.CreateRange([KeyValuePair.Create(CallPhase.Flushing, 2), KeyValuePair.Create(CallPhase.Loading, 100_000)]), Noon)),
        ("wake-partition/1", new WakePartition(63)),
        ("list-partition/1", new ListPartition(63, new ListCalls(CallPhase.Greeting, Salon, 100, "CA-0"))),
        ("count-partition/1", new CountPartition(63)),
        ("hear-partition/1", new HearPartition(63, new HearGateway("kamailio/eins", Noon))),
        ("gateway-heard/1", GatewayHeard.Instance),
        ("find-calls-of-business/1", new FindCallsOfBusiness(63, Salon)),
        ("calls-of-business/1", new CallsOfBusiness(63, Salon, [new HeldCall(Id, Session), new HeldCall(CallId.Parse("CA-2"), null)], [CallId.Parse("CA-3")])),
        ("admit-to-business/1", new AdmitToBusiness(Salon, Id, Session, true)),
        ("release-from-business/1", new ReleaseFromBusiness(Salon, Id)),
        ("admitted-to-business/1", new AdmittedToBusiness(Salon)),
        ("not-admitted-to-business/1", new NotAdmittedToBusiness(Salon, FullProblem)),
        ("hold-slots/1", new HoldSlots(new BusinessId(7), Id, Session, [Slot])
        {
            Wanted = new Slot(Later, Later.AddMinutes(30)),
            AsksWhatIsTaken = true,
            Attempt = 3,
            Known = new KnownBusy(BusyTimes.FromMinutes([(100, 130), (29_000_000, 29_000_060)]), Noon),
            IsCommitted = true,
        }),
        ("slot-answered/1", new SlotAnswered(Id, 3, Moment, true, BusyTimes.FromMinutes([(100, 130)]))),
        ("find-slots-of-business/1", new FindSlotsOfBusiness(63, Salon, Moment) { Calls = [Id, CallId.Parse("CA-2")] }),
        ("slots-of-business/1", new SlotsOfBusiness(
            63, Salon, Moment, [new SlotsOfCall(new HeldCall(Id, Session), [Slot]), new SlotsOfCall(new HeldCall(CallId.Parse("CA-2"), null), [])])
        {
            Known = new KnownBusy(BusyTimes.FromMinutes([(100, 130), (29_000_000, 29_000_060)]), Noon),
        }),
        ("get-node-figures/1", GetNodeFigures.Instance),
        ("node-figures/1", new NodeFigures("one")
        {
            Applied = 1,
            Duplicate = 2,
            Refused = 3,
            LiveRefusals = long.MaxValue,
            Database = [new PhaseFigures(4, 1.5), default, new PhaseFigures(5, 0.1)],
            DatabaseReason = "The database is away.",
            JournalReason = "The journal is away.",
            Partitions = [3, 0, 63],
            IsDraining = true,
        }),
    ];

    public static readonly ImmutableArray<(string Name, object Message)> Bare =
    [
        ("call.started/1, bare", new Started(Unnumbered, JournalSamples.BareStart)),
        ("call-view/1, without a client", new CallView(JournalSamples.FullCall with { SeenHeartbeats = [9] }, Cost)),
        ("call.started/1, without a client", new Started(Header, JournalSamples.FullStart)),
        ("call.ringing/1, bare", new Ringing(Unnumbered)),
        ("greeting.finished/1, bare", new GreetingFinished(Unnumbered, GreetingOutcome.Played)),
        ("customer.name_detected/1, bare", new NameDetected(Unnumbered, "", null, null)),
        ("customer.gender_detected/1, bare", new GenderDetected(Unnumbered, Gender.Male)),
        ("appointment.requested/1, bare", new AppointmentRequested(Unnumbered, default, null)),
        ("appointment.confirmed/1, bare", new AppointmentConfirmed(Unnumbered, Slot, null, null, null, null)),
        ("call.noted/1, bare", new Noted(Unnumbered with { Sequence = 0 }, null, "", null)),
        ("call.ended/1, bare", new Ended(Unnumbered, CallStatus.Completed, null, null)),
        ("end-call/1, bare", new EndCall(Id, null)),
        ("call-reply/1, bare", new CallReply(Id, null, CallOutcome.Applied)),
        ("call-reply/1, minimal", new CallReply(
            Id, "", CallOutcome.Duplicate, CallPhase.Loading, 0, JournalSamples.BareContext, new SlotReply(Noon, null, ""), BareProblem)),
        ("call-view/1, bare", new CallView(JournalSamples.BareCall, DatabaseCost.None)),
        ("call-page/1, bare", new CallPage([], false)),
        ("call-counts/1, bare", new CallCounts(ImmutableDictionary<CallPhase, int>.Empty, null)),
        ("wake-partition/1, bare", new WakePartition(0)),
        ("list-partition/1, bare", new ListPartition(0, new ListCalls(null, null, 0, null))),
        ("calls-of-business/1, bare", new CallsOfBusiness(0, Salon, [], [])),
        ("not-admitted-to-business/1, bare", new NotAdmittedToBusiness(Salon, BareProblem)),
        ("hold-slots/1, bare", new HoldSlots(Salon, Id, Session, [])),
        ("slot-answered/1, bare", new SlotAnswered(Id, 0, default, false, BusyTimes.None)),
        ("slots-of-business/1, bare", new SlotsOfBusiness(0, Salon, default, [])),
        ("find-slots-of-business/1, bare", new FindSlotsOfBusiness(0, Salon, default)),
        ("node-figures/1, bare", new NodeFigures("one")),
    ];

    private static readonly KnownBusy JustBooked =
        new(BusyTimes.FromMinutes([(100, 130)]),
            Noon)
        { Booked = [new Booked(BusyTimes.FromMinutes([(200, 230)]), Noon), new Booked(BusyTimes.FromMinutes([(300, 330), (400, 430)]), Later)] };

    /// <summary>What messages have come to say that their first samples do not.</summary>
    public static readonly ImmutableArray<(string Name, object Message)> Added =
    [
        .. Full.Where(sample => sample.Message is CallEvent)
            .Select(sample =>
                ($"{sample.Name}, synthetic", (object)((CallEvent)sample.Message with { Header = Header with { Origin = "gateway.snapshot s-1" } }))),
        ("hold-slots/1, with what was booked", new HoldSlots(Salon, Id, Session, []) { Known = JustBooked }),
        ("slots-of-business/1, with what was booked", new SlotsOfBusiness(0, Salon, Moment, []) { Known = JustBooked }),
        ("call-reply/1, of a snapshot", new CallReply(Id, "s-1", CallOutcome.Applied) { Snapshot = new SnapshotReply(4, 1, 2, 3) }),
        ("call.started/1, over", new Started(Header, JournalSamples.FullStart) { IsOver = true }),
        ("call-view/1, with a numbered answer", new CallView(JournalSamples.BareCall with { AnsweredAt = Later, AnswerSequence = 9 }, DatabaseCost.None)),
        ("call-view/1, with its gateway", new CallView(JournalSamples.BareCall with { Source = "kamailio/eins" }, DatabaseCost.None)),
        ("call-page/1, of a gateway", new CallPage([FullSummary with { Source = "kamailio/eins", LastEventAt = Later }], false) { IsPartial = true }),
        ("call-page/1, with how far", new CallPage([FullSummary with { Status = CallStatus.InProgress }], true)),
        ("find-calls-of-business/1, numbered", new FindCallsOfBusiness(63, Salon) { Number = 9 }),
        ("calls-of-business/1, numbered", new CallsOfBusiness(63, Salon, [], []) { Number = 9 }),
        ("list-partition/1, of a gateway", new ListPartition(0, new ListCalls(null, null, 0, null) { Source = "kamailio/eins" })),
    ];

    public static IEnumerable<(string Name, object Message)> All => [.. Full, .. Bare, .. Added];

    /// <summary>An actor that is nothing but its path.</summary>
    private sealed class NamedActor(string path) : MinimalActorRef
    {
        public override ActorPath Path { get; } = ActorPath.Parse(path);

        public override IActorRefProvider Provider => throw new NotSupportedException();
    }
}
