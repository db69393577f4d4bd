using CallActors.Domain;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>What whoever leads the conversation is handed along with a call's audio: of its context, what is spoken or needed for speaking.</summary>
internal static class CallParameters
{
    /// <summary>Names and values; what is not known is left out.</summary>
    public static IEnumerable<(string Name, string Value)> Of(CallContext context) => All(context).Where(parameter => !string.IsNullOrEmpty(parameter.Value))!;

    private static IEnumerable<(string Name, string? Value)> All(CallContext context) =>
    [
        ("callId", context.CallId.Value),
        ("direction", context.Direction == CallDirection.Inbound ? "inbound" : "outbound"),
        ("customerPhone", context.Customer.Phone),
        ("firstName", context.Customer.FirstName),
        ("greeting", context.Greeting),
        ("businessId", context.Business.Id is { } id ? $"{id.Value}" : null),
        ("businessName", context.Business.Name),
        ("voiceName", context.Business.VoiceName),
        ("timeZone", context.Business.TimeZone),
        ("callGoal", context.Business.CallGoal),
    ];
}
