using System.Collections.Immutable;
using System.Text.Json;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>The events that are about a gateway and not about a call: they have no <c>subject</c>.</summary>
internal static class GatewayEventTypes
{
    public const string Snapshot = "gateway.snapshot";
    private const string Heartbeat = "gateway.heartbeat";
    private const int LongestPart = 4;
    private static readonly string[] DataFields = ["calls", "part"];
    private static readonly string[] CallFields = ["callId", .. EventTypes.StartFields, "startedAt", "answeredAt", "status"];

    /// <summary>A heartbeat may be of one call or of all.</summary>
    public static bool IsOne(string? type, Given subject) => type == Snapshot || (type == Heartbeat && subject.Kind == GivenKind.Absent);

    /// <summary>Makes the event. Where a fault was found it is not meant to be used.</summary>
    /// <param name="type">One of the two.</param>
    /// <param name="key">Its key.</param>
    /// <param name="attributes">Its attributes.</param>
    /// <param name="happened">Its time, where it has one that can be read.</param>
    /// <param name="arrival">When it came.</param>
    /// <param name="data">Its data, as in <see cref="CloudEventReader"/>.</param>
    /// <param name="faults">Those found so far.</param>
    public static GatewayEvent Read(
        string type, EventKey key, Func<string, Given> attributes, DateTimeOffset? happened, DateTimeOffset arrival, JsonElement? data, FaultList faults)
    {
        if (type == Heartbeat) return new Alive(key, happened ?? arrival);
        if (attributes("subject").Kind != GivenKind.Absent) faults.Add("/subject", "is given; a snapshot is about no single call");

        // Compared with the times of calls' events: that of the arrival would end those that started while the list was on its way.
        if (attributes("time").Kind == GivenKind.Absent)
            faults.Add("/time", "is missing; the time when the list was taken, by the clock of the calls' events, is expected");
        var snapshot = new Snapshot(key, happened ?? arrival, []);
        if (data is not { } given) return snapshot;
        if (given.ValueKind == JsonValueKind.Object)
        {
            var list = Members.Of(given, DataFields);
            return snapshot with { Calls = CallsOf(list, faults), Part = PartOf(list, faults) };
        }

        faults.Add("/data", $"{Given.Of(given).Shown} was given; a JSON object such as {{\"calls\":[]}} is expected");
        return snapshot;
    }

    private static string PartOf(Members list, FaultList faults)
    {
        var part = list["part"];
        if (part.Kind == GivenKind.Absent) return "";
        if (part.Kind == GivenKind.Text && part.Value.Length <= LongestPart && part.Value.All(char.IsAsciiHexDigitLower)) return part.Value;
        faults.Add("/data/part", part.Instead($"at most {LongestPart} hexadecimal digits in lower case, with which the SHA-256 of the listed ids begins,"));
        return "";
    }

    private static ImmutableArray<LiveCall> CallsOf(Members list, FaultList faults)
    {
        if (list["calls"].Kind == GivenKind.Twice || list.Element("calls").ValueKind != JsonValueKind.Array)
        {
            faults.Add("/data/calls", list["calls"].Instead("the list of all live calls of the gateway, empty where there is none,"));
            return [];
        }

        var calls = ImmutableArray.CreateBuilder<LiveCall>(list.Element("calls").GetArrayLength());
        foreach (var element in list.Element("calls").EnumerateArray())
        {
            var pointer = $"/data/calls/{calls.Count}";
            if (element.ValueKind != JsonValueKind.Object) faults.Add(pointer, $"{Given.Of(element).Shown} was given; a JSON object is expected");
            calls.Add(CallOf(
                new FieldReader(pointer, element.ValueKind == JsonValueKind.Object ? Members.Of(element, CallFields) : new Members(CallFields), faults)));
        }

        return calls.MoveToImmutable();
    }

    private static LiveCall CallOf(FieldReader call) => new(call.RequiredCall("callId"), EventTypes.StartOf(call))
    {
        StartedAt = call.OptionalTime("startedAt"),
        AnsweredAt = call.OptionalTime("answeredAt"),
        Status = call.Word(
            "status",
            required: false,
            ("initiated", CallStatus.Initiated),
            ("ringing", CallStatus.Ringing),
            ("answered", CallStatus.InProgress)) ?? CallStatus.Initiated,
    };
}
