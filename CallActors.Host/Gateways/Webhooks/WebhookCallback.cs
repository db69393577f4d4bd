using System.Globalization;
using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.CloudEvents;

namespace CallActors.Host.Gateways.Webhooks;

/// <summary>Reads what a configured gateway says of a call.</summary>
internal static class WebhookCallback
{
    /// <summary>Reads a callback.</summary>
    /// <param name="webhook">Where its fields stand and what its statuses mean.</param>
    /// <param name="body">A JSON object.</param>
    /// <param name="sentAt">Stands in for the time, where there is none.</param>
    public static CallbackReading Read(WebhookOptions webhook, JsonElement body, DateTimeOffset sentAt)
    {
        string PointerOf(string name) => webhook.Fields.GetValueOrDefault(name, $"/{name}");

        string? At(string name)
        {
            var text = webhook.Fields.TryGetValue(name, out var pointer) ? SignedJson.At(body, pointer) : null;
            return name is WebhookFields.From or WebhookFields.To ? webhook.NumberPrefix.Before(text) : text;
        }

        var fields = new CallbackFields(
            At, PointerOf, name => webhook.Fields.TryGetValue(name, out var pointer) ? SignedJson.Find(body, pointer) : Given.Absent);
        var (word, cause) = (At(WebhookFields.Status), At(WebhookFields.Cause));
        if (word is null)
        {
            fields.Wrong(WebhookFields.Status, "a status");
            return CallbackReading.Wrong(fields.Faults);
        }

        if (!webhook.Statuses.TryGetValue($"{word}/{cause}", out var known) && !webhook.Statuses.TryGetValue(word, out known))
            return CallbackReading.Ignored($"there is no meaning of '{word}'");
        if (known.Meaning == WebhookMeaning.Ignored) return CallbackReading.Ignored($"'{word}' is to be ignored");

        var call = fields.Call(WebhookFields.CallId);
        var start = fields.Start(DirectionOf(webhook, At), WebhookFields.From, WebhookFields.To);
        var sequence = fields.Sequence(WebhookFields.Sequence);
        var time = fields.Time(WebhookFields.Time, sentAt);

        // Of the statuses of a call each comes once, whatever its time; what only says that a call is alive comes again and again, and is no duplicate.
        var again = known.Meaning == WebhookMeaning.Heartbeat && sequence is null ? time.ToString("O", CultureInfo.InvariantCulture) : "";

        // An id of its own may be that of a request which was tried again, by then with another status.
        var id = $"{word}/{fields.Text(WebhookFields.Cause)}/{fields.Text(WebhookFields.EventId) ?? $"{sequence}{again}"}";
        var status = known.Meaning == WebhookMeaning.Status ? known.Status : (CallStatus?)null;
        var notice = new CallNotice($"webhook:{webhook.Name}", call, id, time)
        {
            Status = status,
            Start = start is null ? null : fields.WithCrmKeys(start) with { ParentCallId = fields.OtherCall(WebhookFields.ParentCallId) },
            Sequence = sequence,
            DurationSeconds = fields.Seconds(WebhookFields.Duration),
            Reason = status?.IsTerminal() is true ? fields.Text(WebhookFields.Reason) : null,
            RecordingUrl = fields.Text(WebhookFields.RecordingUrl, CallbackFields.UrlLength),
        };
        return fields.Of(notice);
    }

    private static CallDirection? DirectionOf(WebhookOptions webhook, Func<string, string?> at)
    {
        var word = webhook.Fields.GetValueOrDefault(WebhookFields.Direction) is { } given && !given.StartsWith('/') ? given : at(WebhookFields.Direction);
        return word?.ToLowerInvariant() switch
        {
            "inbound" or "incoming" or "in" => CallDirection.Inbound,
            "outbound" or "outgoing" or "out" => CallDirection.Outbound,
            _ => null,
        };
    }
}
