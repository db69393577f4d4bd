using CallActors.Domain;
using CallActors.Storage;
using CallActors.Telemetry;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>What the writer does for an operator who looks at dead letters. Failures are answers here: an operator waits for them.</summary>
internal static class DeadLetterDesk
{
    public static async Task<DeadLetterList> List(ICrmDatabase database, ListDeadLetters list, CancellationToken cancel)
    {
        try
        {
            return new DeadLetterList(await database.ListDeadLettersAsync(list.Limit, cancel).ConfigureAwait(false), null);
        }
        catch (CrmException e)
        {
            return new DeadLetterList([], e.Message);
        }
    }

    /// <summary>Counts them anew; one count at a time, so that what is remembered last is what was true last.</summary>
    public static async Task Count(ICrmDatabase database, CallCounters counters, SemaphoreSlim turn, CancellationToken cancel)
    {
        await turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            counters.DeadLettersAre(await database.CountDeadLettersAsync(cancel).ConfigureAwait(false));
        }
        catch (CrmException)
        {
            counters.DeadLettersAreUnknown();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>Whether the ledger's row is of a batch that has not seen all that this one has: then this one was never written.</summary>
    private static async Task<bool> StandsAnotherAsync(ICrmDatabase database, CallRecord record, CancellationToken cancel)
    {
        var loaded = await database.LoadAsync([ContextQuery.ForLedger(record.CallId)], cancel).ConfigureAwait(false);
        return loaded.Calls[0].Ledger is not { } ledger || record.SeenEvents.Except(ledger.Events).Any();
    }

    /// <summary>
    /// The rows of a call have all that this batch holds, but whether it was this batch that left it there they do not say: a person has to look.
    /// </summary>
    private const string Forgotten =
        "the call is older than the ledger remembers, and its rows have all that this batch holds: delete the dead letter if they say the same; where they do not, empty call_log.stream_ended_at and try again, "
        + "but its appointments are booked again then, and a later end than the batch's is lost: note it before";

    /// <summary>Commits a dead letter's batch; the ledger sees to it that one that stands already is not written again.</summary>
    public static async Task<DeadLetterRetried> Retry(ICrmDatabase database, RetryDeadLetter retry, Func<Task> recount, CancellationToken cancel)
    {
        try
        {
            if (await database.ReadDeadLetterAsync(retry.Id, cancel).ConfigureAwait(false) is not { } record)
                return new DeadLetterRetried(retry.Id, DeadLetterOutcome.Unknown, null);
            var committed = await database.CommitAsync([record], cancel).ConfigureAwait(false);
            if (!committed.ByTheirRows.IsEmpty) return new DeadLetterRetried(retry.Id, DeadLetterOutcome.RefusedAgain, Forgotten);
            if (!committed.AlreadyThere.IsEmpty && await StandsAnotherAsync(database, record, cancel).ConfigureAwait(false))
                return new DeadLetterRetried(retry.Id, DeadLetterOutcome.RefusedAgain,
                    "another batch of this call stands in the database; what this one holds is in the dead letter only");
            await database.RemoveDeadLetterAsync(retry.Id, cancel).ConfigureAwait(false);
            await recount().ConfigureAwait(false);
            return new DeadLetterRetried(retry.Id, DeadLetterOutcome.Committed, null);
        }
        catch (CrmException e)
        {
            return new DeadLetterRetried(retry.Id, e.Fault == CrmFault.Refused ? DeadLetterOutcome.RefusedAgain : DeadLetterOutcome.DatabaseAway, e.Message);
        }
    }
}
