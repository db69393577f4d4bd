namespace CallActors.Host.Verbs;

/// <summary>
/// Signals are the command line's, which cancels the verb. A host that listened to them as well would stop the verb by itself, and the command line, whose turn
/// comes after, could find it gone: told to end while it still starts, the process was aborted then.
/// </summary>
internal sealed class CommandLineLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
