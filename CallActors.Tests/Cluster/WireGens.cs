using System.Numerics;
using CallActors.Domain;
using CallActors.Messages;
using CsCheck;

namespace CallActors.Tests.Cluster;

/// <summary>Values such as cross nodes, with their edges.</summary>
internal static class WireGens
{
    public static readonly Gen<string> Text = Gen.OneOf(
        Gen.OneOf("", " ", "דנה לוי", "😀", "e\u0301", "\u0001", "\ufffd", new string('x', 1000)),
        // Below the surrogates: half of a pair is turned away at the door.
        Gen.Char['\u0000', '\ud7ff'].Array[0, 20].Select(chars => new string(chars)));

    public static readonly Gen<string?> MaybeText = Gen.Null(Text);

    public static readonly Gen<DateTimeOffset> Time = Gen.OneOf(
        Gen.OneOf(DateTimeOffset.MinValue, DateTimeOffset.MaxValue, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromHours(14))),
        Gen.Select(Gen.Long[TimeSpan.TicksPerDay, DateTime.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[-14 * 60, 14 * 60])
            .Select((ticks, minutes) => new DateTimeOffset(ticks, TimeSpan.FromMinutes(minutes))));

    public static readonly Gen<DateTimeOffset?> MaybeTime = Gen.Nullable(Time);

    public static readonly Gen<BigInteger> Number = Gen.OneOf(
        Gen.OneOf(BigInteger.Zero, BigInteger.One, BigInteger.MinusOne, (BigInteger)127, 128, -128, -129, BigInteger.Pow(10, 1000), -BigInteger.Pow(2, 4096)),
        Gen.Byte.Array[0, 40].Select(bytes => new BigInteger(bytes)));

    public static readonly Gen<CallId> CallIds = Gen.Char['!', '~'].Array[1, CallId.MaxLength].Select(chars => CallId.Parse(new string(chars)));

    public static readonly Gen<BusinessId> Businesses = Gen.Long.Select(id => new BusinessId(id));

    public static readonly Gen<EventHeader> Header =
        from source in Text
        from id in Text
        from callId in CallIds
        from time in Time
        from sequence in Gen.Nullable(Number)
        from origin in MaybeText
        select new EventHeader(new EventKey(source, id), callId, time, sequence) { Origin = origin };

    public static readonly Gen<Slot> Slots = Gen.Select(Time, Time).Select((start, end) => new Slot(start, end));

    public static readonly Gen<CallStart> Start =
        from direction in Gen.Enum<CallDirection>()
        from numbers in Gen.Select(Text, Text)
        from business in Gen.Nullable(Businesses)
        from ids in Gen.Nullable(Gen.Long).Array[3]
        from parent in Gen.Nullable(CallIds)
        from client in MaybeText
        select new CallStart(direction, numbers.Item1, numbers.Item2)
        {
            BusinessId = business,
            LeadId = ids[0] is { } lead ? new LeadId(lead) : null,
            JobId = ids[1] is { } job ? new JobId(job) : null,
            CallLogId = ids[2] is { } log ? new CallLogId(log) : null,
            ParentCallId = parent,
            Client = client,
        };

    public static readonly Gen<BusinessProfile> Business =
        from id in Gen.Nullable(Businesses)
        from texts in MaybeText.Array[8]
        from minutes in Gen.Nullable(Gen.Int).Array[3]
        select new BusinessProfile(id, texts[0], texts[1])
        {
            GreetingMessage = texts[2],
            VoiceName = texts[3],
            TimeZone = texts[4],
            WorkingHours = texts[5],
            OpeningHoursJson = texts[6],
            CallGoal = texts[7],
            SlotSizeMinutes = minutes[0],
            BookingWindowDays = minutes[1],
            MinNoticeMinutes = minutes[2],
        };

    public static readonly Gen<CustomerProfile> Customer =
        from lead in Gen.Nullable(Gen.Long)
        from texts in MaybeText.Array[4]
        from gender in Gen.Nullable(Gen.Enum<Gender>())
        select new CustomerProfile(lead is { } id ? new LeadId(id) : null, texts[0], texts[1], texts[2], gender, texts[3]);

    public static readonly Gen<JobProfile> Job =
        from id in Gen.Long
        from run in Gen.Nullable(Gen.Long)
        from lead in MaybeText
        select new JobProfile(new JobId(id), run, lead);

    public static Gen<CallContext> ContextOf(CallId callId) =>
        from direction in Gen.Enum<CallDirection>()
        from business in Business
        from customer in Customer
        from job in Gen.Null(Job)
        from greeting in Text
        from slot in MaybeText
        from source in Gen.Enum<ContextSource>()
        select new CallContext(callId, direction, business, customer, job, greeting, slot, source);

    public static readonly Gen<Problem> Problems =
        from type in Gen.OneOf(
            Gen.OneOf(ProblemType.LiveCall, ProblemType.SlotTaken), Gen.Int[400, 599].Select(status => new ProblemType("new", status, "New")))
        from detail in Text
        from errors in Gen.Select(Text, Text).Select((pointer, fault) => new Fault(pointer, fault)).Array[0, 3]
        from reason in MaybeText
        from alternatives in Slots.Array[0, 3]
        from after in Gen.Nullable(Gen.TimeSpan)
        select new Problem(type, detail) { Errors = [.. errors], Reason = reason, Alternatives = [.. alternatives], RetryAfter = after };
}
