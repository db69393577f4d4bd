namespace CallActors.Tests.Host.CloudEvents;

public class EventFaultsSpecs
{
    private const string Start = "\"start\":\"2026-05-18T10:00:00Z\"";
    private static readonly string Long = new('x', 256);

    [Theory]
    [InlineData("call.started", null, "/data/direction /data/from /data/to")]
    [InlineData("call.started", "{}", "/data/direction /data/from /data/to")]
    [InlineData("call.started", "[]", "/data")]
    [InlineData("call.ringing", "\"x\"", "/data")]
    [InlineData("no.such", "7", "/data /type")]
    [InlineData("call.started", """{"direction":"Inbound","from":7,"to":null}""", "/data/direction /data/from /data/to")]
    [InlineData("call.started", """{"direction":"inbound","from":"","to":" "}""", "/data/to")]
    [InlineData("call.started", """{"direction":true,"from":{},"to":[]}""", "/data/direction /data/from /data/to")]
    [InlineData("call.started", """{"direction":"inbound","direction":"outbound","from":"","to":"+1"}""", "/data/direction")]
    [InlineData("call.started", """{"direction":"inbound","from":"","to":"+1","businessId":0,"leadId":-1,"jobId":1.5,"callLogId":"x","parentCallId":"a b"}""",
        "/data/businessId /data/leadId /data/jobId /data/callLogId /data/parentCallId")]
    [InlineData("call.started",
        """{"direction":"inbound","from":"","to":"+1","businessId":9223372036854775808,"leadId":1e3,"jobId":true,"callLogId":"","parentCallId":7}""",
        "/data/businessId /data/leadId /data/jobId /data/callLogId /data/parentCallId")]
    [InlineData("greeting.finished", """{"outcome":"done"}""", "/data/outcome")]
    [InlineData("customer.name_detected", """{"lastName":7,"confidence":1.01}""", "/data/firstName /data/lastName /data/confidence")]
    [InlineData("customer.name_detected", """{"firstName":"\t ","confidence":"0.5"}""", "/data/confidence")]
    [InlineData("customer.name_detected", """{"firstName":"a\u0000b","lastName":"\ud800"}""", "/data/firstName /data/lastName")]
    [InlineData("customer.name_detected", """{"firstName":"a","confidence":1e999}""", "/data/confidence")]
    [InlineData("customer.name_detected", """{"firstName":"a","confidence":-0.1}""", "/data/confidence")]
    [InlineData("customer.gender_detected", "{}", "/data/gender")]
    [InlineData("customer.gender_detected", """{"gender":"other"}""", "/data/gender")]
    [InlineData("appointment.requested", "{}", "/data/start /data/end")]
    [InlineData("appointment.requested", $$"""{{{Start}},"end":"2026-05-18T10:00:00Z"}""", "/data/end")]
    [InlineData("appointment.requested", $$"""{{{Start}},"end":"2026-05-18T12:00:00+03:00"}""", "/data/end")]
    [InlineData("appointment.requested", $$"""{{{Start}},"end":"2026-05-18T11:00:00"}""", "/data/end")]
    [InlineData("appointment.confirmed", """{"start":1747562400,"end":true,"title":[],"contactName":{},"contactPhone":5,"notes":false}""",
        "/data/start /data/end /data/title /data/contactName /data/contactPhone /data/notes")]
    [InlineData("appointment.cancelled", null, "/data/start")]
    [InlineData("call.noted", "{}", "/data/summary")]
    [InlineData("call.noted", """{"summary":null}""", "/data/summary")]
    [InlineData("call.noted", """{"summary":7,"recordingUrl":"\udc00x"}""", "/data/summary /data/recordingUrl")]
    [InlineData("call.ended", "{}", "/data/status")]
    [InlineData("call.ended", """{"status":"in-progress","durationSeconds":-1,"reason":7}""", "/data/status /data/durationSeconds /data/reason")]
    [InlineData("call.ended", """{"status":"completed","durationSeconds":2147483648}""", "/data/durationSeconds")]
    [InlineData("call.ended", """{"status":"completed","durationSeconds":1.5}""", "/data/durationSeconds")]
    [InlineData("call.ended", """{"status":"completed","durationSeconds":"60"}""", "/data/durationSeconds")]
    public void Every_fault_of_the_data_is_found(string type, string? data, string pointers)
    {
        var reading = Sample.Read(Sample.Event(type, data));
        Assert.Null(reading.Event);
        Assert.Equal(pointers, reading.Pointers());
        Assert.Equal(("e-1", "CA1"), (reading.Id, reading.CallId?.Value));
    }

    [Theory]
    [InlineData("call.started", "from")]
    [InlineData("call.started", "to")]
    [InlineData("customer.name_detected", "firstName")]
    [InlineData("customer.name_detected", "lastName")]
    [InlineData("appointment.confirmed", "title")]
    [InlineData("appointment.confirmed", "contactName")]
    [InlineData("appointment.confirmed", "contactPhone")]
    public void A_name_title_or_number_has_255_characters_at_most(string type, string field)
    {
        Assert.Contains($"/data/{field}", Sample.Read(Sample.Event(type, $"{{\"{field}\":\"{Long}\"}}")).Pointers(), StringComparison.Ordinal);
        Assert.DoesNotContain($"/data/{field}", Sample.Read(Sample.Event(type, $"{{\"{field}\":\"{Long[1..]}\"}}")).Pointers(), StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_are_counted_as_a_database_counts_them()
    {
        var faces = string.Concat(Enumerable.Repeat("😀", 255));
        Assert.Empty(Sample.Read(Sample.Event("customer.name_detected", $"{{\"firstName\":\"{faces}\"}}")).Faults);
        Assert.NotEmpty(Sample.Read(Sample.Event("customer.name_detected", $"{{\"firstName\":\"{faces}😀\"}}")).Faults);
    }

    [Fact]
    public void A_text_may_be_long() => Assert.Empty(Sample.Read(Sample.Event("call.noted", $"{{\"transcription\":\"{new string('x', 500_000)}\"}}")).Faults);

    [Fact]
    public void A_message_names_what_was_given_and_what_is_expected()
    {
        Assert.Equal(
            "start: '2026-13-01' is no RFC 3339 time with an offset, of the years 2 to 9998, such as 2026-05-17T10:00:00+03:00",
            Sample.Read(Sample.Event("appointment.cancelled", "{\"start\":\"2026-13-01\"}")).Faults.Single().Detail);
        Assert.Equal(
            "gender: 'Male' was given; male or female is expected",
            Sample.Read(Sample.Event("customer.gender_detected", "{\"gender\":\"Male\"}")).Faults.Single().Detail);
        Assert.StartsWith("type: 'no.such' is no type of event; one of appointment.cancelled, ", Sample.Read(Sample.Event("no.such")).Faults.Single().Detail,
            StringComparison.Ordinal);
        var clipped = Sample.Read(Sample.Event("customer.gender_detected", $"{{\"gender\":\"{new string('x', 10_000)}\"}}")).Faults.Single().Detail;
        Assert.InRange(clipped.Length, 80, 160);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_a_fault_wherever_they_stand()
    {
        byte[] json = [.. "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"source\":\"/gw\",\"type\":\"gateway.heartbeat\",\"subject\":\"CA1\",\"other\":\""u8, 0xFF,
            .. "\"}"u8];
        Assert.Equal("", Sample.Read(json).Faults.Single().Pointer);
    }
}
