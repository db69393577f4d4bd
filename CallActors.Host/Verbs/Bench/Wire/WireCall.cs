using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>A call's events as they go over the wire, written before anything is measured.</summary>
/// <param name="Call">The call.</param>
/// <param name="Events">Its events, in order.</param>
internal sealed record WireCall(BenchCall Call, WireEvent[] Events)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="call">The call.</param>
    /// <param name="wire">Puts its own frame around each event.</param>
    public static WireCall Of(BenchCall call, IWire wire) =>
        new(call, [.. call.ToEvents().Select(told => new WireEvent(told.Header.Key.Id, call.Number, wire.Frame(CloudEvent(told))))]);

    /// <summary>An event as a CloudEvent in structured mode.</summary>
    public static ReadOnlyMemory<byte> CloudEvent(CallEvents.CallEvent told)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            json.WriteString("specversion", "1.0");
            json.WriteString("id", told.Header.Key.Id);
            json.WriteString("source", told.Header.Key.Source);
            json.WriteString("type", told.Type);
            json.WriteString("subject", told.CallId.Value);
            json.WriteString("time", told.Header.Time);
            json.WriteStartObject("data");
            WriteData(json, told);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteData(Utf8JsonWriter json, CallEvents.CallEvent told)
    {
        switch (told)
        {
            case CallEvents.Started { Start: var start }:
                json.WriteString("direction", start.Direction == CallDirection.Inbound ? "inbound" : "outbound");
                json.WriteString("from", start.From);
                json.WriteString("to", start.To);
                if (start.JobId is { } job) json.WriteNumber("jobId", job.Value);
                break;
            case CallEvents.Answered:
                break;
            case CallEvents.GreetingFinished:
                json.WriteString("outcome", "played");
                break;
            case CallEvents.NameDetected name:
                json.WriteString("firstName", name.FirstName);
                json.WriteNumber("confidence", name.Confidence!.Value);
                break;
            case CallEvents.GenderDetected detected:
                json.WriteString("gender", detected.Gender == Gender.Female ? "female" : "male");
                break;
            case CallEvents.AppointmentConfirmed confirmed:
                json.WriteString("start", confirmed.Slot.Start);
                json.WriteString("end", confirmed.Slot.End);
                break;
            case CallEvents.Noted noted:
                json.WriteString("summary", noted.Summary);
                break;
            case CallEvents.Ended ended:
                json.WriteString("status", "completed");
                json.WriteNumber("durationSeconds", ended.DurationSeconds!.Value);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(told), told.Type, string.Create(CultureInfo.InvariantCulture, $"No call of the bench says this."));
        }
    }
}

/// <summary>One event, ready to be sent.</summary>
/// <param name="Id">CloudEvents' <c>id</c>.</param>
/// <param name="Call">The number of its call.</param>
/// <param name="Frame">All that goes over the wire.</param>
internal readonly record struct WireEvent(string Id, int Call, ReadOnlyMemory<byte> Frame);
