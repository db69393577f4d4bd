using CallActors.Host.Api;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Webhooks;

/// <summary>The callbacks of one configured gateway.</summary>
internal sealed class WebhookEndpoint(WebhookOptions webhook, CallbackDesk desk, SignedJson json)
{
    public string Path => $"/v1/gateways/webhooks/{webhook.Name}";

    public async Task Post(HttpContext context)
    {
        if (await json.Read(context, webhook.Name, webhook.Signature, (body, sentAt) => WebhookCallback.Read(webhook, body, sentAt)) is not { } reading) return;
        var outcome = await desk.Tell(webhook.Name, reading, context.RequestAborted);
        if (outcome is { MayBeMended: true, Problem: { } retry })
        {
            await ProblemJson.Answer(context.Response, retry);
            return;
        }

        // For whoever sets it up: most gateways show what they were answered.
        await JsonReply.Write(context.Response, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("outcome", WordOf(outcome));
            if (outcome.Problem is { } problem)
            {
                writer.WritePropertyName("problem");
                ProblemJson.Write(writer, problem);
            }

            writer.WriteEndObject();
        });
    }

    private static string WordOf(CallbackOutcome outcome) =>
        outcome.Problem is not null ? "refused"
        : outcome.Replies.Count == 0 ? "ignored"
        : outcome.Replies[^1].Outcome == CallOutcome.Duplicate ? "duplicate"
        : "applied";
}
