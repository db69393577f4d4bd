using System.Collections.Immutable;
using System.Globalization;
using Spectre.Console;

namespace CallActors.Host.Verbs.Demo;

/// <summary>What came of the calls, counted in the database; what no row tells of, by the gateway.</summary>
internal static class OutcomeTable
{
    public static Table Of(ImmutableArray<CallResult> results, ILookup<string, StoredCall> stored)
    {
        var rows = stored.SelectMany(calls => calls).ToList();
        var newPhones = results.Select(result => result.Script).Where(call => call.IsNewCaller).Select(call => call.CustomerPhone)
            .ToHashSet(StringComparer.Ordinal);
        var table = new Table().Title("What came of them").RoundedBorder().HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        foreach (var status in rows.GroupBy(row => row.Status ?? "no status").OrderByDescending(status => status.Count()))
            Add($"calls {status.Key}", status.Count());
        Add("leads created", rows.Where(row => newPhones.Contains(row.Phone ?? "")).Select(row => row.LeadId).Distinct().Count());
        Add("jobs ended", rows.Count(row => row.JobId is not null));
        Add("appointments", rows.Sum(row => row.Appointments));
        Add("slots refused, another one taken", results.Sum(result => result.Refused));
        Add("events sent twice, applied once", results.Sum(result => result.Duplicates));
        Add("reloads refused in a live call (409)", results.Count(result => result.ReloadRefused));
        return table;

        void Add(string what, long count) => table.AddRow(what, count.ToString(CultureInfo.InvariantCulture));
    }
}
