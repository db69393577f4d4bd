using System.Collections.Immutable;
using System.Globalization;

namespace CallActors.Domain;

/// <summary>Why a slot cannot be booked, in a word, and which could be instead.</summary>
/// <param name="Reason"><c>too-short</c>, <c>too-long</c>, <c>past</c>, <c>too-soon</c>, <c>too-far</c>, <c>off-grid</c> or <c>closed</c>.</param>
/// <param name="Detail">One sentence with the numbers.</param>
/// <param name="Alternatives">At most two, the nearest first, with the business's offset.</param>
public sealed record NotBookable(string Reason, string Detail, ImmutableArray<Slot> Alternatives);

/// <summary>Which slots of a business can be booked at all.</summary>
public static class BookingRules
{
    public const int ShortestMinutes = 15;
    public const int LongestMinutes = 240;

    /// <summary>
    /// Checks a slot against the business's rules: its length, that it starts after now and the notice, on a local day within the window, on the grid
    /// counted from local midnight, and lies as a whole in one stretch of the opening hours. The first rule that it breaks is the reason.
    /// </summary>
    /// <param name="slot">What is asked for.</param>
    /// <param name="business">
    /// Its hours, grid, window and notice; missing ones are every 30 minutes, 60 days and none. Without hours it is closed; without a zone that is
    /// known its clock is UTC.
    /// </param>
    /// <param name="now">The time of the event that asks.</param>
    /// <param name="held">Slots the call holds already: alternatives stay clear of them.</param>
    /// <returns>Null where it can be booked.</returns>
    public static NotBookable? Check(Slot slot, BusinessProfile business, DateTimeOffset now, IEnumerable<Slot> held)
    {
        var terms = BookingTerms.Of(business);
        return Fault(slot, terms, now) is { } fault
            ? new NotBookable(fault.Reason, fault.Detail, SlotSearch.Nearest(slot, terms, now, [.. held]))
            : null;
    }

    /// <summary>The first rule the slot breaks, without a look for alternatives.</summary>
    internal static (string Reason, string Detail)? Fault(Slot slot, BookingTerms terms, DateTimeOffset now)
    {
        var minutes = slot.Length.TotalMinutes;
        if (minutes < ShortestMinutes)
            return ("too-short", Say($"The slot lasts {minutes:0.##} minutes; the shortest that can be booked is {ShortestMinutes}."));
        if (minutes > LongestMinutes)
            return ("too-long", Say($"The slot lasts {minutes:0.##} minutes; the longest that can be booked is {LongestMinutes}."));
        if (slot.Length.Ticks % TimeSpan.TicksPerMinute != 0)
            return ("off-grid", Say($"The slot lasts {minutes:0.####} minutes; whole minutes are expected."));

        var start = terms.Local(slot.Start);
        var notice = terms.Notice.TotalMinutes;
        if (slot.Start <= now) return ("past", Say($"The slot starts at {start:yyyy-MM-dd HH:mm}; it is {terms.Local(now):yyyy-MM-dd HH:mm} already."));
        if (!terms.IsBeyondNotice(slot.Start, now))
            return ("too-soon", Say($"The slot starts in {(slot.Start - now).TotalMinutes:0.#} minutes; more than {notice} are needed."));
        if (!terms.IsInWindow(slot.Start, now))
            return ("too-far", Say($"The slot is on {start:yyyy-MM-dd}; {terms.WindowDays} days ahead can be booked."));
        if (!terms.IsOnGrid(slot.Start))
            return ("off-grid", Say($"The slot starts at {start:HH:mm:ss.FFF} ({terms.Zone.Id}); starts are every {terms.Grid} minutes from midnight."));
        if (terms.Hours is null) return ("closed", "The opening hours are not known.");
        var day = terms.DayOf(slot.Start);
        return terms.Hours.Between(day, day, terms.Zone).Any(open => open.Contains(slot))
            ? null
            : ("closed", Say($"The business is not open all the time from {start:yyyy-MM-dd HH:mm} to {terms.Local(slot.End):HH:mm} ({terms.Zone.Id})."));
    }

    private static string Say(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
