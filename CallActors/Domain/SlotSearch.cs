using System.Collections.Immutable;

namespace CallActors.Domain;

/// <summary>Finds what can be booked around a slot that cannot.</summary>
internal static class SlotSearch
{
    /// <summary>How many alternatives a caller is offered.</summary>
    private const int Wanted = 2;

    /// <summary>
    /// How far from the asked day it looks. Hours repeat by the week: what two weeks do not hold the next ones do not either, unless every start in
    /// them is taken.
    /// </summary>
    private const int Days = 14;

    /// <summary>Starts after which no further day is begun: an actor waits for the answer.</summary>
    private const int MostStarts = 5000;

    /// <summary>
    /// The nearest bookable slots of the asked length (in whole minutes, shortened or lengthened to what can be booked), the nearest first, of two
    /// equally near the earlier.
    /// </summary>
    public static ImmutableArray<Slot> Nearest(Slot asked, BookingTerms terms, DateTimeOffset now, IReadOnlyCollection<Slot> held)
    {
        if (terms.Hours is null) return [];
        var length = TimeSpan.FromMinutes(Math.Clamp(Math.Ceiling(asked.Length.TotalMinutes), BookingRules.ShortestMinutes, BookingRules.LongestMinutes));

        // The calendar's own ends are left out: a day there has none before it, or no next one.
        var today = Math.Max(terms.DayOf(now).DayNumber, 2);
        var last = (int)Math.Min((long)today + terms.WindowDays, DateOnly.MaxValue.DayNumber - 3);
        if (last < today) return [];
        var earliest = (int)Math.Min(today + terms.Notice.TotalDays, last);
        var centre = Math.Clamp(terms.DayOf(asked.Start).DayNumber, earliest, last);

        var found = new List<Slot>();
        var (complete, looked) = (false, 0);
        for (var away = 0; away <= Days && !complete && looked < MostStarts; away++)
        {
            // A slot early on the next day may be nearer than one late on this: one ring of days more than what seems enough.
            complete = found.Count >= Wanted;
            if (centre - away >= today) found.AddRange(On(DateOnly.FromDayNumber(centre - away)));
            if (away > 0 && centre + away <= last) found.AddRange(On(DateOnly.FromDayNumber(centre + away)));
        }

        return [.. found.OrderBy(slot => (slot.Start - asked.Start).Duration()).ThenBy(slot => slot.Start).Take(Wanted).Select(slot => slot.In(terms.Zone))];

        IEnumerable<Slot> On(DateOnly day)
        {
            var open = terms.Hours.Between(day, day, terms.Zone).Where(stretch => stretch.Length >= length).ToList();
            if (open.Count == 0) yield break;
            foreach (var start in WallClock.Grid(day, terms.Grid, terms.Zone))
            {
                looked++;
                var slot = new Slot(start, start + length);
                if (terms.IsBeyondNotice(start, now) && open.Any(stretch => stretch.Contains(slot)) && !held.Any(slot.Overlaps)) yield return slot;
            }
        }
    }
}
