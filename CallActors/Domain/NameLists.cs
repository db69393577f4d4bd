using System.Collections.Frozen;

namespace CallActors.Domain;

/// <summary>The words the rules of <see cref="CustomerName"/> go by. Upper and lower case are the same, vowel points do not count.</summary>
public static class NameLists
{
    /// <summary>What a CRM writes where it has no name. Matched against a whole text, never inside one.</summary>
    public static readonly FrozenSet<string> Placeholders = Set(
        "none", "null", "unknown", "test", "-", "n/a", "na", "undefined", "customer", "client", "user", "guest", "folder", "file", "name", "example",
        "לא ידוע", "ללא שם", "אין שם", "לקוח", "ליד חדש", "ליד", "בית", "תמונה", "מסמך", "קובץ", "תיקיה", "שם", "משתמש", "טסט", "בדיקה", "דוגמה", "אורח",
        // The same words spelled or inflected otherwise.
        "n.a", "תיקייה", "דוגמא", "לקוחה", "אורחת", "משתמשת");

    /// <summary>Those of them that are the first half of a name: Shem Tov.</summary>
    public static readonly FrozenSet<string> MayBeginName = Set("שם");

    /// <summary>
    /// Where a name ends and a description of the person begins. A word that is somebody's first name (אהובה, דוד, שלי) must not be here, since a
    /// text that begins with one of these has no name at all; a family name may.
    /// </summary>
    public static readonly FrozenSet<string> Descriptors = Set(
        // Trades and roles.
        "המנקה", "המנקות", "הטכנאי", "הטכנאית", "השרברב", "האינסטלטור", "החשמלאי", "הנהג", "הנהגת", "השליח", "השליחה", "המוכר", "המוכרת", "הקבלן",
        "השיפוצניק", "הצבעי", "הנגר", "המנעולן", "המוסכניק", "הגנן", "הגננת", "המורה", "המטפל", "המטפלת", "הרופא", "הרופאה", "הספר", "הספרית",
        "הקוסמטיקאית", "המאמן", "המאמנת", "המנהל", "המנהלת", "הבוס", "הבוסית", "העובד", "העובדת", "המזכירה", "הלקוח", "הלקוחה", "הסוכן", "הסוכנת",
        // Kin, friends and endearments.
        "החבר", "החברה", "חבר", "חברה", "השכן", "השכנה", "השותף", "השותפה", "האח", "האחות", "האבא", "האמא", "אבא", "אמא", "סבא", "סבתא", "הדוד", "הדודה",
        "הבעל", "האישה", "אהוב", "אהובי", "אהובתי", "יקר", "יקרה", "היקר", "היקרה", "שלנו", "של",
        // Where from, and which.
        "מהעבודה", "מהמשרד", "מהשכונה", "מהגן", "מהצבא", "מהאינטרנט", "מהפייסבוק", "מפייסבוק", "מאינסטגרם", "מגוגל", "עבודה", "משרד", "נייד", "חדש", "חדשה",
        "ישן", "ישנה", "מזדמן", "קבוע", "פוטנציאלי", "ללא", "בלי", "אין", "לא",
        "from", "the", "at", "of", "via", "by", "aka", "without", "my", "our", "your", "dear", "new", "old", "cleaner", "technician", "plumber",
        "electrician", "contractor", "neighbor", "neighbour", "friend", "boss", "colleague", "caller", "contact", "work", "office", "mobile", "mom", "dad");

    /// <summary>Arabic prefixes that are no name without the word behind them.</summary>
    public static readonly FrozenSet<string> CompoundPrefixes = Set("אבו", "אום", "אל", "abu", "umm", "al");

    /// <summary>Titles, and Bat (as in Bat Sheva), which nobody is called by alone. Those of two letters need no entry.</summary>
    public static readonly FrozenSet<string> NoNameAlone = Set(
        "mrs", "miss", "prof", "professor", "doctor", "rabbi", "bat", "גברת", "אדון", "דוקטור", "פרופ'", "פרופסור", "הרב", "עו\"ד");

    /// <summary>Second words that begin a family name.</summary>
    public static readonly FrozenSet<string> Particles = Set("בן", "בת", "אבן", "bin", "ben", "bat");

    private static FrozenSet<string> Set(params string[] words) => words.ToFrozenSet(StringComparer.OrdinalIgnoreCase);
}
