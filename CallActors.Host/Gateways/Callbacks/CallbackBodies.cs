using CallActors.Host.Api;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>Reads the bodies of callbacks. Whose they are a signature over them shows, so strangers' are read, too: what those may take of the memory is bounded.</summary>
internal sealed class CallbackBodies(EventsInFlight inFlight)
{
    private const long MemoryBound = 32 * RequestBody.Limit;
    private readonly BodyMemory memory = new(MemoryBound);

    /// <summary>Nothing more is to be read.</summary>
    public bool IsFull => inFlight.IsFull;

    /// <returns>Null where the request was answered already.</returns>
    public async Task<RequestBody?> Read(HttpContext context)
    {
        // Before the body is read: a refusal is to cost less than the callback.
        if (!IsFull) return await RequestBody.Read(context, memory);
        await ProblemJson.Answer(context.Response, EventsInFlight.Refusal);
        return null;
    }
}
