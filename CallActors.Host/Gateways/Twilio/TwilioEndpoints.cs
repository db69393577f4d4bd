using CallActors.Host.Api;
using CallActors.Host.Gateways.Callbacks;

namespace CallActors.Host.Gateways.Twilio;

/// <summary>What Twilio posts: a call that comes in, and the changes of a call's status.</summary>
internal sealed class TwilioEndpoints(TwilioOptions twilio, CallbackDesk desk, TimeProvider time)
{
    /// <summary>Twilio waits 15 s for what to do with a call; the caller hears nothing meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task Voice(HttpContext context)
    {
        if (await Read(context) is not { } reading) return;
        var outcome = await desk.TellWithin(Patience, "Twilio", reading, context.RequestAborted);
        var answer = outcome is { Replies.Count: 0, Problem: not null } ? VoiceAnswer.Reject("rejected") : VoiceAnswer.Of(outcome?.Start, twilio.StreamUrl);
        context.Response.ContentType = "text/xml; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(answer, context.RequestAborted);
    }

    public async Task Status(HttpContext context)
    {
        if (await Read(context) is { } reading) await CallbackDesk.Answer(context, await desk.Tell("Twilio", reading, context.RequestAborted));
    }

    /// <returns>Null where the request was answered already.</returns>
    private async Task<CallbackReading?> Read(HttpContext context)
    {
        using var body = await RequestBody.Read(context.Request);
        if (body is null)
        {
            await ProblemJson.Answer(context.Response, Failures.TooLarge);
            return null;
        }

        var parameters = TwilioParameters.Read(context.Request.ContentType, body.Bytes);
        var check = TwilioSignature.Check(context.Request, body.Bytes, parameters, twilio);
        if (check.IsRight) return TwilioCallback.Read(name => parameters![name] ?? context.Request.Query[name], time.GetUtcNow());
        await desk.Refuse(context, "Twilio", check);
        return null;
    }
}
