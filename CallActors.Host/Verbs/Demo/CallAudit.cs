using System.Collections.Immutable;
using System.Globalization;

namespace CallActors.Host.Verbs.Demo;

/// <summary>Holds what the database says against what the gateway did. Nothing here asks the service whether it did well, but for its counters.</summary>
internal static class CallAudit
{
    /// <summary>Everything that does not fit, a sentence each; none: all is as it should be.</summary>
    /// <param name="results">How the calls went for the gateway.</param>
    /// <param name="stored">The database's calls, by call id.</param>
    /// <param name="figures">The service's, since the first call.</param>
    public static IEnumerable<string> Mismatches(ImmutableArray<CallResult> results, ILookup<string, StoredCall> stored, ServiceFigures figures) =>
        results.SelectMany(result => result.Surprises)
            .Concat(results.SelectMany(result => OfCall(result, [.. stored[result.Script.CallId]])))
            .Concat(Strangers(results, stored))
            .Concat(DoubledLeads(results, stored))
            .Concat(Counters(results, figures));

    private static IEnumerable<string> OfCall(CallResult result, StoredCall[] rows)
    {
        var call = result.Script;
        if (rows.Length != 1)
        {
            yield return $"{call.CallId}: {rows.Length} rows in call_log instead of one";
            yield break;
        }

        var row = rows[0];
        var expected = new (string What, object? Expected, object? Found)[]
        {
            ("status", call.Status, row.Status),
            ("duration", (long)call.DurationSeconds, row.Duration),
            ("summary", call.Summary, row.Summary),
            ("business", call.Business.Id?.Value, row.BusinessId),
            ("lead's business", call.Business.Id?.Value, row.LeadTenant),
            ("lead's phone", call.CustomerPhone, row.Phone),
            ("lead", call.LeadId ?? row.LeadId, row.LeadId),
            ("job", call.JobId, row.JobId),
            ("job's status", call.JobId is null ? null : call.Status == "completed" ? "completed" : "failed", row.JobStatus),
            ("appointments", result.Booked is null ? 0L : 1L, row.Appointments),
            ("appointment's start", result.Booked?.Start.ToUniversalTime(), Time(row.AppointmentStart)),
        };
        foreach (var (what, wanted, found) in expected)
            if (!Equals(wanted, found)) yield return $"{call.CallId} ({call.Kind}): {what} is {found ?? "missing"} instead of {wanted ?? "none"}";
    }

    private static IEnumerable<string> Strangers(ImmutableArray<CallResult> results, ILookup<string, StoredCall> stored)
    {
        var known = results.Select(result => result.Script.CallId).ToHashSet(StringComparer.Ordinal);
        return stored.Where(rows => !known.Contains(rows.Key)).Select(rows => $"'{rows.Key}' is in call_log and was never called");
    }

    /// <summary>Calls of one new number make one lead, with a name that one of them found out.</summary>
    private static IEnumerable<string> DoubledLeads(ImmutableArray<CallResult> results, ILookup<string, StoredCall> stored)
    {
        foreach (var calls in results.Select(result => result.Script).Where(call => call.IsNewCaller).GroupBy(call => call.CustomerPhone))
        {
            var leads = calls.SelectMany(call => stored[call.CallId]).DistinctBy(row => row.LeadId).ToList();
            if (leads.Count != 1) yield return $"{calls.Key}: {leads.Count} leads instead of one";
            else if (!calls.Any(call => call.DetectedName == leads[0].Name))
                yield return $"{calls.Key}: the lead is called '{leads[0].Name}', which nobody said";
            else if (!calls.Any(call => call.DetectedGender == leads[0].Gender))
                yield return $"{calls.Key}: the lead's gender is '{leads[0].Gender}', which nobody said";
        }
    }

    private static IEnumerable<string> Counters(ImmutableArray<CallResult> results, ServiceFigures figures)
    {
        var expected = new (string What, long Expected, long Found)[]
        {
            ("events applied", results.Sum(result => result.Applied), figures.Applied),
            ("duplicates", results.Sum(result => result.Duplicates), figures.Duplicates),
            ("events refused", results.Sum(result => result.Refused), figures.Refused),
            ("database messages refused in live calls", results.Count(result => result.Script.TriesReload), figures.LiveRefusals),
            ("statements in live calls", 0, figures.Live.Statements),
            ("dead letters", 0, figures.DeadLetters),
            ("calls still held", 0, figures.Held),
        };
        return expected.Where(line => line.Expected != line.Found).Select(line => $"{line.What}: the service counts {line.Found} instead of {line.Expected}");
    }

    private static DateTimeOffset? Time(string? stored) =>
        stored is null ? null : DateTimeOffset.Parse(stored, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
