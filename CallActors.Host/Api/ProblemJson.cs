using System.Globalization;
using System.Text.Json;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>Problems as RFC 9457 writes them.</summary>
internal static class ProblemJson
{
    /// <summary>Answers with a problem.</summary>
    /// <param name="response">The response.</param>
    /// <param name="problem">Its status is the response's.</param>
    /// <param name="reply">The refused reply it comes from: its call and event go along.</param>
    public static Task Answer(HttpResponse response, Problem problem, CallReply? reply = null)
    {
        if (Seconds(problem) is { } seconds) response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return JsonReply.Write(response, json => Write(json, problem, reply), problem.Type.Status, JsonReply.ProblemJson);
    }

    public static void Write(Utf8JsonWriter json, Problem problem, CallReply? reply = null)
    {
        json.WriteStartObject();
        json.WriteString("type", problem.Type.Urn);
        json.WriteString("title", problem.Type.Title);
        json.WriteNumber("status", problem.Type.Status);
        json.WriteString("detail", problem.Detail);
        if (reply?.CallId.Value is { } callId) json.WriteString("callId", callId);
        if (reply?.EventId is { } eventId) json.WriteString("eventId", eventId);
        if (!problem.Errors.IsDefaultOrEmpty)
        {
            json.WriteStartArray("errors");
            foreach (var fault in problem.Errors)
            {
                json.WriteStartObject();
                json.WriteString("pointer", fault.Pointer);
                json.WriteString("detail", fault.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (problem.Reason is not null) json.WriteString("reason", problem.Reason);
        if (problem.Reason is not null || !problem.Alternatives.IsDefaultOrEmpty)
        {
            json.WriteStartArray("alternatives");
            foreach (var slot in problem.Alternatives.IsDefault ? [] : problem.Alternatives)
            {
                json.WriteStartObject();
                json.WriteString("start", slot.Start);
                json.WriteString("end", slot.End);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        // In a batch or a frame there is no header to say it.
        if (Seconds(problem) is { } seconds) json.WriteNumber("retryAfter", seconds);
        json.WriteEndObject();
    }

    private static long? Seconds(Problem problem) => problem.RetryAfter is { } wait ? (long)Math.Ceiling(Math.Max(0, wait.TotalSeconds)) : null;
}
