using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>A scripted event as it goes over the wire: a CloudEvent in structured mode.</summary>
internal static class CloudEventPost
{
    private static readonly MediaTypeHeaderValue Structured = new("application/cloudevents+json");
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="call">The call.</param>
    /// <param name="sequence">Which of its events this is.</param>
    /// <param name="told">The event.</param>
    /// <param name="slot">Of an appointment: the time that is asked for now.</param>
    /// <param name="startedAt">When the call began.</param>
    public static HttpContent Of(CallScript call, int sequence, ScriptedEvent told, Slot? slot, DateTimeOffset startedAt)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", string.Create(CultureInfo.InvariantCulture, $"{call.CallId}-{sequence}"));
            json.WriteString("source", "/demo/gateway");
            json.WriteString("type", told.Type);
            json.WriteString("subject", call.CallId);
            json.WriteString("time", startedAt.AddSeconds(told.AtSeconds));
            json.WriteNumber("sequence", sequence);
            json.WriteStartObject("data");
            foreach (var (name, value) in told.Data)
            {
                json.WritePropertyName(name);
                if (value is null) json.WriteNullValue();
                else value.WriteTo(json);
            }

            if (slot is { } asked)
            {
                json.WriteString("start", asked.Start);
                json.WriteString("end", asked.End);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new ByteArrayContent(buffer.ToArray()) { Headers = { ContentType = Structured } };
    }
}
