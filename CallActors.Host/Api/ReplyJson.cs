using System.Text.Json;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>Replies and what is in them, in the shapes of the contract.</summary>
internal static class ReplyJson
{
    /// <summary>Answers with a reply: the reply, or where it was refused the problem itself.</summary>
    public static Task Answer(HttpResponse response, CallReply reply) =>
        reply.Problem is { } problem ? ProblemJson.Answer(response, problem, reply) : JsonReply.Write(response, json => Write(json, reply));

    /// <summary>Writes a reply; a refused one with its problem inside.</summary>
    /// <param name="json">Where.</param>
    /// <param name="reply">What.</param>
    /// <param name="eventSource">CloudEvents' <c>source</c> of the event, where replies to many sources share a connection.</param>
    public static void Write(Utf8JsonWriter json, CallReply reply, string? eventSource = null)
    {
        json.WriteStartObject();
        json.WriteString("eventId", reply.EventId);
        if (eventSource is not null) json.WriteString("eventSource", eventSource);
        json.WriteString("callId", reply.CallId.Value);
        json.WriteString("outcome", Word(reply.Outcome));
        if (reply.State is { } state)
        {
            json.WriteString("state", Word(state));
            json.WriteNumber("stashed", reply.Stashed);
        }

        if (reply.Context is { } context)
        {
            json.WritePropertyName("context");
            ContextJson.Write(json, context);
        }

        if (reply.Slot is { } slot)
        {
            json.WriteStartObject("slot");
            json.WriteString("start", slot.Start);
            json.WriteTime("end", slot.End);
            json.WriteString("state", slot.State);
            json.WriteEndObject();
        }

        if (reply.Snapshot is { } snapshot)
        {
            json.WriteStartObject("snapshot");
            json.WriteNumber("listed", snapshot.Listed);
            json.WriteNumber("ended", snapshot.Ended);
            json.WriteNumber("started", snapshot.Started);
            json.WriteNumber("refused", snapshot.Refused);
            json.WriteEndObject();
        }

        if (reply.Problem is { } problem)
        {
            json.WritePropertyName("problem");
            ProblemJson.Write(json, problem);
        }

        json.WriteEndObject();
    }

    public static string Word(CallPhase phase) => phase switch
    {
        CallPhase.Loading => "loading",
        CallPhase.Greeting => "greeting",
        CallPhase.Live => "live",
        CallPhase.Flushing => "flushing",
        _ => throw new ArgumentOutOfRangeException(nameof(phase), phase, null),
    };

    public static string Word(CallDirection direction) => direction == CallDirection.Inbound ? "inbound" : "outbound";

    public static string? Word(Gender? gender) => gender switch
    {
        Gender.Male => "male",
        Gender.Female => "female",
        _ => null,
    };

    /// <summary>A time, or null.</summary>
    public static void WriteTime(this Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } value) json.WriteString(name, value);
        else json.WriteNull(name);
    }

    /// <summary>A number, or null.</summary>
    public static void WriteWhole(this Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }

    private static string Word(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Applied => "applied",
        CallOutcome.Duplicate => "duplicate",
        CallOutcome.Refused => "refused",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, null),
    };
}
