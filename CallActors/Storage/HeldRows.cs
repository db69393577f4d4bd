using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Statements;

namespace CallActors.Storage;

/// <param name="Row">The lead.</param>
/// <param name="Tenant">Whose it is.</param>
internal sealed record HeldLead(LeadRow Row, long? Tenant);

/// <param name="Row">The job, but for its run.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Lead">Whom it calls.</param>
internal sealed record HeldJob(JobRow Row, long? Tenant, LeadId? Lead);

/// <param name="Row">The call's row.</param>
/// <param name="Tenant">Whose it is; null: nobody's yet.</param>
/// <param name="CallSid">The call that has it; null: none yet.</param>
internal sealed record HeldCall(CallRow Row, long? Tenant, string? CallSid);

/// <summary>What the rows that a group has locked say while they are held. What was planned before holds where they say what they said then.</summary>
internal sealed class HeldRows(IEnumerable<HeldLead> leads, IEnumerable<HeldJob> jobs, IEnumerable<HeldCall> calls)
{
    private readonly Dictionary<LeadId, HeldLead> _leads = leads.ToDictionary(lead => lead.Row.Id);
    private readonly Dictionary<JobId, HeldJob> _jobs = jobs.ToDictionary(job => job.Row.Id);
    private readonly Dictionary<CallLogId, HeldCall> _calls = calls.ToDictionary(call => call.Row.Id);

    /// <summary>Whether all that the plan rests on, of what was locked for it, is as it was found.</summary>
    public bool Confirm(GroupedPlan planned)
    {
        var (_, _, found, plan) = planned;
        return FlushGroup.LocksOf(planned).All(needed => needed.Kind switch
        {
            LockKind.Lead => plan.Lead is LeadPlan.Known lead && IsAsFound(_leads.GetValueOrDefault(lead.Id), found, plan.Business),
            LockKind.Job => IsAsFound(_jobs.GetValueOrDefault(found.Job!.Id), found, plan.Business),
            LockKind.CallLog => IsAsFound(_calls.GetValueOrDefault(found.Call!.Id), found, plan),
            // Of a phone there is no row to hold: whether it has a lead by now is asked for.
            _ => true,
        });
    }

    private static bool IsAsFound(HeldLead? held, LoadedCall found, BusinessId tenant) =>
        held?.Tenant == tenant.Value
        && new[] { found.LeadOfEvent, found.LeadOfCall, found.LeadOfJob, found.LeadOfPhone }.All(lead => lead is null || lead.Id != held.Row.Id || lead == held.Row);

    private static bool IsAsFound(HeldJob? held, LoadedCall found, BusinessId tenant) =>
        held?.Tenant == tenant.Value && held.Lead == found.LeadOfJob?.Id && held.Row == found.Job! with { RunId = null };

    private static bool IsAsFound(HeldCall? held, LoadedCall found, FlushPlan plan) =>
        held is not null && (held.Tenant ?? plan.Business.Value) == plan.Business.Value && (held.CallSid ?? plan.CallId.Value) == plan.CallId.Value && held.Row == found.Call;
}
