using System.Text.Json;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Jambonz;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Gateways.Jambonz;

public class JambonzCallbackSpecs
{
    private const string Call = "b5e39996-bd2f-4bda-b928-355147186a2a";
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    internal static JsonObject Callback(string call, string status, Action<JsonObject>? more = null)
    {
        var body = new JsonObject
        {
            ["call_sid"] = call,
            ["direction"] = "inbound",
            ["from"] = "+972501234567",
            ["to"] = "+97235550100",
            ["call_id"] = "fa1b-sip",
            ["sbc_callid"] = "sbc",
            ["sip_status"] = 200,
            ["sip_reason"] = "OK",
            ["call_status"] = status,
            ["caller_id"] = "",
            ["account_sid"] = "acc-1",
            ["trace_id"] = "t",
            ["application_sid"] = "app",
            ["fs_sip_address"] = "10.0.0.1:5060",
        };
        more?.Invoke(body);
        return body;
    }

    private static CallbackReading Read(JsonObject body) => JambonzCallback.Read(JsonDocument.Parse(body.ToJsonString()).RootElement, SentAt);

    private static CallEvent[] Events(string status, Action<JsonObject>? more = null) => [.. Read(Callback(Call, status, more)).Notice!.Events()];

    [Theory]
    [InlineData("trying", "call.started")]
    [InlineData("queued", "call.started")]
    [InlineData("ringing", "call.started call.ringing")]
    [InlineData("early-media", "call.started call.ringing")]
    [InlineData("in-progress", "call.started call.answered")]
    [InlineData("completed", "call.started call.ended")]
    [InlineData("busy", "call.started call.ended")]
    [InlineData("no-answer", "call.started call.ended")]
    [InlineData("failed", "call.started call.ended")]
    public void Every_status_is_the_events_it_stands_for(string status, string types) =>
        Assert.Equal(types, string.Join(' ', Events(status).Select(told => told.Type)));

    [Fact]
    public void The_end_has_its_duration_and_the_time_it_was_signed_with()
    {
        var events = Events("completed", body => body["duration"] = 12);
        Assert.Equal(["call.started", "call.answered", "call.ended"], events.Select(told => told.Type));
        var end = (Ended)events[2];
        Assert.Equal((CallStatus.Completed, 12, null, SentAt), (end.Status, end.DurationSeconds, end.Reason, end.Header.Time));
        Assert.Equal(SentAt.AddSeconds(-12), events[1].Header.Time);
        Assert.Equal(("jambonz:acc-1", $"{Call}/completed"), (end.Header.Key.Source, end.Header.Key.Id));
    }

    [Fact]
    public void What_SIP_said_is_the_reason() => Assert.Equal(
        "SIP 486 Busy Here",
        ((Ended)Events("busy", body => (body["sip_status"], body["sip_reason"]) = (486, "Busy Here"))[1]).Reason);

    [Theory]
    [InlineData("customer_data", "jobId")]
    [InlineData("customer_data", "job_id")]
    [InlineData("customerData", "jobId")]
    public void The_keys_of_CRM_rows_come_back_in_the_tag(string tag, string key)
    {
        var start = ((Started)Events("trying", body => (body["direction"], body[tag]) = ("outbound", new JsonObject { [key] = 17 }))[0]).Start;
        Assert.Equal((CallDirection.Outbound, 17), (start.Direction, start.JobId!.Value.Value));
    }

    [Theory]
    [InlineData("call_status", "dancing", "/call_status")]
    [InlineData("call_status", null, "/call_status")]
    [InlineData("call_sid", null, "/call_sid")]
    public void What_is_wrong_is_named(string name, string? value, string pointer) =>
        Assert.Equal(pointer, Assert.Single(Read(Callback(Call, "completed", body => body[name] = value)).Faults).Pointer);

    [Fact]
    public void An_end_with_a_duration_nobody_can_read_is_an_end()
    {
        var reading = Read(Callback(Call, "completed", body => body["duration"] = "long"));
        Assert.Equal(("/duration", CallStatus.Completed), (Assert.Single(reading.LeftOut).Pointer, reading.Notice!.Status));
    }

    [Theory]
    [InlineData("972501234567", "97235550100", "+972501234567", "+97235550100")]
    [InlineData("+972501234567", "reception", "+972501234567", "reception")]
    [InlineData("", "97235550100", "", "+97235550100")]
    public void Numbers_of_digits_only_may_be_given_their_prefix(string from, string to, string caller, string called)
    {
        var body = Callback(Call, "trying", body => (body["from"], body["to"]) = (from, to)).ToJsonString();
        var start = JambonzCallback.Read(JsonDocument.Parse(body).RootElement, SentAt, new NumberPrefix("+")).Notice!.Start!;
        Assert.Equal((caller, called), (start.From, start.To));
    }

    [Fact]
    public void A_new_call_is_told_what_to_do()
    {
        string Verbs(CallReply? start) => System.Text.Encoding.UTF8.GetString(CallVerbs.Of(start, "wss://agent.example/x").Span);
        CallReply Refused(ProblemType type) => CallReply.Refuse(CallId.Parse(Call), "e", new Problem(type, "d"));
        var listen = JsonNode.Parse(Verbs(Twilio.VoiceAnswerSpecs.Started("שלום \"דנה\"")))!.AsArray();
        Assert.Equal(("listen", "wss://agent.example/x"), ((string?)listen[0]!["verb"], (string?)listen[0]!["url"]));
        Assert.Equal(("שלום \"דנה\"", "Dana", "CA1"),
            ((string?)listen[0]!["metadata"]!["greeting"], (string?)listen[0]!["metadata"]!["firstName"], (string?)listen[0]!["metadata"]!["callId"]));
        Assert.Equal("""[{"verb":"sip:decline","status":486,"reason":"Busy Here"}]""", Verbs(Refused(ProblemType.TooManyCalls)));
        Assert.Equal("""[{"verb":"sip:decline","status":486,"reason":"Busy Here"}]""", Verbs(null));
        Assert.Equal("""[{"verb":"sip:decline","status":404,"reason":"Not Found"}]""", Verbs(Refused(ProblemType.UnknownBusiness)));
        Assert.Equal("""[{"verb":"hangup"}]""", Verbs(Refused(ProblemType.CallEnded)));
    }
}
