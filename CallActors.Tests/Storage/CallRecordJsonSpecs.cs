using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;

namespace CallActors.Tests.Storage;

public sealed class CallRecordJsonSpecs
{
    private static readonly DateTimeOffset At = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.FromHours(2));

    private static readonly CallRecord Full = new(CallId.Parse("CA1"), new CallStart(CallDirection.Outbound, "+1", "+2")
    {
        BusinessId = new BusinessId(1),
        LeadId = new LeadId(2),
        JobId = new JobId(3),
        CallLogId = new CallLogId(4),
        ParentCallId = CallId.Parse("CA0"),
    }, At)
    {
        Final = false,
        AnsweredAt = At.AddSeconds(1),
        EndedAt = At.AddSeconds(2),
        Status = CallStatus.NoAnswer,
        DurationSeconds = 1,
        EndReason = EndReason.MaxDuration,
        EndDetail = "it \"was\" long",
        BusinessId = new BusinessId(long.MaxValue),
        LeadId = new LeadId(9),
        SeenEvents = [0, ulong.MaxValue],
        Intents = new IntentStash(
        [
            new StashedIntent(
                new WriteIntent.Name("דנה", null, 0.5), BigInteger.Parse("123456789012345678901234567890", System.Globalization.CultureInfo.InvariantCulture)),
            new StashedIntent(new WriteIntent.DetectedGender(Gender.Female), null),
            new StashedIntent(new WriteIntent.RequestedSlot(At), 1),
            new StashedIntent(new WriteIntent.RequestedTitle(At, "t"), null),
            new StashedIntent(new WriteIntent.Reservation(At, At.AddMinutes(30)), null),
            new StashedIntent(new WriteIntent.Appointment(new Slot(At, At.AddMinutes(30)), "t", "c", "p", "n"), -1),
            new StashedIntent(new WriteIntent.NoAppointment(At), null),
            new StashedIntent(new WriteIntent.Summary("s"), null),
            new StashedIntent(new WriteIntent.Transcription("t"), null),
            new StashedIntent(new WriteIntent.RecordingUrl("u"), null),
        ]),
    };

    [Fact]
    public void A_record_comes_back_as_it_was()
    {
        var read = CallRecordJson.Read(CallRecordJson.Write(Full));
        Assert.Equal(Full, read);
        Assert.Equal(TimeSpan.FromHours(2), read.StartedAt.Offset);
    }

    [Fact]
    public void A_record_of_a_call_that_did_nothing_comes_back_too()
    {
        var bare = new CallRecord(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "", "+2"), At);
        Assert.Equal(bare, CallRecordJson.Read(CallRecordJson.Write(bare)));
    }

    [Fact]
    public void Every_intent_there_is_has_a_kind()
    {
        var kinds = typeof(WriteIntent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(WriteIntent)));
        Assert.Equal(kinds.ToHashSet(), Full.Intents.Held.Select(held => held.Intent.GetType()).ToHashSet());
    }

    [Fact]
    public void The_order_of_its_fields_does_not_matter()
    {
        var json = JsonNode.Parse(CallRecordJson.Write(Full))!;
        var intent = json["intents"]![0]!["intent"]!.AsObject();
        var kind = intent["kind"]!.DeepClone();
        intent.Remove("kind");
        intent["kind"] = kind;
        Assert.Equal(Full, CallRecordJson.Read(json.ToJsonString()));
    }

    [Fact]
    public void A_person_can_read_it()
    {
        var json = CallRecordJson.Write(Full);
        Assert.Contains(
            """{"intent":{"kind":"name","firstName":"דנה","confidence":0.5},"sequence":"123456789012345678901234567890"}""", json, StringComparison.Ordinal);
        Assert.Contains(
            "\"callId\":\"CA1\",\"start\":{\"direction\":\"outbound\",\"from\":\"+1\",\"to\":\"+2\",\"businessId\":1", json, StringComparison.Ordinal);
        Assert.Contains("\"seenEvents\":[\"0000000000000000\",\"ffffffffffffffff\"]", json, StringComparison.Ordinal);
        Assert.DoesNotContain("query", json, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"callId":"with a space"}""")]
    [InlineData("""{"callId":"CA1","seenEvents":["xyz"]}""")]
    public void What_is_no_record_is_no_record(string json) => Assert.ThrowsAny<JsonException>(() => CallRecordJson.Read(json));
}
