using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>The half hours of a business that can be booked, each given away once: callers of one demo do not ask for the same time.</summary>
internal sealed class BookableSlots : IDisposable
{
    private static readonly TimeSpan HalfHour = TimeSpan.FromMinutes(30);
    private readonly IEnumerator<Slot> _left;

    public BookableSlots(BusinessProfile business, DateTimeOffset now) => _left = From(business, now).GetEnumerator();

    /// <summary>The next one; null where the business is booked out.</summary>
    public Slot? Next() => _left.MoveNext() ? _left.Current : null;

    public void Dispose() => _left.Dispose();

    private static IEnumerable<Slot> From(BusinessProfile business, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(business.TimeZone ?? "UTC");

        // From the day after tomorrow: no notice runs out, and no day ends, between the plan and the call.
        var first = new DateTimeOffset(now.UtcDateTime.Date.AddDays(2), TimeSpan.Zero);
        for (var start = first; start < first.AddDays(business.BookingWindowDays ?? 0); start += HalfHour)
        {
            var slot = new Slot(TimeZoneInfo.ConvertTime(start, zone), TimeZoneInfo.ConvertTime(start + HalfHour, zone));
            if (BookingRules.Check(slot, business, now, []) is null) yield return slot;
        }
    }
}
