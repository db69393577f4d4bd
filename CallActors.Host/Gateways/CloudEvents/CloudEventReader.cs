using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using CallActors.Messages;
using CloudNative.CloudEvents.Http;
using static CallActors.Messages.CallEvents;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>Reads CloudEvents: from a JSON object, or from headers and a body. Whatever the bytes, the answer is an event or a list of faults.</summary>
/// <param name="time">The arrival stands in for the time of an event that has none.</param>
internal sealed class CloudEventReader(TimeProvider time)
{
    private static readonly string[] StructuredNames = [.. AttributeReader.Names, "data", "data_base64"];

    /// <summary>Reads one event in structured mode.</summary>
    public EventReading Structured(ReadOnlyMemory<byte> body)
    {
        if (!JsonBytes.TryParse(body, out var document, out var fault)) return new EventReading(null, null, null, null, [new Fault("", fault)]);
        using (document) return Structured(document.RootElement);
    }

    /// <summary>Reads one event in structured mode, alone or as the member of a batch.</summary>
    public EventReading Structured(JsonElement json)
    {
        var faults = new FaultList();
        if (json.ValueKind != JsonValueKind.Object)
        {
            faults.Add("", $"{Given.Of(json).Shown} was given; a JSON object is expected");
            return new EventReading(null, null, null, null, faults.ToImmutable());
        }

        // Parsing does not look inside strings, not even inside those of members nobody reads.
        if (!Utf8.IsValid(JsonMarshal.GetRawUtf8Value(json))) faults.Add("", "there are bytes that are no UTF-8");

        var members = Members.Of(json, StructuredNames);
        var encoded = members["data_base64"];
        if (encoded.Kind == GivenKind.Absent)
        {
            if (members["data"].Kind == GivenKind.Twice) faults.Add("/data", "is given more than once");
            return Read(name => members[name], members.Element("data"), faults);
        }

        if (members["data"].Kind != GivenKind.Absent) faults.Add("/data_base64", "is given beside data; one of them is expected");
        if (encoded.Kind != GivenKind.Text || !TryDecode(encoded.Value, out var bytes))
        {
            faults.Add("/data_base64", $"{encoded.Shown} was given; a string in base64 is expected");
            return Read(name => members[name], null, faults);
        }

        return WithData(name => members[name], bytes, "/data_base64", faults);
    }

    /// <summary>Reads one event in binary mode.</summary>
    public EventReading Binary(IHeaderDictionary headers, ReadOnlyMemory<byte> body)
    {
        var faults = new FaultList();
        var attributes = AttributeReader.Names.ToDictionary(name => name, name => Header(headers, name));
        return body.IsEmpty ? Read(name => attributes[name], default(JsonElement), faults) : WithData(name => attributes[name], body, "/data", faults);
    }

    private static Given Header(IHeaderDictionary headers, string name)
    {
        var values = headers[name == "datacontenttype" ? "Content-Type" : EventContent.HeaderPrefix + name];
        if (values.Count == 0) return Given.Absent;
        if (values.Count > 1) return Given.Twice;
        if (name == "datacontenttype") return Given.Of(values[0] ?? "");
        try
        {
            return Given.Of(HttpUtilities.DecodeHeaderValue(values[0] ?? "") ?? "");
        }
        catch (ArgumentException)
        {
            return new Given(GivenKind.Broken, "");
        }
    }

    private EventReading WithData(Func<string, Given> attributes, ReadOnlyMemory<byte> bytes, string pointer, FaultList faults)
    {
        if (JsonBytes.TryParse(bytes, out var document, out var fault))
            using (document) return Read(attributes, document.RootElement, faults);
        faults.Add(pointer, fault);
        return Read(attributes, null, faults);
    }

    /// <param name="attributes">The attribute of a name.</param>
    /// <param name="data">Undefined: there is none. Null: there is, but it cannot be read, and that is among the faults already.</param>
    /// <param name="faults">Those found so far.</param>
    private EventReading Read(Func<string, Given> attributes, JsonElement? data, FaultList faults)
    {
        var reader = new AttributeReader(attributes, faults);
        reader.SpecVersion();
        var id = reader.Required("id", AttributeReader.KeyLength);
        var source = reader.Required("source", AttributeReader.KeyLength);
        var type = reader.Required("type");
        var ofGateway = GatewayEventTypes.IsOne(type, attributes("subject"));
        var subject = ofGateway ? null : reader.Subject();
        var happened = reader.Time();
        var sequence = reader.Sequence();
        reader.DataContentType();
        reader.DataSchema();

        var key = new EventKey(source ?? "", id ?? "");
        if (ofGateway)
        {
            var told = GatewayEventTypes.Read(type!, key, attributes, happened, time.GetUtcNow(), data, faults);
            return new EventReading(null, source, id, null, faults.ToImmutable()) { OfGateway = faults.Count == 0 ? told : null };
        }

        // Where something is missing the header is not meant to be used; it is made all the same, so that the faults of the data are found.
        var header = new EventHeader(key, subject ?? default, happened ?? time.GetUtcNow(), sequence);
        var read = OfType(type, header, data, faults);
        return faults.Count == 0
            ? new EventReading(read, source, id, subject, []) { TraceParent = reader.TraceParent() }
            : new EventReading(null, source, id, subject, faults.ToImmutable());
    }

    private static CallEvent? OfType(string? name, EventHeader header, JsonElement? data, FaultList faults)
    {
        var isObject = data is { ValueKind: JsonValueKind.Object };
        if (data is { ValueKind: not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined) } other)
            faults.Add("/data", $"{Given.Of(other).Shown} was given; a JSON object is expected");

        if (name is null) return null;
        if (!EventTypes.ByName.TryGetValue(name, out var type))
        {
            var known = string.Join(", ", EventTypes.ByName.Keys.Append(GatewayEventTypes.Snapshot).Order(StringComparer.Ordinal));
            faults.Add("/type", $"{Given.Of(name).Shown} is no type of event; one of {known} is expected");
            return null;
        }

        if (!isObject && data is not { ValueKind: JsonValueKind.Null or JsonValueKind.Undefined }) return null;
        var members = isObject ? Members.Of(data!.Value, type.Fields) : new Members(type.Fields);
        return type.Read(header, new FieldReader("/data", members, faults));
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (!Convert.TryFromBase64String(text, bytes, out var length)) return false;
        Array.Resize(ref bytes, length);
        return true;
    }
}
