using System.Collections.Immutable;

namespace CallActors.Host.Verbs.Demo;

/// <summary>A gateway as far as the service can tell: it sends the events of many calls at once, each call's in order, over HTTP.</summary>
internal sealed class SimulatedGateway(HttpClient service, TimeProvider time)
{
    /// <summary>Goes through the scripts.</summary>
    /// <param name="scripts">The calls, in the order in which they begin.</param>
    /// <param name="concurrency">Calls at once.</param>
    /// <param name="hungUp">Told after each call.</param>
    /// <param name="cancel">Hangs up on everybody.</param>
    public async Task<ImmutableArray<CallResult>> DriveAsync(ImmutableArray<CallScript> scripts, int concurrency, Action hungUp, CancellationToken cancel)
    {
        var results = new CallResult[scripts.Length];
        var lines = new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = cancel };
        await Parallel.ForAsync(0, scripts.Length, lines, async (i, hangUp) =>
        {
            results[i] = await new GatewayCall(service, scripts[i], time.GetUtcNow()).RunAsync(hangUp);
            hungUp();
        });
        return [.. results];
    }
}
