using CallActors.Host.Api;
using CallActors.Host.Gateways.Signatures;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>
/// Reads the bodies of callbacks. Whose they are a signature over them shows, so strangers' are read, too: what those may take of the memory is bounded.
/// </summary>
internal sealed class CallbackBodies(EventsInFlight inFlight, CallbackDesk desk)
{
    private const long MemoryBound = 32 * RequestBody.Limit;

    /// <summary>No gateway waits longer for its answer, and a stranger is not to keep the memory of others.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly BodyMemory memory = new(MemoryBound);

    /// <summary>Whether a callback is to be sent away unread, since nothing more is to be read.</summary>
    public bool TurnsAway() => inFlight.TurnsAway();

    /// <summary>Reads the body of a request.</summary>
    /// <param name="context">The request and its answer.</param>
    /// <param name="gateway">As the log names it.</param>
    /// <param name="header">What shows that the request is the gateway's; without it there is nothing to read.</param>
    /// <returns>Null where the request was answered already.</returns>
    public async Task<RequestBody?> Read(HttpContext context, string gateway, string header)
    {
        if (context.Request.Headers[header].Count == 0)
        {
            await desk.Refuse(context, gateway, SignatureCheck.Missing(header));
            return null;
        }

        // Before the body is read: a refusal is to cost less than the callback.
        if (TurnsAway())
        {
            await ProblemJson.Answer(context.Response, EventsInFlight.Refusal);
            return null;
        }

        var body = await RequestBody.Read(context, Patience, memory);
        if (body is null) context.Features.Set(new Denial("callback", WhyNotRead(context.Response.StatusCode)));
        return body;
    }

    private static string WhyNotRead(int status) =>
        status == StatusCodes.Status503ServiceUnavailable
            ? "the bodies of strangers take all the memory there is for them"
            : "its body is too large, or too slow";
}
