using System.Text.Json;
using CallActors.Domain;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Host.Api;

/// <summary>The service as an operator sees it: figures, readiness, dead letters.</summary>
internal static class ServiceJson
{
    public static void Write(Utf8JsonWriter json, ServiceStats stats)
    {
        json.WriteStartObject();
        json.WriteString("node", stats.Node);
        json.WriteNumber("loading", stats.Loading);
        json.WriteNumber("greeting", stats.Greeting);
        json.WriteNumber("live", stats.Live);
        json.WriteNumber("flushing", stats.Flushing);
        json.WriteNumber("oldestFlushSeconds", Math.Round(stats.OldestFlush.TotalSeconds, 3));
        json.WriteNumber("deadLetters", stats.DeadLetters);
        json.WriteStartObject("events");
        json.WriteNumber("applied", stats.Applied);
        json.WriteNumber("duplicate", stats.Duplicate);
        json.WriteNumber("refused", stats.Refused);
        json.WriteEndObject();
        json.WriteNumber("refusals", stats.Refusals);
        json.WriteStartObject("database");
        json.WriteBoolean("available", stats.DatabaseAvailable);
        WritePhases(json, "statements", phase => json.WriteNumberValue(phase.Statements), stats);
        WritePhases(json, "milliseconds", phase => json.WriteNumberValue(Math.Round(phase.Milliseconds, 3)), stats);
        json.WriteStartObject("upkeep");
        json.WriteNumber("statements", stats.Upkeep.Statements);
        json.WriteNumber("milliseconds", Math.Round(stats.Upkeep.Milliseconds, 3));
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("journal");
        json.WriteBoolean("available", stats.JournalAvailable);
        json.WriteString("durability", stats.Durability == Durability.Memory ? "memory" : "journal");
        json.WriteEndObject();
        json.WriteStartObject("callbacks");
        json.WriteNumber("forged", stats.ForgedCallbacks);
        json.WriteNumber("ignored", stats.IgnoredCallbacks);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, Readiness readiness)
    {
        json.WriteStartObject();
        json.WriteString("status", readiness.Status);
        json.WriteStartArray("reasons");
        foreach (var reason in readiness.Reasons) json.WriteStringValue(reason);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, DeadLetterList list)
    {
        json.WriteStartObject();
        json.WriteStartArray("deadLetters");
        foreach (var letter in list.Letters) Write(json, letter);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DeadLetter letter)
    {
        json.WriteStartObject();
        json.WriteString("id", letter.Id);
        json.WriteString("callId", letter.CallId.Value);
        json.WriteString("reason", letter.Reason);
        json.WriteString("sqlState", letter.SqlState);
        json.WriteString("at", letter.At);
        ContextJson.WriteStored(json, "batch", letter.BatchJson);
        json.WriteEndObject();
    }

    private static void WritePhases(Utf8JsonWriter json, string name, Action<PhaseCost> write, ServiceStats stats)
    {
        json.WriteStartObject(name);
        json.WritePropertyName("load");
        write(stats.Load);
        json.WritePropertyName("live");
        write(stats.LiveCost);
        json.WritePropertyName("flush");
        write(stats.Flush);
        json.WriteEndObject();
    }
}
