using System.Text.Json;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Webhooks;
using CallActors.Host.Options;
using CallActors.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Gateways.Webhooks;

/// <summary>The shipped examples, on bodies as the gateways send them.</summary>
public class WebhookCallbackSpecs
{
    private static readonly DateTimeOffset SentAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    /// <summary>An example as it is shipped, its secrets filled in.</summary>
    internal static IConfiguration Example(string name) => new ConfigurationBuilder()
        .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "examples", $"{name}.json"))
        .AddInMemoryCollection(
        [
            KeyValuePair.Create($"CallActors:Gateway:Webhooks:{name}:Secrets:0", (string?)SignedClient.Secret),
            KeyValuePair.Create($"CallActors:Gateway:Webhooks:{name}:PublicKeys:0", (string?)Convert.ToBase64String(new byte[32])),
        ])
        .Build();

    private static WebhookOptions Read(string example)
    {
        var settings = Example(example).AsEnumerable()
            .Where(setting => !setting.Key.Contains(example == "telnyx" ? ":Secrets" : ":PublicKeys", StringComparison.Ordinal));
        return ServiceOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Gateways.Webhooks.Single();
    }

    private static CallbackReading Read(string example, string body) => WebhookCallback.Read(Read(example), JsonDocument.Parse(body).RootElement, SentAt);

    private static CallEvent[] Events(string example, string body)
    {
        var reading = Read(example, body);
        Assert.True(reading.Notice is not null, reading.Why ?? string.Join(", ", reading.Faults.Select(fault => fault.Detail)));
        return [.. reading.Notice.Events()];
    }

    internal static string TelnyxBody(string call, string type, string id, string? cause = null, string at = "2024-03-15T07:41:09.931675Z") => new JsonObject
    {
        ["data"] = new JsonObject
        {
            ["record_type"] = "event",
            ["event_type"] = type,
            ["id"] = id,
            ["occurred_at"] = at,
            ["payload"] = new JsonObject
            {
                ["call_control_id"] = "v3:" + new string('x', 80),
                ["call_leg_id"] = call,
                ["call_session_id"] = "session",
                ["direction"] = type == "call.initiated" ? "incoming" : null,
                ["from"] = "+972501234567",
                ["to"] = "+97235550100",
                ["state"] = "parked",
                ["hangup_cause"] = cause,
            },
        },
        ["meta"] = new JsonObject { ["attempt"] = 1, ["delivered_to"] = "https://calls.example.com/v1/gateways/webhooks/telnyx" },
    }.ToJsonString();

    internal static string VonageBody(string call, string status, DateTimeOffset at, string? duration = null) => new JsonObject
    {
        ["uuid"] = call,
        ["conversation_uuid"] = "CON-1",
        ["status"] = status,
        ["direction"] = "inbound",
        ["from"] = "972501234567",
        ["to"] = "97235550100",
        ["timestamp"] = at.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture),
        ["duration"] = duration,
        ["price"] = "0.1",
    }.ToJsonString();

    internal static string SignalWireBody(string call, string state, string? reason = null) => new JsonObject
    {
        ["event_type"] = "calling.call.state",
        ["timestamp"] = 1_700_000_000.25,
        ["params"] = new JsonObject
        {
            ["call_id"] = call,
            ["direction"] = "inbound",
            ["call_state"] = state,
            ["end_reason"] = reason,
            ["device"] = new JsonObject
            {
                ["type"] = "phone",
                ["params"] = new JsonObject { ["from_number"] = "+972501234567", ["to_number"] = "+97235550100" }
            },
        },
    }.ToJsonString();

    [Theory]
    [InlineData("call.initiated", null, "call.started")]
    [InlineData("call.answered", null, "call.answered")]
    [InlineData("call.dtmf.received", null, "gateway.heartbeat")]
    [InlineData("call.hangup", "normal_clearing", "call.ended completed")]
    [InlineData("call.hangup", null, "call.ended completed")]
    [InlineData("call.hangup", "user_busy", "call.ended busy")]
    [InlineData("call.hangup", "timeout", "call.ended no-answer")]
    [InlineData("call.hangup", "originator_cancel", "call.ended canceled")]
    [InlineData("call.hangup", "unspecified", "call.ended failed")]
    public void Telnyx(string type, string? cause, string expected) => Assert.Equal(expected, Told(Events("telnyx", TelnyxBody("leg-1", type, "e-1", cause))));

    [Theory]
    [InlineData("started", "call.started")]
    [InlineData("ringing", "call.started call.ringing")]
    [InlineData("answered", "call.started call.answered")]
    [InlineData("completed", "call.started call.answered call.ended completed")]
    [InlineData("busy", "call.started call.ended busy")]
    [InlineData("unanswered", "call.started call.ended no-answer")]
    [InlineData("timeout", "call.started call.ended no-answer")]
    [InlineData("cancelled", "call.started call.ended canceled")]
    [InlineData("rejected", "call.started call.ended failed")]
    [InlineData("failed", "call.started call.ended failed")]
    public void Vonage(string status, string expected) => Assert.Equal(expected, Told(Events("vonage", VonageBody("uuid-1", status, SentAt, "42"))));

    [Theory]
    [InlineData("created", null, "call.started")]
    [InlineData("ringing", null, "call.started call.ringing")]
    [InlineData("answered", null, "call.started call.answered")]
    [InlineData("ending", null, "gateway.heartbeat")]
    [InlineData("ended", "hangup", "call.started call.ended completed")]
    [InlineData("ended", "busy", "call.started call.ended busy")]
    [InlineData("ended", "noAnswer", "call.started call.ended no-answer")]
    [InlineData("ended", "cancel", "call.started call.ended canceled")]
    [InlineData("ended", "error", "call.started call.ended failed")]
    public void SignalWire(string state, string? reason, string expected) =>
        Assert.Equal(expected, Told(Events("signalwire", SignalWireBody("call-1", state, reason))));

    [Fact]
    public void A_sign_of_life_without_an_id_of_its_own_is_new_each_time_and_the_same_when_it_is_sent_again()
    {
        string Id(double at) =>
            Events("signalwire",
            SignalWireBody("call-1", "ending")
            .Replace("1700000000.25", at.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal))
            .Single().Header.Key.Id;
        Assert.NotEqual(Id(1_700_000_000.25), Id(1_700_000_060.25));
        Assert.Equal(Id(1_700_000_000.25), Id(1_700_000_000.25));
    }

    private static string Told(CallEvent[] events) =>
        string.Join(' ', events.Select(told => told is Ended end ? $"{end.Type} {end.Status.Spelling()}" : told.Type));

    [Fact]
    public void Fields_are_found_where_the_pointers_point()
    {
        var telnyx = Events("telnyx", TelnyxBody("leg-1", "call.hangup", "e-1", "user_busy"));
        Assert.Equal(("webhook:telnyx", "leg-1/call.hangup/user_busy/e-1", "user_busy"),
            (telnyx[0].Header.Key.Source, telnyx[0].Header.Key.Id, ((Ended)telnyx[0]).Reason));
        Assert.Equal(new DateTimeOffset(2024, 3, 15, 7, 41, 9, TimeSpan.Zero).AddTicks(9316750), telnyx[0].Header.Time);
        var started = (Started)Events("telnyx", TelnyxBody("leg-1", "call.initiated", "e-0"))[0];
        Assert.Equal(new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100"), started.Start);
        Assert.Equal(new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100"),
            ((Started)Events("vonage", VonageBody("uuid-1", "started", SentAt))[0]).Start);
        Assert.Equal(42, ((Ended)Events("vonage", VonageBody("uuid-1", "completed", SentAt, "42"))[2]).DurationSeconds);
        Assert.Equal(SentAt.AddMilliseconds(250), Events("signalwire", SignalWireBody("call-1", "ringing"))[0].Header.Time);
    }

    [Fact]
    public void Without_an_id_of_its_own_a_status_is_an_event_of_its_call()
    {
        string IdOf(string body) => Events("vonage", body)[^1].Header.Key.Id;
        Assert.Equal(IdOf(VonageBody("uuid-1", "ringing", SentAt)), IdOf(VonageBody("uuid-1", "ringing", SentAt.AddSeconds(3))));
        Assert.NotEqual(IdOf(VonageBody("uuid-1", "ringing", SentAt)), IdOf(VonageBody("uuid-1", "answered", SentAt)));
        Assert.NotEqual(IdOf(VonageBody("uuid-1", "ringing", SentAt)), IdOf(VonageBody("uuid-2", "ringing", SentAt)));
    }

    [Fact]
    public void An_id_of_its_own_is_that_of_an_event_together_with_the_status()
    {
        string IdOf(string type, string id) => Events("telnyx", TelnyxBody("leg-1", type, id))[^1].Header.Key.Id;
        Assert.Equal(IdOf("call.answered", "e-1"), IdOf("call.answered", "e-1"));
        Assert.NotEqual(IdOf("call.answered", "e-1"), IdOf("call.hangup", "e-1"));
        Assert.NotEqual(IdOf("call.dtmf.received", "e-1"), IdOf("call.dtmf.received", "e-2"));
    }

    [Fact]
    public void What_has_no_meaning_is_ignored_and_what_is_wrong_is_named_where_it_stands()
    {
        Assert.Contains("'record'", Read("vonage", VonageBody("uuid-1", "record", SentAt)).Why, StringComparison.Ordinal);
        Assert.Equal("/status", Assert.Single(Read("vonage", """{"uuid":"1"}""").Faults).Pointer);
        Assert.Equal("/data/payload/call_leg_id", Assert.Single(Read("telnyx", TelnyxBody(new string('x', 65), "call.answered", "e-1")).Faults).Pointer);
    }

    [Theory]
    [InlineData("""{"phone_number":"+972501234567"}""", "an object was given")]
    [InlineData("\"+1415\\ud800\"", "a string that is no Unicode text was given")]
    public void A_field_that_is_there_and_is_no_text_is_left_out_and_named(string from, string detail)
    {
        var reading = Read("telnyx", TelnyxBody("leg-1", "call.initiated", "e-1").Replace("\"\\u002B972501234567\"", from, StringComparison.Ordinal));
        var fault = Assert.Single(reading.LeftOut);
        Assert.Equal("/data/payload/from", fault.Pointer);
        Assert.Contains(detail, fault.Detail, StringComparison.Ordinal);
        Assert.Equal("", reading.Notice!.Start!.From);
    }

    [Fact]
    public void A_member_nobody_asks_for_does_no_harm_whatever_it_is_called()
    {
        var root = JsonDocument.Parse("""{"status":"ringing","\ud800aaaaaaaaaaaa":1}""").RootElement;
        Assert.Equal(("ringing", null), (SignedJson.At(root, "/status"), SignedJson.At(root, "/call")));
    }

    [Theory]
    [InlineData("/a/0/b~1c/~0d", "x")]
    [InlineData("/a/1", "2.50")]
    [InlineData("/a/9", null)]
    [InlineData("/a/-1", null)]
    [InlineData("/a", null)]
    [InlineData("/t", null)]
    [InlineData("/n", null)]
    [InlineData("/nothing/here", null)]
    [InlineData("/", "empty")]
    [InlineData("/broken", null)]
    public void A_pointer_is_that_of_RFC_6901(string pointer, string? expected) => Assert.Equal(
        expected,
        SignedJson.At(JsonDocument.Parse("""{"a":[{"b/c":{"~d":"x"}},2.50],"t":true,"n":null,"":"empty","broken":"\ud800"}""").RootElement, pointer));
}
