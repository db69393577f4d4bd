using System.Numerics;
using CallActors.Domain;
using CallActors.Messages;
using CsCheck;

namespace CallActors.Tests.Domain;

/// <summary>Scripts of events, in any order and with repetitions, and what a session does with them, without the session.</summary>
internal static class CallScripts
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    public static readonly CallId Id = CallId.Parse("CA-1");

    public static readonly BusinessProfile Salon = new(new BusinessId(7), "Salon", "+97231234567")
    {
        TimeZone = "UTC",
        OpeningHoursJson = """{"mon":[["08:00","20:00"]],"tue":[["08:00","20:00"]],"wed":[["08:00","20:00"]]}""",
        SlotSizeMinutes = 30,
        BookingWindowDays = 30,
        MinNoticeMinutes = 0,
    };

    public static readonly CallContext Context = new(
        Id, CallDirection.Inbound, Salon, new CustomerProfile(null, null, null, null, null, "+972541112222"), null, "Hello.", null, ContextSource.Database);

    public static CallEvents.Started Start(string id = "start") =>
        new(new EventHeader(new EventKey("gw", id), Id, Noon), new CallStart(CallDirection.Inbound, "+972541112222", "+97231234567"));

    public static EventHeader Header(string id, int seconds = 0, int? sequence = null) =>
        new(new EventKey("gw", id), Id, Noon.AddSeconds(seconds), sequence is { } s ? new BigInteger(s) : null);

    private static readonly string[] Words = ["a", "b", "דנה", "Customer"];

    /// <summary>An event of any kind; few ids, few slots, few sequences, so that they meet.</summary>
    public static readonly Gen<CallEvents.CallEvent> Event =
        from id in Gen.Int[0, 30]
        from seconds in Gen.Int[-10, 600]
        from sequence in Gen.Int[0, 6]
        let header = Header($"e{id}", seconds, sequence == 0 ? null : sequence)
        from halfHour in Gen.Int[-2, 10]
        let slot = new Slot(Noon.AddMinutes(30 * halfHour), Noon.AddMinutes(30 * (halfHour + 1)))
        from kind in Gen.Int[0, 12]
        from word in Gen.Int[0, 3]
        let text = Words[word]
        from status in Gen.Enum<CallStatus>()
        select (CallEvents.CallEvent)(kind switch
        {
            0 => Start($"e{id}"),
            1 => new CallEvents.Ringing(header),
            2 => new CallEvents.Answered(header),
            3 => new CallEvents.GreetingFinished(header, GreetingOutcome.Played),
            4 => new CallEvents.NameDetected(header, text + "li", null, 0.5),
            5 => new CallEvents.GenderDetected(header, Gender.Female),
            6 => new CallEvents.AppointmentRequested(header, slot, null),
            7 => new CallEvents.AppointmentConfirmed(header, slot, text, null, null, null),
            8 => new CallEvents.AppointmentCancelled(header, slot.Start),
            9 => new CallEvents.Noted(header, text, null, text),
            10 => new CallEvents.Heartbeat(header),
            11 => new CallEvents.Ended(header, status.IsTerminal() ? status : CallStatus.Completed, null, text),
            _ => new CallEvents.GenderDetected(header, Gender.Male),
        });

    public static readonly Gen<CallEvents.CallEvent[]> Script = Event.Array[0, 40];

    /// <summary>A call with its context, every fact it is made of recorded.</summary>
    public sealed class Run
    {
        public Run()
        {
            Keep(CallDecider.Open(Start(), Noon));
            Keep(CallDecider.GiveContext(Context, Noon));
        }

        public Call Call { get; private set; } = null!;
        public List<CallFact> Facts { get; } = [];

        public Decision Tell(CallEvents.CallEvent told) => Keep(CallDecider.Decide(Call, told, told.Header.Time));

        public Decision Keep(Decision decision)
        {
            foreach (var fact in decision.Facts)
            {
                Facts.Add(fact);
                Call = Call.Apply(Call, fact);
            }

            return decision;
        }
    }
}
