using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>
/// Reads the CRM database, one of the two actors that can reach it. The calls that asked while a statement was under way share the next one: no timer, no wait
/// when idle but for the pause after a failure, never more than one statement a call. A database that fails costs its callers the load time-out, not more.
/// </summary>
internal sealed class ContextLoaderActor(ICrmDatabase database, LoaderSettings settings, CrmAvailability availability, BusyBook busy, TimeProvider time)
    : UntypedActor, IWithTimers
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromSeconds(2);
    private static readonly ContextQuery Nobody = ContextQuery.ForLedger(CallId.Parse("~"));
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Queue<Asked> _waiting = new();
    private readonly LastKnownBusinesses _lastKnown = new();
    private int _underWay;
    private DateTimeOffset _lastSent;
    private DateTimeOffset _notBefore;
    private bool _isFailureTold;
    private bool _isProbing;

    private sealed record Asked(LoadContext Load, IActorRef By, DateTimeOffset At);

    private sealed record Answered(ImmutableArray<Asked> Group, Loaded Loaded, DateTimeOffset SentAt);

    private sealed record NotAnswered(ImmutableArray<Asked> Group, Exception Cause);

    /// <summary>The statement under way has taken so long that another may go beside it.</summary>
    private sealed record Overdue
    {
        public static readonly Overdue Instance = new();
    }

    /// <summary>The pause after a statement that failed is over.</summary>
    private sealed record TryAgain
    {
        public static readonly TryAgain Instance = new();
    }

    private sealed record Probe
    {
        public static readonly Probe Instance = new();
    }

    private sealed record Probed(Exception? Failure);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(Probe.Instance, Probe.Instance, ProbeInterval);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case LoadContext load:
                _waiting.Enqueue(new Asked(load, Sender, time.GetUtcNow()));
                break;
            case AbandonLoad abandoned:
                availability.Failed(CrmUse.Reading, TooLate);
                Sender.Tell(new ContextLoadFailed(abandoned.CallId, abandoned.Attempt, TooLate, _lastKnown.Find(abandoned.Query)));
                break;
            case BusinessesRecalled recalled:
                foreach (var business in recalled.Businesses) _lastKnown.Recall(business);
                return;
            case Overdue or TryAgain:
                break;
            case Probe:
                Look();
                return;
            case Probed probed:
                _isProbing = false;
                if (probed.Failure is not null) return;
                OnAnswer();
                break;
            case Answered answered:
                _underWay--;
                OnAnswer();
                Remember(answered);
                for (var i = 0; i < answered.Group.Length; i++) Answer(answered.Group[i], answered.Loaded.Calls[i], answered.Loaded.Cost);
                break;
            case NotAnswered failed:
                _underWay--;
                Fail(failed);
                break;
            default:
                Unhandled(message);
                return;
        }

        Pump();
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Pump()
    {
        DismissLate();
        while (_underWay < settings.StatementsInFlight && HasTurn() && NextGroup() is { Length: > 0 } group)
        {
            _underWay++;
            var sentAt = _lastSent = time.GetUtcNow();

            // Off the actor's thread: SQLite's driver does its work before it returns a task.
            Task.Run(() => LoadAsync(group))
                .PipeTo(Self, success: loaded => new Answered(group, loaded, sentAt), failure: cause => new NotAnswered(group, cause));
        }
    }

    /// <summary>
    /// One statement for many calls costs the database a fraction of several for few each, so the next one waits for the one under way, unless that is stuck:
    /// then nobody else is to wait behind it. Where the last one failed the next is likely to, and costs this process more than one that succeeds: not at once.
    /// </summary>
    private bool HasTurn() =>
        IsDue(_notBefore, TryAgain.Instance)
        && (_underWay == 0 || _waiting.Count >= settings.GroupBound || IsDue(_lastSent + settings.Patience, Overdue.Instance));

    /// <summary>Whether the time has come; if not, and somebody waits, this actor is woken when it does.</summary>
    private bool IsDue(DateTimeOffset at, object wakeUp)
    {
        var left = at - time.GetUtcNow();
        if (left <= TimeSpan.Zero) return true;
        if (_waiting.Count > 0 && !Timers.IsTimerActive(wakeUp)) Timers.StartSingleTimer(wakeUp, wakeUp, left);
        return false;
    }

    private async Task<Loaded> LoadAsync(ImmutableArray<Asked> group)
    {
        CrashPoint.Reach(CrashPoint.LoadAsked);

        // The last one to ask is the last one to wait; nobody waits longer.
        var left = group[^1].At + settings.Timeout - time.GetUtcNow();
        using var limit = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, limit.Token);
        return await database.LoadAsync([.. group.Select(asked => asked.Load.Query)], either.Token).ConfigureAwait(false);
    }

    /// <summary>What has waited for nine tenths of its time-out is answered without a statement, which would hardly come in time.</summary>
    private void DismissLate()
    {
        var oldest = time.GetUtcNow() - (settings.Timeout * 0.9);
        while (_waiting.TryPeek(out var asked) && asked.At <= oldest) asked.By.Tell(NotLoaded(_waiting.Dequeue(), TooLate));
    }

    private ImmutableArray<Asked> NextGroup()
    {
        var group = ImmutableArray.CreateBuilder<Asked>();
        while (group.Count < settings.GroupBound && _waiting.TryDequeue(out var asked)) group.Add(asked);
        return group.ToImmutable();
    }

    private void OnAnswer()
    {
        (_notBefore, _isFailureTold) = (default, false);
        availability.Answered(CrmUse.Reading);
    }

    /// <summary>Before anybody is told: who goes on with a context may look its business up.</summary>
    private void Remember(Answered answered)
    {
        // One list is shared by all calls of a business, and there are groups of five hundred.
        foreach (var (business, times) in answered.Loaded.Calls.Select(found => (found.Business?.Id, found.Busy)).Distinct())
            if (business is { } known && times is not null) busy.Remember(known, new KnownBusy(times, answered.SentAt));
    }

    private void Answer(Asked asked, LoadedCall found, StatementCost cost)
    {
        CrashPoint.Reach(CrashPoint.LoadAnswered);
        if (found.Business is { } business) found = found with { Business = _lastKnown.Remember(business) };
        asked.By.Tell(new ContextLoaded(asked.Load.CallId, asked.Load.Attempt, found, cost));
    }

    private void Fail(NotAnswered failed)
    {
        var reason = failed.Cause is OperationCanceledException
            ? TooLate
            : CrmException.PublicWordsOf(failed.Cause);
        availability.Failed(CrmUse.Reading, reason);

        // Of an outage the stack is told once; then only that it goes on. What the database answered, or waited too long for, says nothing of the next
        // statement.
        var isAway = failed.Cause is CrmException { Fault: CrmFault.Away };
        if (isAway && _isFailureTold) _log.Warning("A load of {0} calls failed: {1}", failed.Group.Length, failed.Cause.Message);
        else _log.Warning(failed.Cause, "A load of {0} calls failed: {1}", failed.Group.Length, failed.Cause.Message);
        if (isAway) (_isFailureTold, _notBefore) = (true, time.GetUtcNow() + settings.Pause);

        // Who is told can count on all of that.
        foreach (var asked in failed.Group) asked.By.Tell(NotLoaded(asked, reason));
    }

    /// <summary>A database that was away is looked for, so that its return is known before the next call pays for finding out.</summary>
    private void Look()
    {
        if (availability.CanBeRead || _isProbing) return;
        _isProbing = true;
        Task.Run(async () =>
        {
            using var limit = new CancellationTokenSource(settings.Timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, limit.Token);
            await database.LoadAsync([Nobody], either.Token).ConfigureAwait(false);
        }).PipeTo(Self, success: () => new Probed(null), failure: cause => new Probed(cause));
    }

    private string TooLate => $"the database did not answer within {settings.Timeout.TotalSeconds:0.###} s";

    private ContextLoadFailed NotLoaded(Asked asked, string reason) =>
        new(asked.Load.CallId, asked.Load.Attempt, reason, _lastKnown.Find(asked.Load.Query));
}
