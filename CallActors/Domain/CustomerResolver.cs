namespace CallActors.Domain;

/// <summary>A usable name and where it stood: a lead's <c>name_source</c>, <c>call_log</c> or <c>job</c>.</summary>
public sealed record KnownName(string Text, string? Source);

/// <summary>Who is on the line, of all that the CRM has to say about it.</summary>
public static class CustomerResolver
{
    /// <summary>The lead of a call: the call row's, the event's, the job's, the newest with the number.</summary>
    public static LeadRow? LeadOf(LoadedCall found) => found.LeadOfCall ?? found.LeadOfEvent ?? found.LeadOfJob ?? found.LeadOfPhone;

    /// <summary>The first usable name, candidate by candidate: a placeholder never masks a real name further down. Null: none is usable.</summary>
    public static KnownName? NameOf(LoadedCall found)
    {
        if (CustomerName.IsUsable(found.Call?.CustomerName)) return new KnownName(found.Call!.CustomerName!.Trim(), "call_log");
        if (Of(found.LeadOfEvent) is { } named) return named;
        if (CustomerName.IsUsable(found.Job?.LeadName)) return new KnownName(found.Job!.LeadName!.Trim(), "job");
        // The job's own lead comes last: it is in no list of candidates, but better than a greeting that knows nobody.
        return Of(found.LeadOfCall) ?? Of(found.LeadOfPhone) ?? Of(found.LeadOfJob);
    }

    /// <summary>The usable name of a lead: its <c>name</c>, else first and last; null where neither is one.</summary>
    public static string? NameOf(LeadRow lead)
    {
        if (CustomerName.IsUsable(lead.Name)) return lead.Name!.Trim();
        var full = FullName(lead.FirstName, lead.LastName);
        return CustomerName.IsUsable(full) ? full : null;
    }

    /// <summary>First and last in one; either may be missing.</summary>
    public static string FullName(string? first, string? last) => $"{first?.Trim()} {last?.Trim()}".Trim();

    private static KnownName? Of(LeadRow? lead) => lead is not null && NameOf(lead) is { } name ? new KnownName(name, lead.NameSource) : null;
}
