using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Statements;

namespace CallActors.Storage;

/// <summary>A record of a group that is to be written, and its position in the group.</summary>
internal sealed record GroupedRecord(int Index, CallRecord Record);

/// <summary>A record, what was found for it, and the rows it becomes.</summary>
internal sealed record GroupedPlan(int Index, CallRecord Record, LoadedCall Found, FlushPlan Plan);

/// <summary>The plans of a group, fitted to each other: what two calls of one group share is written once.</summary>
internal sealed class FlushGroup(IReadOnlyList<GroupedPlan> plans)
{
    public IReadOnlyList<GroupedPlan> Plans => plans;

    /// <summary>Of several records of one call the last final one stands, else the last: it holds what the others hold.</summary>
    public static IReadOnlyList<GroupedRecord> OnePerCall(IReadOnlyList<CallRecord> records)
    {
        var standing = new Dictionary<CallId, GroupedRecord>();
        for (var i = 0; i < records.Count; i++)
        {
            var record = records[i];
            if (record.Final || !standing.TryGetValue(record.CallId, out var other) || !other.Record.Final)
                standing[record.CallId] = new GroupedRecord(i, record);
        }
        return [.. standing.Values.OrderBy(entry => entry.Index)];
    }

    /// <summary>Plans every record against what was found for it.</summary>
    /// <exception cref="CrmException">Records are refused; the indexes of those that are for one reason are the culprits.</exception>
    public static FlushGroup Plan(IReadOnlyList<GroupedRecord> records, IReadOnlyList<LoadedCall> found)
    {
        var claimed = new HashSet<CallLogId>();
        var named = new Dictionary<(BusinessId Business, LeadId? Lead, string? Phone), LeadNames>();
        var refused = new List<(int Index, string Reason)>();
        var plans = records.Select((entry, i) => PlanOne(entry, found[i])).OfType<GroupedPlan>().ToImmutableArray();
        if (refused.Count == 0) return new FlushGroup(plans);

        // All at once: after an outage there may be hundreds, and each that is found by itself costs the others a transaction.
        var why = refused[0].Reason;
        ImmutableArray<int> culprits = [.. refused.Where(one => one.Reason == why).Select(one => one.Index)];
        throw new CrmException(CrmFault.Refused, why, culprit: culprits[0]) { Culprits = culprits };

        GroupedPlan? PlanOne(GroupedRecord entry, LoadedCall seen)
        {
            // Two calls that point at one row without an id of its own: the first adopts it, the second makes its own.
            if (seen.Call is { } call && !claimed.Add(call.Id)) seen = seen with { Call = null, LeadOfCall = null };
            return FlushPlanner.Plan(entry.Record, seen) switch
            {
                FlushDecision.Write write => new GroupedPlan(entry.Index, entry.Record, seen, InTurn(write.Plan, entry.Record, seen)),
                FlushDecision.Refuse refuse => Refused(entry, refuse),
                var other => throw new InvalidOperationException($"A decision of type {other.GetType().Name} has no consequence."),
            };
        }

        GroupedPlan? Refused(GroupedRecord entry, FlushDecision.Refuse refuse)
        {
            refused.Add((entry.Index, refuse.Reason));
            return null;
        }

        // The first of a lead's calls that found a name out gives it; to those behind it the lead has one. So it makes no difference which calls happen to be
        // in one group.
        FlushPlan InTurn(FlushPlan plan, CallRecord record, LoadedCall seen)
        {
            if (plan.Lead is not { } lead) return plan;
            var key = (plan.Business, (lead as LeadPlan.Known)?.Id, (lead as LeadPlan.Created)?.Phone);
            if (named.TryGetValue(key, out var name)) return FlushPlanner.Behind(plan, record, seen, name);
            if (lead.Name is { } first) named.Add(key, first);
            return plan;
        }
    }

    /// <summary>
    /// What must be held before the plans can be relied on: every row a record may write, whatever the row says now. Were a row left out
    /// because it needs no change as it stands, it might need one by the time the other locks are had, too late to be locked in order.
    /// </summary>
    public HashSet<RowLock> Locks()
    {
        var locks = new HashSet<RowLock>();
        foreach (var (_, record, found, plan) in plans)
        {
            if (plan.Lead is LeadPlan.Created created) locks.Add(RowLock.OfPhone(plan.Business.Value, created.Phone));
            if (plan.Lead is LeadPlan.Known known && MayChangeItsLead(record)) locks.Add(new RowLock(LockKind.Lead, known.Id.Value));
            if (record.Final && found.Job is { } job) locks.Add(new RowLock(LockKind.Job, job.Id.Value));
            if (plan.CallLog.Existing is { } call) locks.Add(new RowLock(LockKind.CallLog, call.Value));
        }
        return locks;
    }

    /// <summary>
    /// What <see cref="Locks"/> will most likely say, told before a look by what the loads found when the calls started: so that the first look, under these
    /// locks, can be the only one. A job or row that the gateway named is locked before it is known whether it is of this business: for one transaction, and
    /// never written if it is not.
    /// </summary>
    /// <returns>Null: some call has no business yet.</returns>
    public static HashSet<RowLock>? GuessLocks(IReadOnlyList<GroupedRecord> records)
    {
        var locks = new HashSet<RowLock>();
        foreach (var (_, record) in records)
        {
            if (record.BusinessId is not { } business) return null;
            if (record.LeadId is { } lead)
            {
                if (MayChangeItsLead(record)) locks.Add(new RowLock(LockKind.Lead, lead.Value));
            }
            else if (record is { Final: true, Start.CustomerPhone: { } phone })
            {
                locks.Add(RowLock.OfPhone(business.Value, phone));
            }

            if (record is { Final: true, Start.JobId: { } job }) locks.Add(new RowLock(LockKind.Job, job.Value));
            if (record.Start.CallLogId is { } call) locks.Add(new RowLock(LockKind.CallLog, call.Value));
        }
        return locks;
    }

    private static bool MayChangeItsLead(CallRecord record) =>
        record.Intents.Find<WriteIntent.DetectedGender>() is not null || (record.Final && record.Intents.Find<WriteIntent.Name>() is not null);

    /// <summary>The leads to be made: one a phone. The first name found out stands, the last gender.</summary>
    public IReadOnlyList<LeadWrite> NewLeads(DateTimeOffset at) =>
        [.. plans.Where(entry => entry.Plan.Lead is LeadPlan.Created)
            .GroupBy(entry => (entry.Plan.Business, ((LeadPlan.Created)entry.Plan.Lead!).Phone))
            .Select(calls => Merged(calls, null, calls.Key.Phone, at))];

    /// <summary>
    /// The leads to be changed: each once. Calls are merged in their order, so one that reports what is stored still counts: it may overrule a call before it
    /// in the group that reported something else.
    /// </summary>
    public IReadOnlyList<LeadWrite> ChangedLeads(DateTimeOffset at) =>
        [.. plans.Where(entry => entry.Plan.Lead is LeadPlan.Known)
            .GroupBy(entry => ((LeadPlan.Known)entry.Plan.Lead!).Id)
            .Where(calls => calls.Any(entry => entry.Plan.Lead is LeadPlan.Known { Changes: true }))
            .Select(calls => Merged(calls, calls.Key, null, at))];

    /// <summary>The jobs that end: each once, with the call that ended last.</summary>
    public IEnumerable<GroupedPlan> EndedJobs() =>
        plans.Where(entry => entry.Plan.Job is not null)
            .GroupBy(entry => entry.Plan.Job!.Id)
            .Select(attempts => attempts.OrderBy(entry => entry.Plan.Job!.Completed).ThenBy(entry => entry.Plan.Job!.CompletedAt).Last());

    private static LeadWrite Merged(IEnumerable<GroupedPlan> calls, LeadId? id, string? phone, DateTimeOffset at)
    {
        var all = calls.Select(entry => entry.Plan).ToList();
        return new LeadWrite(
            all[0].Business, id, phone,
            all.Select(plan => plan.Lead!.Name).FirstOrDefault(name => name is not null),
            all.Select(plan => plan.Lead!.Gender).LastOrDefault(gender => gender is not null),
            at);
    }
}
