using CallActors.Storage;
using CallActors.Telemetry;

namespace CallActors.Host.Verbs;

/// <summary>
/// Notices that the CRM database is away while no call asks it: who asks how the service is has it knocked at, without a statement, unless that was done a
/// moment ago. Its return is noticed by the loader, who looks for a database that is thought away.
/// </summary>
internal sealed class CrmLook(Func<CancellationToken, Task> reach, CrmAvailability availability, TimeProvider time, ILogger<CrmLook> log)
{
    /// <summary>Asked sooner again, what is known is told.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>A server that has not answered by then is away.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Who asks waits no longer than this, and has what is found later the next time: probes are impatient.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);

    /// <summary>PostgreSQL's class of states in which it starts or stops.</summary>
    private const string NotServing = "57P";

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
        var answers = availability.Answers;
        try
        {
            using var limit = new CancellationTokenSource(Patience, time);
            await reach(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Away($"the database did not answer within {Patience.TotalSeconds:0} s", answers, null);
        }
        catch (CrmException e) when (e.SqlState is null || e.SqlState.StartsWith(NotServing, StringComparison.Ordinal))
        {
            Away(CrmException.PublicWordsOf(e), answers, e);
        }
        catch (Exception e)
        {
            // A server that has no connection left, or lets nobody in anew, is there, and the pool has its own.
            log.LogWarning(e, "The CRM database was knocked at, and that says nothing of it: {Reason}", e.Message);
        }
    }

    /// <summary>A database that has answered a call meanwhile is there, whatever came of the knock.</summary>
    private void Away(string reason, long answers, Exception? cause)
    {
        if (availability.Answers != answers) return;
        availability.Failed(CrmUse.Reading, reason);
        log.LogWarning(cause, "The CRM database is away: {Reason}", reason);
    }
}
