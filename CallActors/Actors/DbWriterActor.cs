using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>
/// Writes the CRM database, one of the two actors that can reach it. Batches that came while the last transaction ran go together in the next one.
/// A refused group is split until the culprit stands alone, which becomes a dead letter; a database that is away is asked again, with back-off,
/// until it is back. Nothing is ever given up silently.
/// </summary>
internal sealed partial class DbWriterActor : UntypedActor, IWithTimers
{
    private const int TriesTogether = 3;
    private static readonly TimeSpan LongestAlone = TimeSpan.FromMinutes(1);
    private readonly ICrmDatabase _database;
    private readonly WriterSettings _settings;
    private readonly CrmAvailability _availability;
    private readonly CallCounters _counters;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _countingLetters = new(1);
    private readonly FlushQueue _queue = new();

    /// <summary>Parts of groups that failed, and calls that cannot be written while others can; each of these has a timer of its own.</summary>
    private readonly FlushRetries _retries;
    private int _underWay;
    private int _failuresInARow;
    private bool _backingOff;

    /// <summary>What is queued has waited for company long enough.</summary>
    private bool _isDue;
    private bool _lingers;

    /// <summary>The last transaction was begun so long ago that another may go beside it.</summary>
    private bool _isStuck;

    private sealed record Stuck
    {
        public static readonly Stuck Instance = new();
    }

    private sealed record Lingered
    {
        public static readonly Lingered Instance = new();
    }

    /// <summary>A later version of this call's batch waits for the transaction it is in.</summary>
    private sealed record Overdue(FlushQueue.Entry Entry, FlushQueue.Transaction Transaction);

    private sealed record Again(FlushQueue.Entry Entry);

    private sealed record Done(ImmutableArray<FlushQueue.Entry> Group, bool IsRetry, Committed Committed);

    private sealed record NotDone(ImmutableArray<FlushQueue.Entry> Group, bool IsRetry, Exception Cause);

    private sealed record LetterKept(FlushQueue.Entry Entry, string Reason, string? SqlState);

    private sealed record LetterNotKept(FlushQueue.Entry Entry, Exception Cause);

    private sealed record CountAgain
    {
        public static readonly CountAgain Instance = new();
    }

    private sealed record TryAgain
    {
        public static readonly TryAgain Instance = new();
    }

    public DbWriterActor(ICrmDatabase database, WriterSettings settings, CrmAvailability availability, CallCounters counters)
    {
        _database = database;
        _settings = settings;
        _retries = new FlushRetries(_queue, settings.TransactionsInFlight);
        _availability = availability;
        _counters = counters;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case FlushBatch batch: Take(batch); break;
            case Done done: OnDone(done); break;
            case NotDone failed: OnNotDone(failed); break;
            case LetterKept kept: OnLetterKept(kept); break;
            case LetterNotKept failed: OnLetterNotKept(failed); break;
            case WithdrawFlush withdraw: Withdraw(withdraw.CallId); break;
            case Stuck: _isStuck = true; break;
            case Lingered: (_lingers, _isDue) = (false, true); break;
            case TryAgain: (_backingOff, _isDue) = (false, true); break;
            case HurryFlush: Hurry(); break;
            case Again again: _retries.Due(again.Entry); break;
            case Overdue overdue: overdue.Transaction.GiveUpIfStillFor(overdue.Entry); return;
            case CountAgain:
                if (_counters.DeadLetters > 0) Task.Run(CountLetters);
                return;
            case ListDeadLetters list: DeadLetterDesk.List(_database, list, _stopping.Token).PipeTo(Sender); return;
            case RetryDeadLetter retry: DeadLetterDesk.Retry(_database, retry, CountLetters, _stopping.Token).PipeTo(Sender); return;
            default: Unhandled(message); return;
        }

        Pump();
    }

    protected override void PreStart() => Timers.StartPeriodicTimer(CountAgain.Instance, CountAgain.Instance, _settings.CountLettersEvery);

    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private void Take(FlushBatch batch)
    {
        switch (_queue.Take(batch, Sender))
        {
            case FlushQueue.Taken.Replaced:
                Sender.Tell(new FlushReplaced(batch.CallId, batch.Attempt));
                break;
            case FlushQueue.Taken.Deferred when _queue.TransactionOf(batch.CallId) is var (entry, transaction):
                // A transaction that is stuck, behind a lock perhaps, is not the end of the call's status: it is given up and begun again with the later one.
                Timers.StartSingleTimer(entry, new Overdue(entry, transaction), _settings.AmendPatience);
                break;
            case FlushQueue.Taken.Queued when batch.Record.Final:
                Linger();
                break;
            case FlushQueue.Taken.Queued:
                // An operator waits for a snapshot.
                _isDue = true;
                break;
        }
    }

    /// <summary>A batch whose session wants it no more, or has it written elsewhere.</summary>
    private void Withdraw(CallId call)
    {
        if (_queue.Withdraw(call) is { } withdrawn)
        {
            if (_retries.Withdraw(withdrawn)) Timers.Cancel(("alone", call));
            else _queue.PassOver();
        }
        else if (_queue.SnapshotUnderWay(call) is { } snapshot)
        {
            snapshot.IsWithdrawn = true;
            snapshot.Transaction?.GiveUpIfOfSnapshots(snapshot);
        }
    }

    /// <summary>Nobody waits for a flush, so it waits a little for others: a transaction costs the database nearly as much for one call as for fifty.</summary>
    private void Linger()
    {
        if (_isDue || _lingers) return;
        if (_settings.Linger <= TimeSpan.Zero)
        {
            _isDue = true;
            return;
        }

        _lingers = true;
        Timers.StartSingleTimer(Lingered.Instance, Lingered.Instance, _settings.Linger);
    }

    /// <summary>Somebody wants to see all of it written, and not to wait.</summary>
    private void Hurry()
    {
        (_backingOff, _isDue) = (false, true);
        _retries.AllDue();
    }

    /// <summary>
    /// A large transaction costs the database a fraction of several small ones: what is queued waits for the one under way, and goes beside it only as a full
    /// group, or where that seems to be stuck, behind a lock perhaps.
    /// </summary>
    private bool IsQueueDue => _queue.Waiting >= _settings.GroupBound || (_isDue && (_underWay == _retries.UnderWay || _isStuck));

    private void Pump()
    {
        while (!_backingOff && _underWay < _settings.TransactionsInFlight)
        {
            if (_retries.Next(_queue.Waiting > 0 && IsQueueDue, LimitAlone) is { } retry)
            {
                var wanted = retry.Group.RemoveAll(entry => entry.IsWithdrawn && GaveUpSnapshot(entry, "nobody waits for it any more"));
                if (!wanted.IsEmpty) Begin(wanted, isRetry: true, retry.Limit ?? _settings.Timeout);
                continue;
            }

            if (!IsQueueDue) return;
            var group = _queue.NextGroup(_settings.GroupBound, _settings.GroupBytes);
            if (group.IsEmpty)
            {
                if (_retries.TakeTurn()) continue;

                // What is left is of numbers that are under way, and goes with the company it finds by the time they are not.
                _isDue = false;
                if (_queue.Waiting > 0) Linger();
                return;
            }

            Begin(group, isRetry: false, _settings.Timeout);
        }
    }

    private void Begin(ImmutableArray<FlushQueue.Entry> group, bool isRetry, TimeSpan limit)
    {
        _underWay++;
        _retries.Began(isRetry);
        _isStuck = false;
        Timers.StartSingleTimer(Stuck.Instance, Stuck.Instance, _settings.Patience);
        var transaction = new FlushQueue.Transaction(group, limit, _stopping.Token);

        // Off the actor's thread: SQLite's driver does its work before it returns a task.
        Task.Run(() => Commit(group, transaction))
            .PipeTo(Self, success: committed => new Done(group, isRetry, committed), failure: cause => new NotDone(group, isRetry, cause));
    }

    private async Task<Committed> Commit(ImmutableArray<FlushQueue.Entry> group, FlushQueue.Transaction transaction)
    {
        using (transaction)
        {
            CrashPoint.Reach(CrashPoint.FlushTaken);
            return await _database.CommitAsync([.. group.Select(entry => entry.Batch.Record)], transaction.Token).ConfigureAwait(false);
        }
    }

    private void OnDone(Done done)
    {
        CrashPoint.Reach(CrashPoint.CommitAcknowledged);
        _underWay--;
        _retries.Ended(done.IsRetry);
        _retries.Committed();
        _failuresInARow = 0;
        _availability.Answered(CrmUse.Writing);

        // The database was away when they should have been counted.
        if (!_counters.KnowsDeadLetters && _countingLetters.CurrentCount > 0) Task.Run(CountLetters);
        for (var i = 0; i < done.Group.Length; i++)
        {
            var entry = done.Group[i];

            // What stood in the ledger already was written by a transaction whose answer was lost, or by an earlier life of this service.
            var attempt = done.Committed.AlreadyThere.Contains(i) ? 0 : entry.Attempt;
            var committed = new FlushCommitted(entry.Batch.CallId, attempt, done.Committed.Cost) { Final = entry.Batch.Record.Final };
            if (done.Committed.ByTheirRows.Contains(i))
                _log.Warning("Call {0} is not written again: the ledger has forgotten it, its rows tell that it was", entry.Batch.CallId);
            Forget(entry);
            entry.Session.Tell(committed);
        }
    }

    /// <summary>What waited behind a snapshot has waited for company long enough.</summary>
    private void Forget(FlushQueue.Entry settled) => _isDue |= _queue.Forget(settled);
}
