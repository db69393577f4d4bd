using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.CloudEvents;

public class EventTypesSpecs
{
    private static readonly EventHeader Header = new(new EventKey("/gw", "e-1"), CallId.Parse("CA1"), new DateTimeOffset(2026, 5, 17, 10, 0, 0, TimeSpan.Zero));

    private static readonly Slot Slot = new(
        new DateTimeOffset(2026, 5, 18, 10, 0, 0, TimeSpan.FromHours(3)), new DateTimeOffset(2026, 5, 18, 11, 0, 0, TimeSpan.FromHours(3)));

    private const string SlotJson = "\"start\":\"2026-05-18T10:00:00+03:00\",\"end\":\"2026-05-18T11:00:00+03:00\"";

    [Fact]
    public void A_start_says_who_called_whom_and_what_is_known() => Is(
        "call.started",
        """{"direction":"outbound","from":"","to":"+972501234567","businessId":7.0,"leadId":"42","jobId":3,"callLogId":9223372036854775807,"parentCallId":"CA0","more":{}}""",
        new Started(Header, new CallStart(CallDirection.Outbound, "", "+972501234567")
        {
            BusinessId = new BusinessId(7),
            LeadId = new LeadId(42),
            JobId = new JobId(3),
            CallLogId = new CallLogId(long.MaxValue),
            ParentCallId = CallId.Parse("CA0"),
        }));

    [Fact]
    public void What_is_not_known_at_the_start_may_be_null_or_absent() => Is(
        "call.started",
        """{"direction":"inbound","from":"","to":"+1","businessId":null,"leadId":null,"parentCallId":null}""",
        new Started(Header, new CallStart(CallDirection.Inbound, "", "+1")));

    [Fact]
    public void Progress_carries_no_data()
    {
        Is("call.ringing", null, new Ringing(Header));
        Is("call.answered", "null", new Answered(Header));
        Is("gateway.heartbeat", "{\"any\":1}", new Heartbeat(Header));
    }

    [Theory]
    [InlineData(null, GreetingOutcome.Played)]
    [InlineData("{}", GreetingOutcome.Played)]
    [InlineData("{\"outcome\":null}", GreetingOutcome.Played)]
    [InlineData("{\"outcome\":\"played\"}", GreetingOutcome.Played)]
    [InlineData("{\"outcome\":\"skipped\"}", GreetingOutcome.Skipped)]
    [InlineData("{\"outcome\":\"failed\"}", GreetingOutcome.Failed)]
    public void A_greeting_was_played_unless_it_is_said_otherwise(string? data, GreetingOutcome outcome) =>
        Is("greeting.finished", data, new GreetingFinished(Header, outcome));

    [Fact]
    public void A_name_comes_with_what_was_heard()
    {
        Is("customer.name_detected", "{\"firstName\":\"דנה\"}", new NameDetected(Header, "דנה", null, null));
        Is("customer.name_detected", "{\"firstName\":\"Dana\",\"lastName\":\"Levi\",\"confidence\":0.75}", new NameDetected(Header, "Dana", "Levi", 0.75));
    }

    [Fact]
    public void A_gender_is_one_of_two_words() => Is("customer.gender_detected", "{\"gender\":\"female\"}", new GenderDetected(Header, Gender.Female));

    [Fact]
    public void A_slot_keeps_the_offset_it_was_asked_for()
    {
        Is("appointment.requested", $"{{{SlotJson},\"title\":\"Fix\"}}", new AppointmentRequested(Header, Slot, "Fix"));
        Is("appointment.cancelled", "{\"start\":\"2026-05-18T10:00:00+03:00\"}", new AppointmentCancelled(Header, Slot.Start));
        var read = (AppointmentRequested)Sample.Read(Sample.Event("appointment.requested", $"{{{SlotJson}}}")).Event!;
        Assert.Equal(TimeSpan.FromHours(3), read.Slot.Start.Offset);
    }

    [Fact]
    public void A_confirmation_carries_the_contact() => Is(
        "appointment.confirmed",
        $"{{{SlotJson},\"contactName\":\"Dana\",\"contactPhone\":\"+1\",\"notes\":\"2nd floor\"}}",
        new AppointmentConfirmed(Header, Slot, null, "Dana", "+1", "2nd floor"));

    [Fact]
    public void A_note_is_any_of_three_texts() => Is("call.noted", "{\"transcription\":\"hi\\nthere\"}", new Noted(Header, null, "hi\nthere", null));

    [Theory]
    [InlineData("completed", CallStatus.Completed)]
    [InlineData("busy", CallStatus.Busy)]
    [InlineData("no-answer", CallStatus.NoAnswer)]
    [InlineData("failed", CallStatus.Failed)]
    [InlineData("canceled", CallStatus.Canceled)]
    public void An_end_has_a_terminal_status(string word, CallStatus status) =>
        Is("call.ended", $$"""{"status":"{{word}}","durationSeconds":2147483647.00,"reason":"bye"}""", new Ended(Header, status, int.MaxValue, "bye"));

    private static void Is(string type, string? data, CallEvent expected)
    {
        var reading = Sample.Read(Sample.Event(type, data));
        Assert.Empty(reading.Faults);
        Assert.Equal(expected, reading.Event);
        Assert.Equal(type, reading.Event!.Type);
    }
}
