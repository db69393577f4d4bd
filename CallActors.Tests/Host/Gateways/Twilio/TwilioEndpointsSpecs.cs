using System.Net.Http.Headers;
using System.Text;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Api;
using Microsoft.Extensions.Time.Testing;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Gateways.Twilio;

/// <summary>The edge on a real socket, Twilio before it and fake calls behind it.</summary>
public abstract class TwilioFixture : GatewayFixture
{
    protected const string Call = "CA00000000000000000000000000000001";
    protected const string VoicePath = "/v1/gateways/twilio/voice";
    protected const string StatusPath = "/v1/gateways/twilio/status";

    protected FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 5, 17, 10, 0, 0, TimeSpan.Zero));
    protected override TimeProvider Time => Clock;
    protected override string Keys => Key;

    protected override (string Key, string Value)[] Settings =>
    [
        ("Gateway:Twilio:PublicUrl", TwilioClient.PublicUrl),
        ("Gateway:Twilio:AuthTokens:0", TwilioClient.OtherToken),
        ("Gateway:Twilio:AuthTokens:1", TwilioClient.Token),
    ];

    internal TwilioClient Twilio => field ??= new TwilioClient(Client.BaseAddress!, TwilioClient.Token);

    internal CallEvent[] Told => [.. Calls.Asked.OfType<CallEvent>()];
}

public class TwilioEndpointsSpecs : TwilioFixture
{
    private static readonly Problem Busy = new(ProblemType.TooManyCalls, "full") { RetryAfter = TimeSpan.FromSeconds(5) };

    private Func<ICallMessage, Task<CallReply>> Refuse(Problem problem) => message => Task.FromResult(CallReply.Refuse(message.CallId, "e", problem));

    [Fact]
    public async Task A_call_that_comes_in_is_started_and_answered_in_TwiML()
    {
        Calls.OnSend = _ => Task.FromResult(VoiceAnswerSpecs.Started());
        var (status, type, body) = await Twilio.Post(VoicePath, TwilioClient.Callback(Call, "ringing"));
        Assert.Equal((200, "text/xml; charset=utf-8"), (status, type));
        Assert.Contains(
            "<Stream url=\"wss://calls.example.com/v1/gateways/twilio/media\"><Parameter name=\"callId\" value=\"CA1\"", body, StringComparison.Ordinal);
        Assert.Equal(["call.started", "call.ringing"], Told.Select(told => told.Type));
        Assert.Equal(new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100"), ((Started)Told[0]).Start);
    }

    [Theory]
    [InlineData("too-many-calls", 429, "busy")]
    [InlineData("draining", 503, "busy")]
    [InlineData("unknown-business", 422, "rejected")]
    public async Task A_call_that_is_not_taken_is_rejected_before_it_costs_anything(string name, int code, string reason)
    {
        Calls.OnSend = Refuse(new Problem(new ProblemType(name, code, "t"), "d"));
        var (status, _, body) = await Twilio.Post(VoicePath, TwilioClient.Callback(Call, "ringing"));
        Assert.Equal(200, status);
        Assert.Contains($"<Response><Reject reason=\"{reason}\" /></Response>", body, StringComparison.Ordinal);
        Assert.Equal("call.started", Assert.Single(Told).Type);
    }

    [Theory]
    [InlineData("To", "")]
    [InlineData("Direction", "sideways")]
    public async Task A_call_that_comes_in_without_who_called_whom_is_rejected(string name, string value)
    {
        var (status, _, body) = await Twilio.Post(
            VoicePath, [.. TwilioClient.Callback(Call, "ringing").Where(parameter => parameter.Name != name), (name, value)]);
        Assert.Equal(200, status);
        Assert.Contains("<Response><Reject reason=\"rejected\" /></Response>", body, StringComparison.Ordinal);
        Assert.Empty(Told);
    }

    [Fact]
    public async Task A_call_that_has_no_answer_in_time_is_told_that_the_line_is_busy()
    {
        Calls.OnSend = _ =>
        {
            Clock.Advance(TimeSpan.FromSeconds(11));
            return new TaskCompletionSource<CallReply>().Task;
        };
        var answer = Twilio.Post(VoicePath, TwilioClient.Callback(Call, "ringing"));

        // The patience may begin after the first look at the clock.
        while (!answer.IsCompleted)
        {
            await Task.Yield();
            Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Contains("<Reject reason=\"busy\" />", (await answer).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_status_is_taken_with_an_empty_answer()
    {
        Assert.Equal((204, null, ""), await Twilio.Post(StatusPath, TwilioClient.Callback(Call, "completed", ("CallDuration", "7"))));
        Assert.Equal(["call.started", "call.answered", "call.ended"], Told.Select(told => told.Type));
    }

    [Fact]
    public async Task The_keys_of_CRM_rows_stand_in_the_URL_and_are_signed_with_it()
    {
        var callback = TwilioClient.Callback(Call, "initiated");
        Assert.Equal(204, (await Twilio.Post(StatusPath + "?jobId=17&callLogId=5", callback)).Status);
        Assert.Equal((17, 5), (((Started)Told[0]).Start.JobId!.Value.Value, ((Started)Told[0]).Start.CallLogId!.Value.Value));
        var signature = TwilioClient.Sign(TwilioClient.Token, TwilioClient.PublicUrl + StatusPath + "?jobId=17", callback);
        Assert.Equal(403, (await Twilio.Post(StatusPath + "?jobId=18", callback, signature)).Status);
    }

    [Theory]
    [InlineData("call-ended", 409, 204)]
    [InlineData("unknown-call", 404, 204)]
    [InlineData("unknown-business", 422, 204)]
    [InlineData("too-many-calls", 429, 429)]
    [InlineData("draining", 503, 503)]
    [InlineData("failed", 500, 500)]
    public async Task Only_what_a_retry_can_mend_is_sent_back(string name, int code, int answered)
    {
        Calls.OnSend = Refuse(new Problem(new ProblemType(name, code, "t"), "d") { RetryAfter = TimeSpan.FromSeconds(5) });
        Assert.Equal(answered, (await Twilio.Post(StatusPath, TwilioClient.Callback(Call, "ringing"))).Status);
    }

    [Fact]
    public async Task A_callback_of_which_one_event_has_to_come_again_comes_again()
    {
        Calls.OnSend = message => Task.FromResult(message is Answered
            ? CallReply.Refuse(message.CallId, "e", Busy)
            : new CallReply(message.CallId, "e", CallOutcome.Applied, CallPhase.Greeting));
        Assert.Equal(429, (await Twilio.Post(StatusPath, TwilioClient.Callback(Call, "completed", ("CallDuration", "7")))).Status);
    }

    [Fact]
    public async Task How_a_call_ended_is_told_also_where_its_start_is_no_news()
    {
        Calls.OnSend = message => Task.FromResult(message is Started
            ? CallReply.Refuse(message.CallId, "e", new Problem(ProblemType.CallEnded, "d"))
            : new CallReply(message.CallId, "e", CallOutcome.Applied, CallPhase.Flushing));
        Assert.Equal(204, (await Twilio.Post(StatusPath, TwilioClient.Callback(Call, "busy"))).Status);
        Assert.Equal(["call.started", "call.ended"], Told.Select(told => told.Type));
        Calls.Asked.Clear();
        Assert.Equal(204, (await Twilio.Post(StatusPath, TwilioClient.Callback(Call, "ringing"))).Status);
        Assert.Equal("call.started", Assert.Single(Told).Type);
    }

    [Theory]
    [InlineData(StatusPath, 204, "")]
    [InlineData(VoicePath, 200, "<Reject reason=\"rejected\" />")]
    public async Task What_cannot_be_read_is_final_too(string path, int status, string body)
    {
        var answer = await Twilio.Post(path, TwilioClient.Callback(Call, "dancing"));
        Assert.Equal(status, answer.Status);
        Assert.Contains(body, answer.Body, StringComparison.Ordinal);
        Assert.Empty(Told);
    }

    [Theory]
    [InlineData(StatusPath)]
    [InlineData(VoicePath)]
    public async Task Nobody_but_Twilio_is_heard(string path)
    {
        var callback = TwilioClient.Callback(Call, "ringing");
        Assert.Equal((403, "application/problem+json"), await StatusAndType(""));
        Assert.Equal(403, (await StatusAndType("AAAA")).Item1);
        Assert.Equal(403, (await Twilio.Post(path, callback, token2: "0123456789abcdef0123456789abcdee")).Status);
        Assert.Equal(
            403, (await Twilio.Post(path, callback, TwilioClient.Sign(TwilioClient.Token, TwilioClient.PublicUrl + path, [.. callback, ("x", "")]))).Status);
        Assert.Empty(Told);

        async Task<(int, string?)> StatusAndType(string signature)
        {
            using var form = new FormUrlEncodedContent(callback.Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)));
            var answer = await Twilio.Post(path, form, signature);
            Assert.Contains("urn:callactors:signature-refused", answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(TwilioClient.Token, answer.Body, StringComparison.Ordinal);
            return (answer.Status, answer.Type);
        }
    }

    [Theory]
    [InlineData(TwilioClient.Token, "https://calls.example.com")]
    [InlineData(TwilioClient.OtherToken, "https://calls.example.com")]
    [InlineData(TwilioClient.Token, "https://calls.example.com:443")]
    public async Task Either_token_and_either_form_of_the_port_is_right(string token, string signedAs)
    {
        var callback = TwilioClient.Callback(Call, "ringing");
        Assert.Equal(204, (await Twilio.Post(StatusPath, callback, TwilioClient.Sign(token, signedAs + StatusPath, callback))).Status);
    }

    [Fact]
    public async Task JSON_is_taken_where_its_hash_is_signed()
    {
        var json = $$"""{"CallSid":"{{Call}}","CallStatus":"in-progress","Direction":"inbound","From":"+1","To":"+2","AccountSid":"AC1","SequenceNumber":2}""";
        var path = $"{StatusPath}?bodySHA256={Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(json)))}";
        var signature = TwilioClient.Sign(TwilioClient.Token, TwilioClient.PublicUrl + path);
        using var right = new StringContent(json, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        Assert.Equal(204, (await Twilio.Post(path, right, signature)).Status);
        Assert.Equal(["call.started", "call.answered"], Told.Select(told => told.Type));
        using var wrong = new StringContent(
            json.Replace("in-progress", "completed", StringComparison.Ordinal), Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        Assert.Equal(403, (await Twilio.Post(path, wrong, signature)).Status);
    }

    [Fact]
    public async Task Only_these_routes_are_open_without_a_key()
    {
        Client.DefaultRequestHeaders.Host = "calls.example.com";
        (await Get("/v1/gateway")).IsProblem("unauthorized", 401);
        (await Get("/v1/stats")).IsProblem("unauthorized", 401);
        (await Post("/v1/events")).IsProblem("unauthorized", 401);

        // A wrong name, a wrong method and a gateway that is not configured are no such routes.
        (await Get(StatusPath)).IsProblem("unauthorized", 401);
        (await Get("/v1/gateways/twilio/other")).IsProblem("unauthorized", 401);
        (await Post("/v1/gateways/jambonz/status")).IsProblem("unauthorized", 401);
    }

    [Fact]
    public async Task A_body_beyond_measure_is_not_read()
    {
        using var form = new StringContent($"x={new string('a', 1024 * 1024)}", Encoding.UTF8, MediaTypeHeaderValue.Parse("application/x-www-form-urlencoded"));
        Assert.Equal(413, (await Twilio.Post(StatusPath, form, "AAAA")).Status);
    }
}

public class WithoutTwilioSpecs : GatewayFixture
{
    [Theory]
    [InlineData("/v1/gateways/twilio/voice")]
    [InlineData("/v1/gateways/twilio/status")]
    [InlineData("/v1/gateways/jambonz/status")]
    [InlineData("/v1/gateways/webhooks/telnyx")]
    public async Task What_is_not_configured_is_not_there(string path)
    {
        (await Post(path)).IsProblem("not-found", 404);
        Client.DefaultRequestHeaders.Host = "calls.example.com";
        (await Post(path)).IsProblem("not-found", 404);
    }
}
