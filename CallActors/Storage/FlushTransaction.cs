using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;
using CallActors.Storage.Statements;
using CallActors.Telemetry;

namespace CallActors.Storage;

/// <summary>What of a group, by index, had been committed before; and which of these only their rows tell.</summary>
internal sealed record FlushOutcome(ImmutableHashSet<int> AlreadyThere, ImmutableHashSet<int> ByTheirRows);

/// <summary>
/// Writes a group inside a transaction that is open: the ledger first, then locks, then rows table by table, always in this order, so that
/// two groups that meet wait for each other in one direction only.
/// </summary>
/// <param name="session">The transaction.</param>
/// <param name="node">Whose, for the ledger.</param>
/// <param name="now">When.</param>
/// <param name="guesses">Whether to lock by what the calls' loads had found, and look once.</param>
internal sealed class FlushTransaction(SqlSession session, string node, DateTimeOffset now, bool guesses)
{
    /// <returns>The calls that had been committed before; null: the locks are not the right ones, or rows appeared while they were waited for: begin again in a
    /// new transaction.</returns>
    public async Task<FlushOutcome?> WriteAsync(IReadOnlyList<CallRecord> records, CancellationToken cancel)
    {
        var standing = FlushGroup.OnePerCall(records);
        var before = await Ledger.EnterAsync(session, [.. standing.Select(entry => entry.Record).Where(record => record.Final)], now, node, cancel);
        var forgotten = await FindForgottenAsync([.. standing.Where(entry => entry.Record.Final && !before.Contains(entry.Record.CallId))], cancel);
        before.UnionWith(forgotten);

        CrashPoint.Reach(CrashPoint.LedgerEntered);
        if (await PlanAsync([.. standing.Where(entry => !before.Contains(entry.Record.CallId))], before, cancel) is not { } group) return null;
        CrashPoint.Reach(CrashPoint.RowsPlanned);
        if (group.Plans.Count > 0) await WriteAsync(group, cancel);
        return new FlushOutcome(Those(before), Those(forgotten));

        ImmutableHashSet<int> Those(HashSet<CallId> calls) => [.. Enumerable.Range(0, records.Count).Where(i => calls.Contains(records[i].CallId))];
    }

    /// <summary>
    /// Of the calls that were entered just now, those that had been written before and forgotten. Nobody else can write one of them meanwhile: another
    /// transaction that enters the same row of the ledger waits for this one.
    /// </summary>
    /// <exception cref="CrmException">Of some it cannot be told; their indexes are the culprits.</exception>
    private async Task<HashSet<CallId>> FindForgottenAsync(IReadOnlyList<GroupedRecord> entered, CancellationToken cancel)
    {
        var old = entered.Where(entry => LedgerMemory.MayHaveForgotten(entry.Record, now)).ToList();
        if (old.Count == 0) return [];
        var traces = await TraceRows.FindAsync(session, [.. old.Select(entry => entry.Record.CallId)], cancel);
        var judged = old.ToLookup(entry => LedgerMemory.Judge(entry.Record, traces[entry.Record.CallId]));
        RefuseUnclear([.. judged[PastFlush.Unclear]], traces);
        HashSet<CallId> forgotten = [.. judged[PastFlush.Committed].Select(entry => entry.Record.CallId)];
        if (forgotten.Count > 0) await Ledger.StrikeAsync(session, [.. forgotten], cancel);
        return forgotten;
    }

    private static void RefuseUnclear(List<GroupedRecord> unclear, Dictionary<CallId, TracesOfCall> traces)
    {
        if (unclear.Count == 0) return;
        var why = WhyOf(unclear[0]);
        ImmutableArray<int> culprits = [.. unclear.Where(entry => WhyOf(entry) == why).Select(entry => entry.Index)];
        throw new CrmException(CrmFault.Refused, why, culprit: culprits[0]) { Culprits = culprits };

        string WhyOf(GroupedRecord entry) => traces[entry.Record.CallId].CallLog is null ? RowGone : OtherEnd;
    }

    private const string OtherEnd =
        "The call is older than the ledger remembers, and call_log has an end of it, but not all that this batch holds: whether it was written cannot be told. "
        + "A retry writes it once that row's stream_ended_at is empty; its appointments are booked again then, and a later end than the batch's is lost: note it before.";

    private const string RowGone =
        "The call is older than the ledger remembers, and call_session has a row of it while call_log has none, or none with its call_sid any more: whether it was written cannot be told. "
        + "A retry writes it once that row of call_session is gone; it makes a row of call_log and books its appointments again then.";

    /// <summary>
    /// Looks up what the group needs and plans it; locks what the plan may write, and looks again: what was read before a lock was had may
    /// have changed while it was waited for. One look is enough where there is nothing to lock, or where the locks could be told without one.
    /// </summary>
    private async Task<FlushGroup?> PlanAsync(IReadOnlyList<GroupedRecord> records, HashSet<CallId> before, CancellationToken cancel)
    {
        if (!session.HasConcurrentWriters) return await LookAsync(records, before, cancel);
        if (guesses && FlushGroup.GuessLocks(records) is { } guess) return await LookUnderAsync(guess, records, before, cancel);

        var group = await LookAsync(records, before, cancel);
        var locks = group.Locks();
        return locks.Count == 0 ? group : await LookUnderAsync(locks, records, before, cancel);
    }

    private async Task<FlushGroup?> LookUnderAsync(
        HashSet<RowLock> locks, IReadOnlyList<GroupedRecord> records, HashSet<CallId> before, CancellationToken cancel)
    {
        if (locks.Count > 0) await RowLocks.TakeAsync(session, [.. locks], cancel);
        var group = await LookAsync(records, before, cancel);
        // A lock that is taken on top of others is out of order, and two groups that do so wait for each other.
        return group.Locks().IsSubsetOf(locks) ? group : null;
    }

    private async Task<FlushGroup> LookAsync(IReadOnlyList<GroupedRecord> records, HashSet<CallId> before, CancellationToken cancel)
    {
        if (records.Count == 0) return new FlushGroup([]);
        var found = await ContextLoad.RunForFlushAsync(session, [.. records.Select(entry => entry.Record.Query)], cancel);
        var due = Enumerable.Range(0, records.Count).Where(i => !Overtaken(records[i].Record, found[i])).ToList();
        before.UnionWith(records.Select(entry => entry.Record.CallId).Except(due.Select(i => records[i].Record.CallId)));
        return FlushGroup.Plan([.. due.Select(i => records[i])], [.. due.Select(i => found[i])]);
    }

    /// <summary>A snapshot of a call whose final record has been committed: it comes too late, and counts as done.</summary>
    private static bool Overtaken(CallRecord record, LoadedCall found) => !record.Final && found.Ledger is not null;

    private async Task WriteAsync(FlushGroup group, CancellationToken cancel)
    {
        var created = await LeadRows.CreateAsync(session, group.NewLeads(now), cancel);
        await LeadRows.ChangeAsync(session, group.ChangedLeads(now), cancel);

        var callLog = group.Plans.Select(entry =>
            new CallLogWrite(entry.Index, entry.Plan.CallId, entry.Plan.Business, LeadOf(entry.Plan), entry.Plan.CallLog, now));
        var calls = await CallLogRows.WriteAsync(session, [.. callLog], cancel);

        var sessions = group.Plans.Select(entry =>
            new SessionWrite(entry.Index, entry.Plan.CallId, entry.Plan.Business, LeadOf(entry.Plan), entry.Plan.Session));
        await SessionRows.WriteAsync(session, [.. sessions], cancel);

        var jobs = group.EndedJobs().Select(entry => new JobWrite(entry.Plan.Job!, entry.Plan.Business, entry.Plan.CallId, calls[entry.Plan.CallId]));
        await JobRows.EndAsync(session, [.. jobs], cancel);

        var booked = group.Plans.SelectMany(entry => entry.Plan.Appointments.Select(
            slot => new AppointmentWrite(slot, entry.Plan.Business, LeadOf(entry.Plan), calls[entry.Plan.CallId], now)));
        await AppointmentRows.BookAsync(session, [.. booked], cancel);

        LeadId? LeadOf(FlushPlan plan) => plan.Lead switch
        {
            LeadPlan.Known known => known.Id,
            LeadPlan.Created lead => created[(plan.Business, lead.Phone)],
            _ => null,
        };
    }
}
