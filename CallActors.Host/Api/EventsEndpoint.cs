using System.Text.Json;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Messages;
using CallActors.Telemetry;

namespace CallActors.Host.Api;

/// <summary><c>POST /v1/events</c>: one event, or a list of them.</summary>
internal sealed class EventsEndpoint(EventIntake intake, EventsInFlight inFlight, CloudEventReader reader, CallCounters counters)
{
    /// <summary>Events in one batch.</summary>
    public const int BatchLimit = 1000;

    private const string NoEvent =
        "the request carries no CloudEvent; application/cloudevents+json, application/cloudevents-batch+json, or ce- headers with a body of JSON are expected";

    private static readonly Problem Compressed = new(ProblemType.UnsupportedMediaType, "Compressed bodies are not served; send it without Content-Encoding.");

    public async Task Post(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        if (request.Headers.ContentEncoding.Any(encoding => !"identity".Equals(encoding, StringComparison.OrdinalIgnoreCase)))
        {
            await ProblemJson.Answer(response, Compressed);
            return;
        }

        // Before the body is read: a refusal is to cost less than the event.
        if (inFlight.TurnsAway())
        {
            await ProblemJson.Answer(response, EventsInFlight.Refusal);
            return;
        }

        await ReadAndAnswer(context);
    }

    private async Task ReadAndAnswer(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        using var body = await RequestBody.Read(context, inFlight: inFlight);
        if (body is null) return;

        switch (EventContent.ModeOf(request))
        {
            case EventMode.Structured:
                await One(context, reader.Structured(body.Bytes));
                break;
            case EventMode.Binary:
                await One(context, reader.Binary(request.Headers, body.Bytes));
                break;
            case EventMode.Batched:
                await Batch(context, body.Bytes);
                break;
            default:
                await Refuse(response, EventReading.Malformed(new Fault("", WhyNone(request))));
                break;
        }
    }

    private static string WhyNone(HttpRequest request) =>
        EventContent.WrongCharsetOf(request) is { } charset ? $"the charset {Given.Of(charset).Instead("UTF-8")}" : NoEvent;

    /// <summary>What was read is no event, or too many: it counts as one that was refused.</summary>
    private Task Refuse(HttpResponse response, Problem problem)
    {
        counters.CountRefusal(problem.Type);
        return ProblemJson.Answer(response, problem);
    }

    private async Task One(HttpContext context, EventReading reading) =>
        await ReplyJson.Answer(context.Response, await intake.Take(reading, context.Features.Get<ApiKey>(), context.RequestAborted));

    private async Task Batch(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (!JsonBytes.TryParse(body, out var document, out var fault))
        {
            await Refuse(context.Response, EventReading.Malformed(new Fault("", fault)));
            return;
        }

        using (document)
        {
            var list = document.RootElement;
            if (list.ValueKind != JsonValueKind.Array)
            {
                await Refuse(context.Response, EventReading.Malformed(new Fault("", "a batch is a JSON array of events")));
                return;
            }

            if (list.GetArrayLength() is var count && count > BatchLimit)
            {
                await Refuse(context.Response, new Problem(ProblemType.TooLarge, $"The batch has {count} events; it may have {BatchLimit}."));
                return;
            }

            // Every event is under way before any is awaited: the events of one call arrive in the order of the batch, those of different calls side by side.
            var key = context.Features.Get<ApiKey>();
            var sent = list.EnumerateArray().Select(member => intake.Take(reader.Structured(member), key, context.RequestAborted)).ToList();
            var replies = await Task.WhenAll(sent);
            await JsonReply.Write(context.Response, json =>
            {
                json.WriteStartArray();
                foreach (var reply in replies) ReplyJson.Write(json, reply);
                json.WriteEndArray();
            });
        }
    }
}
