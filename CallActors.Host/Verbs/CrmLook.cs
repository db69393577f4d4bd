using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs;

/// <summary>
/// Notices that the CRM database is away while no call asks it: who asks how the service is has it knocked at, without a statement, unless that was done a moment ago. Its return is noticed
/// by the loader, who looks for a database that is thought away.
/// </summary>
internal sealed class CrmLook(Func<CancellationToken, Task> reach, CrmAvailability availability, TimeProvider time, ILogger<CrmLook> log)
{
    /// <summary>Asked sooner again, what is known is told.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>A server that has not answered by then is away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Who asks waits no longer than this, and has what is found later the next time: probes are impatient.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    /// <summary>A server that has no connection left is there, and the pool has its own.</summary>
    private const string TooManyConnections = "53300";

    private readonly Lock _lock = new();
    private long _last = time.GetTimestamp();
    private Task _look = Task.CompletedTask;

    public async Task LookAsync(CancellationToken cancel)
    {
        Task look;
        lock (_lock)
        {
            if (availability.IsAvailable && _look.IsCompleted && time.GetElapsedTime(_last) >= Fresh)
            {
                _last = time.GetTimestamp();
                _look = ReachAsync();
            }

            look = _look;
        }

        await Task.WhenAny(look, Task.Delay(Longest, time, cancel));
    }

    private async Task ReachAsync()
    {
        try
        {
            using var limit = new CancellationTokenSource(Patience, time);
            await reach(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Away($"the database did not answer within {Patience.TotalSeconds:0} s", null);
        }
        catch (CrmException e) when (e is { Fault: CrmFault.Away, SqlState: not TooManyConnections })
        {
            Away(CrmException.PublicWordsOf(e), e);
        }
        catch (CrmException e)
        {
            log.LogWarning(e, "The CRM database was knocked at and said no; it is there: {Reason}", e.Message);
        }
    }

    private void Away(string reason, Exception? cause)
    {
        availability.Failed(CrmUse.Reading, reason);
        log.LogWarning(cause, "The CRM database is away: {Reason}", reason);
    }
}
