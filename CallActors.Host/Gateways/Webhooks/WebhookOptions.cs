using System.Collections.Frozen;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Signatures;

namespace CallActors.Host.Gateways.Webhooks;

/// <summary>What one status of a gateway stands for.</summary>
internal enum WebhookMeaning
{
    Ignored,
    Heartbeat,
    Status,
}

/// <summary>What one status of a gateway stands for, and which status of ours it is, where it is one.</summary>
internal readonly record struct WebhookStatus(WebhookMeaning Meaning, CallStatus Status);

/// <summary>A gateway that posts signed JSON, described by the configuration.</summary>
/// <param name="Name">The last part of its path, and of its events' <c>source</c>.</param>
/// <param name="Signature">How it is known.</param>
/// <param name="Fields">Where in its JSON a field stands: a JSON pointer by our name of the field. A direction may be a word instead.</param>
/// <param name="Statuses">What its statuses stand for: by status and cause with a slash between, or by status.</param>
internal sealed record WebhookOptions(
    string Name, IRequestSignature Signature, FrozenDictionary<string, string> Fields, FrozenDictionary<string, WebhookStatus> Statuses)
{
    public NumberPrefix NumberPrefix { get; init; }
}
