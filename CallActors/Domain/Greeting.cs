using System.Text.RegularExpressions;

namespace CallActors.Domain;

/// <summary>The greeting, ready to be spoken.</summary>
public static partial class Greeting
{
    private const string EnglishDefault = "Hello {{first_name}}, you have reached {{business_name}}.";
    private const string HebrewDefault = "שלום {{first_name}}, הגעתם ל{{business_name}}.";

    /// <summary>
    /// Fills <c>{{first_name}}</c> and <c>{{business_name}}</c>, in any case and with spaces inside the braces; without a name its placeholder goes,
    /// and the punctuation with it. So does any other placeholder. What is filled in is not searched for placeholders again.
    /// </summary>
    /// <param name="template">
    /// Of the business. Blank, or nothing left of it: a neutral greeting with the business's name, in Hebrew where that is Hebrew.
    /// </param>
    /// <param name="firstName">As <see cref="CustomerName.FirstNameOf"/> gives it; null or blank: not known.</param>
    /// <param name="businessName">Null or blank: not known.</param>
    /// <returns>One line; empty where there is neither a template nor a business's name.</returns>
    public static string Render(string? template, string? firstName, string? businessName)
    {
        firstName = Known(firstName);
        businessName = Known(businessName);
        var greeting = Fill(template ?? "", firstName, businessName);
        if (greeting.Any(char.IsLetterOrDigit) || businessName is null) return greeting;
        return Fill(businessName.Any(c => c is >= 'א' and <= 'ת') ? HebrewDefault : EnglishDefault, firstName, businessName);
    }

    private static string? Known(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static string Fill(string template, string? firstName, string? businessName)
    {
        var (said, rest) = ("", template);
        while (Placeholder().Match(rest) is { Success: true } placeholder)
        {
            var words = rest[..placeholder.Index];
            rest = rest[(placeholder.Index + placeholder.Length)..];
            var value = placeholder.Groups[1].Value.ToUpperInvariant() switch
            {
                "FIRST_NAME" => firstName,
                "BUSINESS_NAME" => businessName,
                _ => null,
            };
            (said, rest) = value is null ? Join(said + HebrewPrefix().Replace(words, ""), rest) : (said + words + value, rest);
        }

        return SpaceBeforePoint().Replace(Blanks().Replace(said + rest, " "), "").Trim();
    }

    /// <summary>What was said and what comes, as they read without the placeholder that stood between them.</summary>
    private static (string Said, string Ahead) Join(string said, string rest)
    {
        rest = Possessive().Replace(rest, "");
        var apart = TrailingBlanks().IsMatch(said) || LeadingBlanks().IsMatch(rest);
        said = TrailingBlanks().Replace(said, "");
        rest = LeadingBlanks().Replace(rest, "");
        if (said.Length > 0 && rest.Length > 0 && Enclose(said[^1], rest[0])) return Join(said[..^1], rest[1..]);

        // Before a point or at the end, the comma or dash that led to the name parts nothing: "Good morning, {{first_name}}. How…".
        if (rest.Length == 0 || LeadingPoint().IsMatch(rest)) said = TrailingSeparators().Replace(said, "");

        // A sentence does not begin with the comma that followed the name: "{{first_name}}, how are you?".
        if (said.Length == 0 || SentenceEnd().IsMatch(said)) rest = LeadingPoint().Replace(rest, "");
        var space = said.Length > 0 && rest.Length > 0 && apart ? " " : "";
        return (said + space, rest);
    }

    private static bool Enclose(char open, char close) =>
        (open, close) is ('(', ')') or ('[', ']') or ('"', '"') or ('\'', '\'') or ('“', '”') or ('„', '”') or ('‘', '’') or ('*', '*');

    [GeneratedRegex(@"\{\{\s*([^{}]*?)\s*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Placeholder();

    /// <summary>The letters Hebrew writes as one with the word they belong to (to, in, from, and, of, …): alone they cannot be spoken.</summary>
    [GeneratedRegex(@"(?<=^|[\s\p{Cf}])[ושכלבמה]{1,3}[-־]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex HebrewPrefix();

    [GeneratedRegex(@"^['’]\p{L}+", RegexOptions.CultureInvariant)]
    private static partial Regex Possessive();

    [GeneratedRegex(@"[\s\p{Cf}]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex TrailingBlanks();

    [GeneratedRegex(@"^[\s\p{Cf}]+", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingBlanks();

    [GeneratedRegex(@"[\s,،;:\p{Pd}]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex TrailingSeparators();

    [GeneratedRegex(@"^([,،;:.!?…]|\p{Pd}(?=\s))[\s,،;:.!?…\p{Pd}]*", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingPoint();

    [GeneratedRegex(@"[.!?…:][""”’)]?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\s+(?=[,،;:!?…]|\.(\s|\z))", RegexOptions.CultureInvariant)]
    private static partial Regex SpaceBeforePoint();
}
