using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;

namespace CallActors.Tests.Actors;

/// <summary>Calls that want slots of one business.</summary>
public abstract class BookingSpec(ITestOutputHelper output) : CallSpec(output)
{
    private protected static readonly CallId Other = CallId.Parse("CA-2");

    private protected Slot Morning => SlotAt(10);

    private protected Slot SlotAt(int hour, int minute = 0)
    {
        var start = new DateTimeOffset(Now.UtcDateTime.Date.AddDays(2), TimeSpan.Zero).AddHours(hour).AddMinutes(minute);
        return new Slot(start, start.AddMinutes(30));
    }

    private protected CallEvents.AppointmentRequested Requested(Slot slot, CallId? call = null) => new(Header(call), slot, null);

    private protected CallEvents.AppointmentConfirmed Confirmed(Slot slot, CallId? call = null) => new(Header(call), slot, null, null, null, null);
}
