using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>What Twilio posts: a call that comes in, and the changes of a call's status.</summary>
internal sealed class TwilioEndpoints(TwilioOptions twilio, CallbackBodies bodies, CallbackDesk desk, TimeProvider time)
{
    /// <summary>Twilio waits 15 s for what to do with a call; the caller hears nothing meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task Voice(HttpContext context)
    {
        // Whoever asks: the line is busy.
        if (bodies.TurnsAway())
        {
            await Answer(context, VoiceAnswer.Of(null, twilio.StreamUrl));
            return;
        }

        if (await Read(context) is not { } reading) return;
        var outcome = await desk.TellWithin(Patience, "Twilio", reading.AsStart(), context.RequestAborted);
        await Answer(
            context, outcome is { Replies.Count: 0, Problem: not null } ? VoiceAnswer.Reject("rejected") : VoiceAnswer.Of(outcome?.Start, twilio.StreamUrl));
    }

    public async Task Status(HttpContext context)
    {
        if (await Read(context) is { } reading) await CallbackDesk.Answer(context, await desk.Tell("Twilio", reading, context.RequestAborted));
    }

    private static async Task Answer(HttpContext context, string answer)
    {
        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }

    /// <returns>Null where the request was answered already.</returns>
    private async Task<CallbackReading?> Read(HttpContext context)
    {
        using var body = await bodies.Read(context, "Twilio", TwilioSignature.Header);
        if (body is null) return null;

        var parameters = TwilioParameters.Read(context.Request.ContentType, body.Bytes);
        var check = TwilioSignature.Check(context.Request, body.Bytes, parameters, twilio);
        if (check.IsRight) return TwilioCallback.Read(name => parameters![name] ?? context.Request.Query[name], time.GetUtcNow());
        await desk.Refuse(context, "Twilio", check);
        return null;
    }
}
