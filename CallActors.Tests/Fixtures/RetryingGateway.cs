using System.Text.Json.Nodes;

namespace CallActors.Tests.Fixtures;

/// <summary>
/// A gateway that keeps an event and sends it again, with the same id, until it is answered: what every sender of a contract with an
/// <c>applied</c> in it does. The service may die and come back under it, at another address.
/// </summary>
internal sealed class RetryingGateway(Func<Uri> address)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <returns>The first answer that is not "come again".</returns>
    public async Task<ServiceAnswer> Tell(JsonObject told)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                using var gateway = new GatewayClient(address());
                var answer = await gateway.Tell(told.DeepClone().AsObject());
                if (answer.Status != 503) return answer;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                // The service has died on it, or is not up yet. Whether the event was applied is not known; it is sent again.
            }

            using var pause = new PeriodicTimer(Pause);
            await pause.WaitForNextTickAsync(limit.Token);
        }
    }
}
