using Akka.Actor;
using Akka.Event;
using CallActors.Storage;

namespace CallActors.Actors;

/// <summary>
/// Has the ledger forget what it need not remember any more: every now and then, in small pieces with pauses between them, on each node for itself. What fails
/// is logged and left for the next time; no call waits for any of it. It is given the ledger and no database: it can load and write nothing.
/// </summary>
internal sealed class LedgerKeeperActor(ILedger ledger, LedgerSettings settings, TimeProvider time) : UntypedActor, IWithTimers
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private LedgerRound? _round;

    private sealed record Begin
    {
        public static readonly Begin Instance = new();
    }

    private sealed record GoOn
    {
        public static readonly GoOn Instance = new();
    }

    private sealed record Looked(bool IsIndexed);

    private sealed record Gone(Forgotten Forgotten, TimeSpan Took);

    private sealed record Failed(Exception Cause);

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => WaitForNext();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Begin:
                _round = new LedgerRound(time.GetUtcNow() - settings.Keep);
                Ask(async () => new Looked(await ledger.IsIndexedAsync(_stopping.Token).ConfigureAwait(false)));
                break;
            case Looked { IsIndexed: false }:
                _log.Warning(
                    "The ledger is not purged: callactors_flush has no index on committed_at, and each piece would read all of it. "
                    + "'create index callactors_flush_committed_at_idx on callactors_flush (committed_at)' mends it");
                End();
                break;
            case Looked or GoOn when _round is { } round:
                Ask(() => Forget(round));
                break;
            case Gone gone when _round is { } round:
                if (round.PauseAfter(gone.Forgotten, gone.Took) is { } pause) Timers.StartSingleTimer(GoOn.Instance, GoOn.Instance, pause);
                else End();
                break;
            case Failed failed:
                _log.Warning(
                    failed.Cause, "The ledger was not purged to its end, which is tried again within {0}: {1}", settings.Every * 1.5, failed.Cause.Message);
                End();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task<object> Forget(LedgerRound round)
    {
        var sent = time.GetTimestamp();
        var forgotten = await ledger.ForgetAsync(round.Since, round.Before, _stopping.Token).ConfigureAwait(false);
        return new Gone(forgotten, time.GetElapsedTime(sent));
    }

    /// <summary>Off the actor's thread: SQLite's driver does its work before it returns a task.</summary>
    private void Ask(Func<Task<object>> ask) => Task.Run(ask).PipeTo(Self, failure: cause => new Failed(cause));

    private void End()
    {
        if (_round is { Rows: > 0 and var rows }) _log.Info("The ledger has forgotten {0} calls that were committed more than {1} ago", rows, settings.Keep);
        _round = null;
        WaitForNext();
    }

    private void WaitForNext() => Timers.StartSingleTimer(Begin.Instance, Begin.Instance, settings.WaitOf(Random.Shared.NextDouble()));
}
