using CallActors.Host.Verbs.Bench.Rate;

namespace CallActors.Tests.Host.Bench;

public sealed class PacedThreadSpecs
{
    [Fact]
    public async Task What_is_sent_at_a_pace_holds_up_no_thread_of_the_pool()
    {
        var isOfThePool = true;
        await PacedThread.RunAsync(
            () =>
            {
                isOfThePool = Thread.CurrentThread.IsThreadPoolThread;
                PacedThread.Wait(CancellationToken.None);
            },
            CancellationToken.None);
        Assert.False(isOfThePool);
    }

    [Fact]
    public async Task One_that_waits_gives_up_when_it_is_told_to()
    {
        using var stop = new CancellationTokenSource();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var paced = PacedThread.RunAsync(
            () =>
            {
                while (true)
                {
                    PacedThread.Wait(stop.Token);
                    waits.TrySetResult();
                }
            },
            stop.Token);
        await waits.Task;
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => paced.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task What_it_throws_is_what_the_bench_hears() =>
        Assert.Equal(
            "no", (await Assert.ThrowsAsync<BenchFault>(() => PacedThread.RunAsync(() => throw new BenchFault("no"), CancellationToken.None))).Message);

    private sealed class BenchFault(string message) : Exception(message);
}
