using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using CallActors.Storage;
using CallActors.Telemetry;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>What the writer does about a transaction that failed: wait, halve, keep apart, bury. Nothing is dropped.</summary>
internal sealed partial class DbWriterActor
{
    private void OnNotDone(NotDone failed)
    {
        _underWay--;
        _retries.Ended(failed.IsRetry);
        if (failed.Cause is CrmException { Fault: CrmFault.Refused } refused)
        {
            _availability.Answered(CrmUse.Writing);
            Split(failed.Group, refused);
            return;
        }

        var retried = failed.Group.RemoveAll(entry => GaveUpSnapshot(entry, failed.Cause.Message));
        var inDoubt = failed.Cause is CrmException { InDoubt: true } or not (CrmException or OperationCanceledException);
        foreach (var entry in retried) (entry.Failures, entry.IsSeenAgain) = (entry.Failures + 1, false);
        if (WriterFaults.IsPerhapsOneBatchs(failed.Cause) && retried.Any(entry => entry.Failures >= TriesTogether) && Isolate(retried, inDoubt, failed.Cause))
            return;

        // What is not tried again cannot tell that the database is back: the loader looks for it then.
        _availability.Failed(retried.IsEmpty ? CrmUse.Reading : CrmUse.Writing, CrmException.PublicWordsOf(failed.Cause));
        foreach (var replaced in _queue.PutBack(retried, inDoubt)) TellReplaced(replaced);
        BackOff(failed.Cause, failed.Group.Length);
    }

    /// <summary>
    /// A failure that would heal by itself and does not may be one call's after all: a row that somebody has locked for hours, a trigger that looks for a table
    /// that is gone. The group is halved until that call stands alone; it is tried again by itself, and nobody waits behind it. Halves that have no part in it
    /// are quick, so no half may wait for as long as the whole group has.
    /// </summary>
    /// <returns>False: so many stand alone, and not one was written, that it is the database's fault.</returns>
    private bool Isolate(ImmutableArray<FlushQueue.Entry> group, bool inDoubt, Exception cause)
    {
        if (!_retries.MayBeOneCalls) return false;
        if (group.Length > 1)
        {
            foreach (var entry in group) entry.InDoubt |= inDoubt;
            Halve(group, _settings.RetryTimeout < _settings.Timeout ? _settings.RetryTimeout : _settings.Timeout);
            return true;
        }

        var one = group[0];
        _retries.Alone(one);
        if (_queue.Rest(one, inDoubt)) TellReplaced(one);
        one.AloneTries++;
        var delay = Doubled(_settings.AlonePause, one, LongestAlone);
        Timers.StartSingleTimer(("alone", one.Batch.CallId), new Again(one), delay);
        _log.Warning(cause, "Call {0} cannot be written now, while others can; it is tried again by itself in {1:0.0} s: {2}", one.Batch.CallId,
            delay.TotalSeconds, cause.Message);
        return true;
    }

    /// <summary>More each time: what locks a row for a while, again and again, must not keep its call out for good.</summary>
    private TimeSpan LimitAlone(FlushQueue.Entry entry) => Doubled(_settings.RetryTimeout, entry, _settings.Timeout);

    private static TimeSpan Doubled(TimeSpan first, FlushQueue.Entry entry, TimeSpan most) =>
        TimeSpan.FromSeconds(Math.Min(most.TotalSeconds, first.TotalSeconds * Math.Pow(2, Math.Min(entry.AloneTries - 1, 20))));

    private static void TellReplaced(FlushQueue.Entry replaced) => replaced.Session.Tell(new FlushReplaced(replaced.Batch.CallId, replaced.Attempt));

    /// <summary>An operator waits for a snapshot, so it is not tried again.</summary>
    private bool GaveUpSnapshot(FlushQueue.Entry entry, string reason)
    {
        if (entry.Batch.Record.Final) return false;
        var failed = new SnapshotFailed(entry.Batch.CallId, entry.Attempt, reason);
        Forget(entry);
        entry.Session.Tell(failed);
        return true;
    }

    private void BackOff(Exception cause, int calls)
    {
        _failuresInARow++;
        _backingOff = true;
        var ceiling = Math.Min(_settings.LongestBackOff.TotalMilliseconds, 100 * Math.Pow(2, Math.Min(_failuresInARow, 20)));
        var delay = TimeSpan.FromMilliseconds(ceiling * (0.5 + (Random.Shared.NextDouble() / 2)));
        Timers.StartSingleTimer("try-again", TryAgain.Instance, delay);
        _log.Warning(cause, "A commit of {0} calls failed; {1} wait, next try in {2:0} ms: {3}", calls, _queue.Waiting, delay.TotalMilliseconds, cause.Message);
    }

    private void Split(ImmutableArray<FlushQueue.Entry> group, CrmException refused)
    {
        if (group.Length > 1 && !refused.Culprits.IsEmpty)
        {
            ImmutableArray<FlushQueue.Entry> others = [.. group.Where((_, index) => !refused.Culprits.Contains(index))];
            if (!others.IsEmpty) _retries.Add(others, limit: null);
            Bury([.. refused.Culprits.Select(index => group[index])], refused);
        }
        else if (group.Length > 1)
        {
            Halve(group, limit: null);
        }
        else if (WriterFaults.MayBeARace(refused) && !group[0].IsSeenAgain)
        {
            group[0].IsSeenAgain = true;
            _retries.Add(group, limit: null);
        }
        else
        {
            Bury(group, refused);
        }
    }

    private void Halve(ImmutableArray<FlushQueue.Entry> group, TimeSpan? limit)
    {
        _retries.Add(group[(group.Length / 2)..], limit);
        _retries.Add(group[..(group.Length / 2)], limit);
    }

    private void Bury(ImmutableArray<FlushQueue.Entry> entries, CrmException refused)
    {
        entries = entries.RemoveAll(entry => GaveUpSnapshot(entry, refused.Message));
        var self = Self;
        if (!entries.IsEmpty) Task.Run(() => Keep(entries, refused, self));
    }

    /// <summary>One letter after the other: hundreds at once would take the database's connections from the loads of calls that start.</summary>
    private async Task Keep(ImmutableArray<FlushQueue.Entry> entries, CrmException refused, IActorRef self)
    {
        var told = new List<object>(entries.Length);
        foreach (var entry in entries)
        {
            try
            {
                await _database.KeepDeadLetterAsync(entry.Batch.Record, refused.Message, refused.SqlState, _stopping.Token).ConfigureAwait(false);
                told.Add(new LetterKept(entry, refused.Message, refused.SqlState));
            }
            catch (Exception cause)
            {
                told.Add(new LetterNotKept(entry, cause));
            }
        }

        try
        {
            await CountLetters().ConfigureAwait(false);
        }
        finally
        {
            foreach (var what in told) self.Tell(what, self);
        }
    }

    private void OnLetterKept(LetterKept kept)
    {
        _log.Error("Call {0} could not be written and is kept as a dead letter: {1} (SQLSTATE {2})", kept.Entry.Batch.CallId, kept.Reason,
            kept.SqlState ?? "none");
        Forget(kept.Entry);
        kept.Entry.Session.Tell(new FlushDeadLettered(kept.Entry.Batch.CallId, kept.Entry.Attempt, kept.Reason, kept.SqlState));
    }

    private Task CountLetters() => DeadLetterDesk.Count(_database, _counters, _countingLetters, _stopping.Token);

    /// <summary>If even the dead letter cannot be written the batch stays, here and with its session.</summary>
    private void OnLetterNotKept(LetterNotKept failed)
    {
        foreach (var replaced in _queue.PutBack([failed.Entry], inDoubt: false)) TellReplaced(replaced);
        BackOff(failed.Cause, 1);
    }
}
