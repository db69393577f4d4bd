using System.Text;
using CallActors.Host.Gateways.CloudEvents;
using CsCheck;

namespace CallActors.Tests.Host.CloudEvents;

/// <summary>Whatever the bytes, the reader answers, and what it answers can be written down.</summary>
public class ReaderFuzzSpecs
{
    private static readonly string[] Corpus =
    [
        Sample.Event("call.started", """{"direction":"inbound","from":"+1","to":"+2","businessId":7,"parentCallId":"CA0"}""", "\"sequence\":\"12\""),
        Sample.Event("customer.name_detected", """{"firstName":"דנה","lastName":"Levi","confidence":0.5}"""),
        Sample.Event("appointment.confirmed", """{"start":"2026-05-18T10:00:00+03:00","end":"2026-05-18T11:00:00+03:00","title":"t","notes":"n"}"""),
        Sample.Event("call.noted", """{"summary":"s","recordingUrl":"http://x/y"}""", "\"dataschema\":\"http://x/y\",\"datacontenttype\":\"application/json\""),
        Sample.Event("call.ended", """{"status":"completed","durationSeconds":60}""", "\"sequence\":12"),
        Sample.Event("gateway.snapshot",
            """{"calls":[{"callId":"CA1","direction":"inbound","from":"+1","to":"+2","startedAt":"2026-05-18T10:00:00Z","status":"answered"}]}""").Replace(
            "\"subject\":\"CA1\",", ""),
        Sample.Event("gateway.heartbeat").Replace("\"subject\":\"CA1\",", ""),
        Sample.Event("greeting.finished", null, "\"data_base64\":\"eyJvdXRjb21lIjoicGxheWVkIn0=\""),
    ];

    private static readonly string[] Splinters =
    [
        "\\ud800", "\\u0000", "\0", "\"", "{", "}", "[", "]", ",", ":", "null", "true", "1e999999", "-0", "1.0", new string('9', 400), "\\", "\u202E", "\uFEFF",
        "\uFFFE",
        new string('[', 100), string.Concat(Enumerable.Repeat("{\"a\":", 80)), "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:60-14:00", "%", "=", "\n", "\r",
    ];

    private static readonly Gen<byte[]> Bytes =
        Gen.Select(
            Gen.OneOf(Corpus),
            Gen.Select(Gen.Int[0, 400], Gen.Int[0, 20], Gen.OneOf(Gen.OneOf(Splinters).Select(Encoding.UTF8.GetBytes), Gen.Byte.Array[0, 4])).Array[1, 4])
        .Select((text, cuts) => cuts.Aggregate(Encoding.UTF8.GetBytes(text), Cut));

    [Fact]
    public void Structured_events_never_throw() => Bytes.Sample(bytes => Holds(Sample.Read(bytes)), iter: 20_000, threads: 1);

    [Fact]
    public void Binary_events_never_throw() =>
        Gen.Select(Bytes, Gen.OneOf(AttributeReader.Names), Bytes).Sample(
            (body, name, value) =>
            {
                var headers = Sample.Headers("call.noted");
                headers[name == "datacontenttype" ? "Content-Type" : $"ce-{name}"] = Encoding.Latin1.GetString(value);
                Holds(new CloudEventReader(TimeProvider.System).Binary(headers, body));
            },
            iter: 5_000,
            threads: 1);

    private static void Holds(EventReading reading)
    {
        Assert.Equal(reading.Event is null && reading.OfGateway is null, reading.Faults.Length > 0);
        Assert.All(reading.Faults, fault => Assert.False(fault.Detail.AsSpan().ContainsAny('\r', '\n', '\0'), fault.Detail));
        Assert.NotEmpty(CallActors.Host.Api.JsonReply.ToBytes(json => CallActors.Host.Api.ReplyJson.Write(json, reading.Refusal())).ToArray());
    }

    private static byte[] Cut(byte[] bytes, (int At, int Length, byte[] Splinter) cut)
    {
        var at = Math.Min(cut.At, bytes.Length);
        return [.. bytes[..at], .. cut.Splinter, .. bytes[Math.Min(at + cut.Length, bytes.Length)..]];
    }
}
