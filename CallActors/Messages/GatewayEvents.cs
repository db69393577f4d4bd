using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CallActors.Domain;

namespace CallActors.Messages;

/// <summary>What a gateway says of all its calls at once. About no single call, so it goes to every partition.</summary>
public static class GatewayEvents
{
    /// <param name="Key">Identifies the event; its <see cref="EventKey.Source"/> is the gateway.</param>
    /// <param name="Time">By the gateway's clock: when it was alive, when its list was taken.</param>
    public abstract record GatewayEvent(EventKey Key, DateTimeOffset Time)
    {
        /// <summary>Its CloudEvents type.</summary>
        public abstract string Type { get; }

        public string Source => Key.Source;
    }

    /// <summary>The gateway is there, and so are its calls: the idle clock of each starts anew.</summary>
    public sealed record Alive(EventKey Key, DateTimeOffset Time) : GatewayEvent(Key, Time)
    {
        public override string Type => "gateway.heartbeat";
    }

    /// <summary>All live calls of the gateway, as it has them.</summary>
    public sealed record Snapshot(EventKey Key, DateTimeOffset Time, ImmutableArray<LiveCall> Calls) : GatewayEvent(Key, Time)
    {
        public override string Type => "gateway.snapshot";

        /// <summary>
        /// Of a list that is too long for one event: hexadecimal digits in lower case, and the list is that of the calls whose id's SHA-256 begins with them.
        /// Empty: of all calls. Each part stands for itself, so none waits for another or is lost with it.
        /// </summary>
        public string Part { get; init; } = "";

        /// <summary>Whether the list would name this call, were it live.</summary>
        public bool Covers(CallId callId) =>
            Part.Length == 0 || Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(callId.Value))).StartsWith(Part, StringComparison.Ordinal);
    }

    /// <summary>A call that a gateway lists.</summary>
    /// <param name="CallId">The call.</param>
    /// <param name="Start">What its <c>call.started</c> says, too.</param>
    public sealed record LiveCall(CallId CallId, CallStart Start)
    {
        /// <summary>It is alive where it is held, and is not started where it is not: the gateway has other calls than those it tells of.</summary>
        public bool StartsNone { get; init; }

        public DateTimeOffset? StartedAt { get; init; }
        public DateTimeOffset? AnsweredAt { get; init; }

        /// <summary>How far it is; <see cref="CallStatus.Initiated"/> where the gateway does not say.</summary>
        public CallStatus Status { get; init; }

        /// <summary>How far it is by all that the gateway says of it.</summary>
        public CallStatus Reached => AnsweredAt is null ? Status : CallStatus.InProgress;
    }
}
