using System.Globalization;
using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>
/// What ARI's events mean to a call. They have no ids and no numbers: an event is known by its channel, type, time and state. Every one whose channel is in
/// the application tells who called whom, so that a lost StasisStart does not lose the call.
/// </summary>
internal static class AriEvents
{
    /// <summary>Set on a channel when its greeting is over, to played, skipped or failed.</summary>
    private const string GreetingVariable = "CALLACTORS_GREETING";

    /// <summary>CloudEvents' <c>source</c> of an Asterisk.</summary>
    /// <param name="entity">Its id, as it stands in <c>asterisk_id</c> of its events.</param>
    public static string SourceOf(string? entity) => string.IsNullOrEmpty(entity) ? "ari" : $"ari:{entity}";

    /// <summary>Reads an event.</summary>
    /// <param name="told">A JSON object.</param>
    /// <param name="application">Whose channels are calls.</param>
    /// <param name="arrival">Stands in for the time, where there is none.</param>
    /// <param name="prefix">Of its numbers.</param>
    public static CallbackReading Read(JsonElement told, string application, DateTimeOffset arrival, NumberPrefix prefix = default)
    {
        var type = SignedJson.At(told, "/type");
        if (MeaningOf(type, told) is not { } meaning) return CallbackReading.Ignored($"there is no use for a {type ?? "message without a type"}");
        if (SignedJson.At(told, "/application") is { } other && other != application) return CallbackReading.Ignored($"it is of the application {other}");
        var channel = SignedJson.Member(told, "channel") ?? default;
        if (AriChannel.IsHelper(channel)) return CallbackReading.Ignored($"{SignedJson.At(channel, "/name")} is no call's channel");

        var begins = type == "StasisStart";
        var given = AriChannel.GivenTo(channel, begins ? SignedJson.Member(told, "args") : null);
        var fields = new CallbackFields(
            name => name.StartsWith('/') ? SignedJson.At(told, name) : given.GetValueOrDefault(name), name => name.StartsWith('/') ? name : $"/args/{name}");
        var call = fields.Call("/channel/id");
        var start = begins || AriChannel.IsIn(channel, application) ? AriChannel.StartOf(channel, given, fields, prefix) : null;
        if (begins && start is null) fields.Wrong("to", "the number that was called");
        var notice = new CallNotice(
            SourceOf(fields.Text("/asterisk_id")), call, $"{type}/{SignedJson.At(told, "/timestamp")}/{meaning.Detail}", fields.Time("/timestamp", arrival))
        {
            Status = meaning.Status,
            Greeting = meaning.Greeting,
            Start = start,
            Reason = meaning.Status?.IsTerminal() is true ? ReasonOf(told) : null,
        };
        return fields.Of(notice);
    }

    /// <returns>Null where it means nothing to a call. That a channel left the application is no end: it may be at a desk now.</returns>
    private static Meaning? MeaningOf(string? type, JsonElement told)
    {
        var state = SignedJson.At(told, "/channel/state");
        switch (type)
        {
            case "StasisStart" or "ChannelStateChange":
                return new Meaning(state) { Status = AriChannel.StatusOf(SignedJson.Member(told, "channel") ?? default) };
            case "ChannelDestroyed":
                return new Meaning(SignedJson.At(told, "/cause")) { Status = HangupCauses.StatusOf(CauseOf(told), state) };
            case "ChannelVarset" when SignedJson.At(told, "/variable") == GreetingVariable && GreetingOf(SignedJson.At(told, "/value")) is { } outcome:
                return new Meaning($"{outcome}") { Greeting = outcome };
            case "ChannelDtmfReceived":
                return new Meaning(SignedJson.At(told, "/digit"));
            case "StasisEnd" or "ChannelHold" or "ChannelUnhold":
                return new Meaning(state);
            default:
                return null;
        }
    }

    private static GreetingOutcome? GreetingOf(string? value) => value switch
    {
        "played" => GreetingOutcome.Played,
        "skipped" => GreetingOutcome.Skipped,
        "failed" => GreetingOutcome.Failed,
        _ => null,
    };

    private static int? CauseOf(JsonElement told) =>
        int.TryParse(SignedJson.At(told, "/cause"), NumberStyles.None, CultureInfo.InvariantCulture, out var cause) ? cause : null;

    private static string? ReasonOf(JsonElement told) => CauseOf(told) is { } cause and not 16 ? $"Q.850 {cause}" : null;

    /// <summary>An event without status and greeting says that the call is alive.</summary>
    /// <param name="Detail">Tells events of one type and one moment apart.</param>
    private readonly record struct Meaning(string? Detail)
    {
        public CallStatus? Status { get; init; }
        public GreetingOutcome? Greeting { get; init; }
    }
}
