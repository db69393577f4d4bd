using System.Xml.Linq;
using CallActors.Domain;
using CallActors.Host.Gateways.Twilio;
using CallActors.Messages;

namespace CallActors.Tests.Host.Gateways.Twilio;

public class VoiceAnswerSpecs
{
    private const string Stream = "wss://calls.example.com/v1/gateways/twilio/media";
    private static readonly CallId Call = CallId.Parse("CA1");

    internal static CallReply Started(string greeting = "Hello Dana", string? firstName = "Dana", CallOutcome outcome = CallOutcome.Applied) => new(
        Call, "e", outcome, CallPhase.Greeting, 0, new CallContext(
            Call,
            CallDirection.Inbound,
            new BusinessProfile(
                new BusinessId(7), "Salon <&> \"Co\"", "+97235550100")
            { VoiceName = "he-IL", TimeZone = "Asia/Jerusalem", CallGoal = "appointment" },
            new CustomerProfile(null, firstName, firstName, null, null, "+972501234567"),
            null,
            greeting,
            null,
            ContextSource.Database));

    private static Dictionary<string, string> ParametersOf(string twiml) => XDocument.Parse(twiml).Descendants("Parameter")
        .ToDictionary(parameter => parameter.Attribute("name")!.Value, parameter => parameter.Attribute("value")!.Value);

    [Fact]
    public void A_call_that_is_taken_is_connected_with_all_it_needs()
    {
        var twiml = VoiceAnswer.Of(Started("שלום \"דנה\" <3"), Stream);
        Assert.StartsWith(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><Response><Connect><Stream url=\"wss://calls.example.com/v1/gateways/twilio/media\"><Parameter ", twiml,
            StringComparison.Ordinal);
        Assert.Equal(
            new Dictionary<string, string>
            {
                ["callId"] = "CA1",
                ["direction"] = "inbound",
                ["customerPhone"] = "+972501234567",
                ["firstName"] = "Dana",
                ["greeting"] = "שלום \"דנה\" <3",
                ["businessId"] = "7",
                ["businessName"] = "Salon <&> \"Co\"",
                ["voiceName"] = "he-IL",
                ["timeZone"] = "Asia/Jerusalem",
                ["callGoal"] = "appointment",
            },
            ParametersOf(twiml));
    }

    [Fact]
    public void What_Twilio_would_not_take_is_left_out()
    {
        var parameters = ParametersOf(VoiceAnswer.Of(Started(new string('x', 492), firstName: null), Stream));
        Assert.False(parameters.ContainsKey("greeting"));
        Assert.False(parameters.ContainsKey("firstName"));
        Assert.Equal("a😀b", ParametersOf(VoiceAnswer.Of(Started("a\u0001😀b"), Stream))["greeting"]);
        Assert.Equal(491, ParametersOf(VoiceAnswer.Of(Started(new string('x', 491)), Stream))["greeting"].Length);
    }

    [Fact]
    public void A_call_that_is_asked_for_again_is_connected_again() =>
        Assert.Contains("<Connect>", VoiceAnswer.Of(Started(outcome: CallOutcome.Duplicate), Stream), StringComparison.Ordinal);

    public static TheoryData<string, string> Refusals() => new()
    {
        { nameof(ProblemType.TooManyCalls), "<Reject reason=\"busy\" />" },
        { nameof(ProblemType.Draining), "<Reject reason=\"busy\" />" },
        { nameof(ProblemType.Overloaded), "<Reject reason=\"busy\" />" },
        { nameof(ProblemType.Failed), "<Reject reason=\"busy\" />" },
        { nameof(ProblemType.UnknownBusiness), "<Reject reason=\"rejected\" />" },
        { nameof(ProblemType.MalformedEvent), "<Reject reason=\"rejected\" />" },
        { nameof(ProblemType.CallEnded), "<Hangup />" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_call_that_is_not_taken_is_told_why(string problem, string verb)
    {
        var type = (ProblemType)typeof(ProblemType).GetField(problem)!.GetValue(null)!;
        Assert.Equal(
            $"<?xml version=\"1.0\" encoding=\"utf-8\"?><Response>{verb}</Response>",
            VoiceAnswer.Of(CallReply.Refuse(Call, "e", new Problem(type, "because")), Stream));
    }

    [Fact]
    public void A_call_that_is_over_is_hung_up_and_one_without_an_answer_is_busy()
    {
        Assert.Contains("<Hangup />", VoiceAnswer.Of(new CallReply(Call, "e", CallOutcome.Duplicate), Stream), StringComparison.Ordinal);
        Assert.Contains("busy", VoiceAnswer.Of(null, Stream), StringComparison.Ordinal);
    }
}
