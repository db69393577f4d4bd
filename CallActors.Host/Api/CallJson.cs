using System.Globalization;
using System.Text.Json;
using CallActors.Domain;
using static CallActors.Messages.CallQueries;

namespace CallActors.Host.Api;

/// <summary>Calls as an operator sees them: the list, and one in full.</summary>
internal static class CallJson
{
    public static void Write(Utf8JsonWriter json, CallPage page)
    {
        json.WriteStartObject();
        json.WriteStartArray("calls");
        foreach (var call in page.Calls)
        {
            json.WriteStartObject();
            json.WriteString("callId", call.CallId.Value);
            json.WriteString("state", ReplyJson.Word(call.State));
            json.WriteString("direction", ReplyJson.Word(call.Direction));
            json.WriteString("from", call.From);
            json.WriteString("to", call.To);
            json.WriteString("startedAt", call.StartedAt);
            json.WriteWhole("businessId", call.BusinessId?.Value);
            json.WriteTime("flushingSince", call.FlushingSince);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("next", page.More && page.Calls.Length > 0 ? page.Calls[^1].CallId.Value : null);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, CallView view)
    {
        var call = view.Call;
        json.WriteStartObject();
        json.WriteString("callId", call.Id.Value);
        json.WriteString("state", ReplyJson.Word(call.Phase));
        json.WriteNumber("stashed", call.Stash.Count);
        json.WritePropertyName("context");
        if (call.Context is { } context) ContextJson.Write(json, context);
        else json.WriteNullValue();
        json.WriteString("direction", ReplyJson.Word(call.Start.Direction));
        json.WriteString("from", call.Start.From);
        json.WriteString("to", call.Start.To);
        json.WriteString("source", call.Source);
        json.WriteString("status", call.Status.Spelling());
        json.WriteString("startedAt", call.StartedAt);
        json.WriteTime("answeredAt", call.AnsweredAt);
        json.WriteTime("endedAt", call.EndedAt);
        json.WriteString("endReason", call.EndReason is { } reason ? JsonNamingPolicy.CamelCase.ConvertName(reason.ToString()) : null);
        json.WriteStartArray("intents");
        foreach (var held in call.Stash.Held) Write(json, held);
        json.WriteEndArray();
        json.WriteStartArray("timeline");
        foreach (var entry in call.Timeline)
        {
            json.WriteStartObject();
            json.WriteString("at", entry.At);
            json.WriteString("what", entry.What);
            json.WriteString("note", entry.Note);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("database");
        Write(json, "load", view.Cost.Load);
        Write(json, "live", view.Cost.Live);
        Write(json, "flush", view.Cost.Flush);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string phase, StatementCost cost)
    {
        json.WriteStartObject(phase);
        json.WriteNumber("statements", cost.Statements);
        json.WriteNumber("milliseconds", Math.Round(cost.Duration.TotalMilliseconds, 3));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StashedIntent held)
    {
        // It only keeps a late confirmation from reviving what was cancelled; nothing is written for it.
        if (!held.Intent.IsWritten) return;

        json.WriteStartObject();
        json.WriteString("field", held.Intent.Field.Name);
        switch (held.Intent)
        {
            case WriteIntent.Name name:
                json.WriteString("firstName", name.FirstName);
                json.WriteString("lastName", name.LastName);
                if (name.Confidence is { } confidence) json.WriteNumber("confidence", confidence);
                else json.WriteNull("confidence");
                break;
            case WriteIntent.DetectedGender gender:
                json.WriteString("gender", ReplyJson.Word(gender.Gender));
                break;
            case WriteIntent.RequestedSlot slot:
                json.WriteString("start", slot.Start);
                break;
            case WriteIntent.Appointment appointment:
                json.WriteString("start", appointment.Slot.Start);
                json.WriteString("end", appointment.Slot.End);
                json.WriteString("title", appointment.Title);
                json.WriteString("contactName", appointment.ContactName);
                json.WriteString("contactPhone", appointment.ContactPhone);
                json.WriteString("notes", appointment.Notes);
                break;
            case WriteIntent.Summary summary:
                json.WriteString("text", summary.Text);
                break;
            case WriteIntent.Transcription transcription:
                json.WriteString("text", transcription.Text);
                break;
            case WriteIntent.RecordingUrl recording:
                json.WriteString("url", recording.Url);
                break;
        }

        // A string, as a sequence may be longer than what JSON readers take for a number.
        json.WriteString("sequence", held.Sequence?.ToString(CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
