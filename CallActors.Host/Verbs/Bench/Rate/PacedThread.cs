namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>
/// A thread that sends what is due and waits a millisecond at a time. Timers and <c>Task.Delay</c> go by a clock that Linux moves at each tick of its own,
/// every 4 ms as it is mostly built: what is due meanwhile would be late and come all at once.
/// </summary>
internal static class PacedThread
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(1);

    /// <summary>Done when it has done its work, or thrown what it threw.</summary>
    public static Task RunAsync(Action work, CancellationToken cancel) =>
        Task.Factory.StartNew(work, cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Of that thread only: it blocks, for a millisecond of the machine's own clock, whatever clock the bench was given.</summary>
    /// <exception cref="OperationCanceledException">It was told to give up.</exception>
    public static void Wait(CancellationToken cancel)
    {
        cancel.WaitHandle.WaitOne(Beat);
        cancel.ThrowIfCancellationRequested();
    }
}
