using System.Collections.Immutable;
using CallActors.Domain;
using static CallActors.Messages.CallQueries;

namespace CallActors.Actors;

/// <summary>Lists and counts of calls: of one partition, and of several put together.</summary>
internal static class CallListing
{
    public static CallPage Page(IEnumerable<CallSummary> calls, ListCalls asked)
    {
        var matching = calls
            .Where(call => asked.State is not { } state || call.State == state)
            .Where(call => asked.BusinessId is not { } business || call.BusinessId == business)
            .Where(call => asked.Source is not { } source || call.Source == source)
            .Where(call => asked.After is not { } after || string.CompareOrdinal(call.CallId.Value, after) > 0)
            .OrderBy(call => call.CallId.Value, StringComparer.Ordinal)
            .Take(asked.Limit + 1)
            .ToImmutableArray();
        return matching.Length > asked.Limit ? new CallPage(matching[..asked.Limit], true) : new CallPage(matching, false);
    }

    public static CallPage Merge(IReadOnlyCollection<CallPage> pages, ListCalls asked)
    {
        var merged = Page(pages.SelectMany(page => page.Calls), asked);
        return merged with { More = merged.More || pages.Any(page => page.More), IsPartial = pages.Any(page => page.IsPartial) };
    }

    public static CallCounts Count(IEnumerable<CallCell> calls)
    {
        var byState = new Dictionary<CallPhase, int>();
        DateTimeOffset? oldest = null;
        foreach (var cell in calls)
        {
            if (cell.Call is not { } call) continue;
            byState[call.Phase] = byState.GetValueOrDefault(call.Phase) + 1;
            if (call.Phase == CallPhase.Flushing && cell.FlushingSince is { } since && (oldest is null || since < oldest)) oldest = since;
        }

        return new CallCounts(byState.ToImmutableDictionary(), oldest);
    }

    public static CallCounts Sum(IReadOnlyCollection<CallCounts> counts) => new(
        counts.SelectMany(count => count.ByState).GroupBy(of => of.Key).ToImmutableDictionary(of => of.Key, of => of.Sum(one => one.Value)),
        counts.Min(count => count.OldestFlushSince));
}
