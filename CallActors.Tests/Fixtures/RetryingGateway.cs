using System.Text.Json.Nodes;

namespace CallActors.Tests.Fixtures;

/// <summary>
/// A gateway that keeps an event and sends it again, with the same id, until it is answered: what every sender of a contract with an
/// <c>applied</c> in it does. The service may die and come back under it, at another address.
/// </summary>
internal sealed class RetryingGateway(Func<Uri> address)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>The first answer that is not "come again".</returns>
    public async Task<ServiceAnswer> Tell(JsonObject told)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var asked = address();
            string last;
            try
            {
                using var gateway = new GatewayClient(asked);
                var answer = await gateway.Tell(told.DeepClone().AsObject());
                if (answer.Status != 503) return answer;
                last = answer.Body.ToJsonString();
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
            {
                // The service has died on it, or is not up yet. Whether the event was applied is not known; it is sent again.
                last = e.Message;
            }

            if (limit.IsCancellationRequested)
                throw new TimeoutException($"{told["type"]} of {told["subject"]} got no answer in {Patience}. The last, of {asked}: {last}");
            using var pause = new PeriodicTimer(Pause);
            await pause.WaitForNextTickAsync();
        }
    }
}
