namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>
/// How the bench speaks to a service. It has to be cheap, or the bench measures itself: frames are written beforehand, and of a reply no more is read than
/// whether it says <c>applied</c>.
/// </summary>
internal interface IWire : IAsyncDisposable
{
    /// <summary>An event with all that goes around it.</summary>
    ReadOnlyMemory<byte> Frame(ReadOnlyMemory<byte> cloudEvent);

    /// <summary>Sends an event and waits for its reply. Safe from any thread; a call's next event goes out after the reply to the one before.</summary>
    /// <exception cref="BenchException">The service has gone, or speaks another protocol.</exception>
    Task<WireReply> SendAsync(WireEvent told, CancellationToken cancel);

    /// <summary>Nothing is under way, and may not be for minutes: connections that a service closes when nobody uses them are let go.</summary>
    void Rest()
    {
    }
}

internal static class Wires
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ComeAgain = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Sends an event, and again where the service has too much to do just then, sooner than a gateway would: there is nothing else to be done.
    /// </summary>
    /// <returns>The last reply.</returns>
    /// <exception cref="BenchException">The service has gone, or speaks another protocol.</exception>
    public static async Task<WireReply> SendUntilTakenAsync(this IWire wire, WireEvent told, TimeProvider time, CancellationToken cancel)
    {
        var since = time.GetTimestamp();
        var reply = await wire.SendAsync(told, cancel);
        while (reply.IsNotNow && time.GetElapsedTime(since) < Patience)
        {
            await Task.Delay(ComeAgain, time, cancel);
            reply = await wire.SendAsync(told, cancel);
        }

        return reply;
    }
}

/// <summary>What the bench takes from a reply.</summary>
/// <param name="Applied">Whether that was the outcome.</param>
/// <param name="Minimal">Whether it carries a context that did not come from the database.</param>
/// <param name="Refusal">The reply as it came, where the event was not applied; otherwise null.</param>
internal readonly record struct WireReply(bool Applied, bool Minimal, string? Refusal)
{
    /// <summary>The service has too much to do, or one of its limits is reached: 429 or 503, of the answer itself or told in it.</summary>
    public bool IsNotNow => Refusal is { } text && NotNow.Any(text.Contains);

    private static readonly string[] NotNow = ["HTTP/1.1 429", "HTTP/1.1 503", "\"status\":429", "\"status\":503"];
    private static ReadOnlySpan<byte> AppliedWord => "\"outcome\":\"applied\""u8;
    private static ReadOnlySpan<byte> MinimalWord => "\"source\":\"minimal\""u8;

    public static WireReply Read(ReadOnlySpan<byte> reply) => reply.IndexOf(AppliedWord) >= 0
        ? new WireReply(true, reply.IndexOf(MinimalWord) >= 0, null)
        : new WireReply(false, false, System.Text.Encoding.UTF8.GetString(reply));
}
