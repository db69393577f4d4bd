using System.Collections.Immutable;
using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>A caller as the conversation gets to know them.</summary>
internal sealed record Person(string First, string Last, string Gender);

/// <summary>What callers are called and what is said, in the language of the business.</summary>
internal static class Speech
{
    private static readonly ImmutableArray<Person> Hebrew =
    [
        new("נועה", "מזרחי", "female"), new("איתי", "פרידמן", "male"), new("מיכל", "ביטון", "female"), new("עומר", "שפירא", "male"),
        new("שירה", "אזולאי", "female"), new("אורי", "גולן", "male"), new("תמר", "חדד", "female"), new("יונתן", "קפלן", "male"),
    ];

    private static readonly ImmutableArray<Person> English =
    [
        new("Olivia", "Bennett", "female"), new("Marcus", "Hughes", "male"), new("Sophia", "Nguyen", "female"), new("Ethan", "Walker", "male"),
        new("Amelia", "Foster", "female"), new("Lucas", "Romero", "male"), new("Hannah", "Brooks", "female"), new("Samuel", "Ortiz", "male"),
    ];

    public static bool IsHebrew(BusinessProfile business) => business.Phone?.StartsWith("+972", StringComparison.Ordinal) == true;

    public static Person Somebody(BusinessProfile business, Random chance)
    {
        var people = IsHebrew(business) ? Hebrew : English;
        return people[chance.Next(people.Length)];
    }

    public static string Opening(BusinessProfile business) => IsHebrew(business) ? "שלום, מדברים מ" + business.Name : $"Hello, this is {business.Name}";

    public static string Summary(BusinessProfile business, CallKind kind) => (IsHebrew(business), kind) switch
    {
        (true, CallKind.Booking) => "נקבע תור.",
        (true, CallKind.OutboundJob) => "הלקוח ביקש שנחזור בשבוע הבא.",
        (true, _) => "שאלה על מחירים ושעות פתיחה.",
        (false, CallKind.Booking) => "An appointment was booked.",
        (false, CallKind.OutboundJob) => "Asked to be called again next week.",
        (false, _) => "Asked about prices and opening hours.",
    };
}
