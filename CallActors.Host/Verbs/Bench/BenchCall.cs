using System.Collections.Immutable;
using System.Globalization;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Host.Verbs.Bench;

/// <summary>
/// One call of the bench, the same for every design: who it is and the seven events it is made of. Of ten calls five are of leads the CRM knows, three of
/// numbers nobody knows, two outbound from a job; every tenth books a slot of its own.
/// </summary>
internal sealed class BenchCall
{
    public const int Events = 7;
    private const string Source = "bench";
    private static readonly string[] FirstNames = ["Ruth", "Grace", "דנה", "Noam", "Maya", "יעל", "Adam", "Lea"];

    /// <param name="number">Counts the calls a design has had; no two of one design share it.</param>
    /// <param name="people">Who is in the CRM.</param>
    /// <param name="start">When the bench began; calls start a second apart, and every one of them before now.</param>
    public BenchCall(int number, BenchPeople people, DateTimeOffset start)
    {
        Number = number;
        Id = CallId.Parse(string.Create(CultureInfo.InvariantCulture, $"bench-{number:00000000}"));
        BusinessIndex = number / 10 % BenchPeople.Businesses;
        IsBooking = number % 10 == 0;
        IsOutbound = number % 10 >= 8;
        StartedAt = start.AddHours(-1).AddMilliseconds(number % 3_000_000);
        Lead = number % 10 < 5 ? people.LeadOf(BusinessIndex, number) : null;
        Job = IsOutbound ? people.JobOf(BusinessIndex, number) : null;
        Phone = (Lead ?? Job?.Lead)?.Phone ?? string.Create(CultureInfo.InvariantCulture, $"+1777{number:0000000}");
        FirstName = FirstNames[number % FirstNames.Length];
        Gender = number % 2 == 0 ? Gender.Female : Gender.Male;
        Summary = $"{FirstName} asked about opening hours and prices, and will call again.";
        var slot = number / (10 * BenchPeople.Businesses);
        SlotStart = new DateTimeOffset(start.UtcDateTime.Date.AddDays(1), TimeSpan.Zero).AddMinutes(15 * slot);
    }

    public int Number { get; }
    public CallId Id { get; }
    public int BusinessIndex { get; }
    public bool IsBooking { get; }
    public bool IsOutbound { get; }
    public DateTimeOffset StartedAt { get; }
    public BenchLead? Lead { get; }
    public BenchJob? Job { get; }
    public string Phone { get; }
    public string FirstName { get; }
    public Gender Gender { get; }
    public string Summary { get; }
    public DateTimeOffset SlotStart { get; }
    public string BusinessPhone => BenchPeople.PhoneOf(BusinessIndex);
    public int DurationSeconds { get; } = 60;

    /// <summary>How the call starts, as a gateway tells it.</summary>
    public CallStart Start => IsOutbound
        ? new CallStart(CallDirection.Outbound, BusinessPhone, Phone) { JobId = new JobId(Job!.Id) }
        : new CallStart(CallDirection.Inbound, Phone, BusinessPhone);

    /// <summary>The call's events, in order.</summary>
    public ImmutableArray<CallEvents.CallEvent> ToEvents() =>
    [
        new CallEvents.Started(Header(0), Start),
        new CallEvents.Answered(Header(1)),
        new CallEvents.GreetingFinished(Header(2), GreetingOutcome.Played),
        new CallEvents.NameDetected(Header(3), FirstName, null, 0.9),
        IsBooking
            ? new CallEvents.AppointmentConfirmed(Header(4), new Slot(SlotStart, SlotStart.AddMinutes(15)), null, null, null, null)
            : new CallEvents.GenderDetected(Header(4), Gender),
        new CallEvents.Noted(Header(5), Summary, null, null),
        new CallEvents.Ended(Header(6), CallStatus.Completed, DurationSeconds, null),
    ];

    private EventHeader Header(int step) =>
        new(new EventKey(Source, string.Create(CultureInfo.InvariantCulture, $"{Number}-{step}")), Id, StartedAt.AddSeconds(step * 10));
}

internal sealed record BenchLead(long Id, long Tenant, string Phone);

internal sealed record BenchJob(long Id, BenchLead Lead);

/// <summary>Who is in a bench's CRM: businesses, leads of each and a job for every fourth lead. The same in every design's database.</summary>
internal sealed class BenchPeople
{
    public const int Businesses = 20;
    public const int LeadsPerBusiness = 250;
    private readonly BenchLead[][] _leads = [.. Enumerable.Range(0, Businesses).Select(business => Enumerable.Range(0, LeadsPerBusiness)
        .Select(i =>
            new BenchLead((business * LeadsPerBusiness) + i + 1, business + 1, string.Create(CultureInfo.InvariantCulture, $"+1555{business:000}{i:0000}")))
        .ToArray())];

    public IEnumerable<BenchLead> Leads => _leads.SelectMany(leads => leads);

    public IEnumerable<BenchJob> Jobs => Leads.Where(lead => lead.Id % 4 == 0).Select(lead => new BenchJob(lead.Id / 4, lead));

    public static string PhoneOf(int business) => string.Create(CultureInfo.InvariantCulture, $"+97230000{business:000}");

    public BenchLead LeadOf(int business, int number) => _leads[business][number * 31 % LeadsPerBusiness];

    public BenchJob JobOf(int business, int number)
    {
        var first = ((business * LeadsPerBusiness) / 4) + 1;
        var id = first + (number * 17 % (LeadsPerBusiness / 4));
        return new BenchJob(id, _leads[((id * 4) - 1) / LeadsPerBusiness][((id * 4) - 1) % LeadsPerBusiness]);
    }
}
