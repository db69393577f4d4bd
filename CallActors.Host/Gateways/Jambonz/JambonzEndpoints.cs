using CallActors.Host.Api;
using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Host.Gateways.Jambonz;

/// <summary>What jambonz posts: a call that comes in, and the changes of a call's status.</summary>
internal sealed class JambonzEndpoints(JambonzOptions jambonz, CallbackBodies bodies, CallbackDesk desk, SignedJson json)
{
    private const string Name = "jambonz";

    /// <summary>jambonz gives an application ten seconds.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    public async Task Call(HttpContext context)
    {
        // Whoever asks: the line is busy.
        if (bodies.TurnsAway())
        {
            await Answer(context, CallVerbs.Of(null, jambonz.ListenUrl!));
            return;
        }

        if (await Read(context) is not { } reading) return;
        var outcome = await desk.TellWithin(Patience, Name, reading.AsStart(), context.RequestAborted);
        await Answer(context,
            outcome is { Replies.Count: 0, Problem: not null } ? CallVerbs.Decline(400, "Bad Request") : CallVerbs.Of(outcome?.Start, jambonz.ListenUrl!));
    }

    public async Task Status(HttpContext context)
    {
        if (await Read(context) is { } reading)
            await CallbackDesk.Answer(context, await desk.Tell(Name, reading, context.RequestAborted));
    }

    /// <returns>Null where the request was answered already.</returns>
    private Task<CallbackReading?> Read(HttpContext context) =>
        json.Read(context, Name, jambonz.Signature, (body, sentAt) => JambonzCallback.Read(body, sentAt, jambonz.NumberPrefix));

    private static async Task Answer(HttpContext context, ReadOnlyMemory<byte> verbs)
    {
        context.Response.ContentType = JsonReply.Json;
        context.Response.ContentLength = verbs.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(verbs, context.RequestAborted);
    }
}
