using System.Buffers;
using System.Globalization;
using System.Text.RegularExpressions;
using CallActors.Messages;

namespace CallActors.Domain;

/// <summary>As the business sees it: inbound, it was called; outbound, it called.</summary>
public enum CallDirection
{
    Inbound,
    Outbound,
}

/// <summary>How the greeting came to its end.</summary>
public enum GreetingOutcome
{
    Played,
    Skipped,
    Failed,
}

/// <summary>As the CRM can hold it.</summary>
public enum Gender
{
    Male,
    Female,
}

/// <summary>What a gateway knows of a call when it starts: numbers, direction, and the CRM's keys where it was given them.</summary>
/// <param name="Direction">Who called whom.</param>
/// <param name="From">The calling number; empty when withheld.</param>
/// <param name="To">The called number.</param>
public sealed record CallStart(CallDirection Direction, string From, string To)
{
    public BusinessId? BusinessId { get; init; }
    public LeadId? LeadId { get; init; }
    public JobId? JobId { get; init; }
    public CallLogId? CallLogId { get; init; }
    public CallId? ParentCallId { get; init; }

    /// <summary>
    /// Whether there is anything by which its business could be found: an inbound call has the number that was called, an outbound one needs its business's
    /// id, its job's, or that of a row which a job points at.
    /// </summary>
    public bool NamesABusiness => Direction == CallDirection.Inbound || BusinessId is not null || JobId is not null || CallLogId is not null;

    /// <summary>Whose call it is towards this service: the name of the key it came with, where that has one.</summary>
    public string? Client { get; init; }

    /// <summary>The customer's number, as the CRM would store it: the caller's inbound, the called one outbound; null when withheld.</summary>
    public string? CustomerPhone => PhoneNumber.Normalize(Direction == CallDirection.Inbound ? From : To);

    /// <summary>The business's own number, as the CRM would store it.</summary>
    public string? BusinessPhone => PhoneNumber.Normalize(Direction == CallDirection.Inbound ? To : From);
}

/// <summary>Telephone numbers as they come over the wire and as the CRM stores them (E.164).</summary>
public static partial class PhoneNumber
{
    /// <summary>
    /// The number without the marks people put between digits, out of a SIP or tel address where it comes in one; null where there is none: "",
    /// "anonymous", <c>sip:anonymous@10.0.0.1</c>. Callers without a number must not pass for one caller.
    /// </summary>
    public static string? Normalize(string? number)
    {
        if (number is null) return null;
        if (IsDialled(number)) return number;
        var dialled = string.Concat(UserOf(number).Where(c => !IsMark(c)));
        var digits = dialled.AsSpan(dialled.StartsWith('+') ? 1 : 0);
        return digits.ContainsAnyInRange('0', '9') && !digits.ContainsAnyExcept(Dialled) ? dialled : null;
    }

    /// <summary>As most numbers come: nothing but digits behind a plus.</summary>
    private static bool IsDialled(string number) =>
        number.Length > 1 && number[0] is '+' or (>= '0' and <= '9') && !number.AsSpan(1).ContainsAnyExceptInRange('0', '9');

    private static readonly SearchValues<char> Dialled = SearchValues.Create("0123456789*#");

    /// <summary>Of <c>"Dana" &lt;sip:+97254@host;user=phone&gt;</c> the part before the host; a plain number as it is.</summary>
    private static string UserOf(string address)
    {
        var open = address.LastIndexOf('<');
        var uri = (open < 0 ? address : address[(open + 1)..].Split('>')[0]).Trim();
        foreach (var scheme in (ReadOnlySpan<string>)["sips:", "sip:", "tel:", "whatsapp:"])
            if (uri.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return uri[scheme.Length..].Split('@', ';')[0];
        var plain = uri.Split('@', ';')[0];
        return Extended().Match(plain) is { Success: true } extended ? extended.Groups["number"].Value : plain;
    }

    /// <summary>Whoever is behind an extension (<c>ext. 5</c>, <c>x5</c>, <c>,5</c>) has the number before it.</summary>
    [GeneratedRegex(@"^(?<number>.*\d.*?)\s*(?:ext\.?|x|,+)\s*\d+\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Extended();

    /// <summary>Spaces and dashes of every width: numbers are pasted from documents, where they are the unbreakable ones.</summary>
    private static bool IsMark(char c) =>
        c is '(' or ')' or '.' or '/'
        || char.IsWhiteSpace(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.DashPunctuation or UnicodeCategory.Control or UnicodeCategory.Format;
}
