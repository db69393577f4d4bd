using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Storage;

/// <summary>A call record as JSON that a person can read: a dead letter's batch. Ids are their values, an intent says its <c>kind</c>.</summary>
public static class CallRecordJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        // What a record computes of its other properties is not written.
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        // jsonb keeps no order: the kind may come last.
        AllowOutOfOrderMetadataProperties = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameKinds } },
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new TextConverter<CallId>(CallId.Parse, id => id.Value),
            new TextConverter<BigInteger>(
                text => BigInteger.Parse(text, CultureInfo.InvariantCulture), number => number.ToString(CultureInfo.InvariantCulture)),
            // A fingerprint has 64 bits, a JSON number in many readers 53.
            new TextConverter<ulong>(
                text => ulong.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture), print => print.ToString("x16", CultureInfo.InvariantCulture)),
            new KeyConverter<BusinessId>(key => new BusinessId(key), id => id.Value),
            new KeyConverter<LeadId>(key => new LeadId(key), id => id.Value),
            new KeyConverter<JobId>(key => new JobId(key), id => id.Value),
            new KeyConverter<CallLogId>(key => new CallLogId(key), id => id.Value),
            new ListConverter<ulong>(),
            new StashConverter(),
        },
    };

    public static string Write(CallRecord record) => JsonSerializer.Serialize(record, Options);

    /// <exception cref="JsonException">The text is no call record.</exception>
    public static CallRecord Read(string json) =>
        JsonSerializer.Deserialize<CallRecord>(json, Options) ?? throw new JsonException("A call record is not null.");

    private static void NameKinds(JsonTypeInfo type)
    {
        if (type.Type != typeof(WriteIntent)) return;
        type.PolymorphismOptions = new JsonPolymorphismOptions
        {
            TypeDiscriminatorPropertyName = "kind",
            DerivedTypes =
            {
                new JsonDerivedType(typeof(WriteIntent.Name), "name"),
                new JsonDerivedType(typeof(WriteIntent.DetectedGender), "gender"),
                new JsonDerivedType(typeof(WriteIntent.RequestedSlot), "requestedSlot"),
                new JsonDerivedType(typeof(WriteIntent.RequestedTitle), "requestedTitle"),
                new JsonDerivedType(typeof(WriteIntent.Reservation), "reservation"),
                new JsonDerivedType(typeof(WriteIntent.Appointment), "appointment"),
                new JsonDerivedType(typeof(WriteIntent.NoAppointment), "noAppointment"),
                new JsonDerivedType(typeof(WriteIntent.Summary), "summary"),
                new JsonDerivedType(typeof(WriteIntent.Transcription), "transcription"),
                new JsonDerivedType(typeof(WriteIntent.RecordingUrl), "recordingUrl"),
            },
        };
    }

    private sealed class TextConverter<T>(Func<string, T> parse, Func<T, string> spell) : JsonConverter<T>
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            try
            {
                return parse(reader.GetString() ?? throw new JsonException("A string was expected."));
            }
            catch (Exception fault) when (fault is FormatException or OverflowException or InvalidOperationException)
            {
                throw new JsonException(fault.Message, fault);
            }
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(spell(value));
    }

    private sealed class KeyConverter<T>(Func<long, T> make, Func<T, long> key) : JsonConverter<T>
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => make(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(key(value));
    }

    private sealed class ListConverter<T> : JsonConverter<ValueList<T>>
    {
        public override ValueList<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            ValueList.Create<T>(JsonSerializer.Deserialize<T[]>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, ValueList<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.AsSpan().ToArray(), options);
    }

    /// <summary>A stash is its list of intents.</summary>
    private sealed class StashConverter : JsonConverter<IntentStash>
    {
        public override IntentStash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(ValueList.Create<StashedIntent>(JsonSerializer.Deserialize<StashedIntent[]>(ref reader, options)));

        public override void Write(Utf8JsonWriter writer, IntentStash value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Held.AsSpan().ToArray(), options);
    }
}
