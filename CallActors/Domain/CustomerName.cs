namespace CallActors.Domain;

/// <summary>The rules of a customer's name: which candidate is one, and what of it is spoken. The words they go by are in <see cref="NameLists"/>.</summary>
public static class CustomerName
{
    private const int ForeignCharacters = 2;
    private const int LettersOfNoName = 2;

    /// <summary>Whether a text can be a person's name at all: exactly where something of it can be spoken.</summary>
    public static bool IsUsable(string? text) => FirstNameOf(text) is not null;

    /// <summary>The part of a name that is spoken; null where the text is no usable name. What it gives is itself a usable name.</summary>
    public static string? FirstNameOf(string? text)
    {
        if (text is null) return null;
        var clean = WithoutSlashes(NameText.Clean(text));
        if (IsPlaceholder(clean) || NameText.HasDigit(clean) || NameText.CountForeign(clean) > ForeignCharacters) return null;

        var words = NameText.Words(clean);
        var cut = words.FindIndex(word => NameLists.Descriptors.Contains(word.Key));
        if (cut >= 0)
        {
            if (IsPlaceholder(clean[..words[cut].Start])) return null;
            words.RemoveRange(cut, words.Count - cut);
        }

        return words.Count == 0 ? null : Spoken(words);
    }

    /// <summary>A last name as it is written; null where the text is none.</summary>
    public static string? LastNameOf(string? text) => IsUsable(text) ? text!.Trim() : null;

    /// <summary>A placeholder that is written with a slash would be cut into words that are none: n/a.</summary>
    private static string WithoutSlashes(string clean) => clean.Contains('/', StringComparison.Ordinal)
        ? string.Join(' ',
            clean.Split(' ').Select(token => NameLists.Placeholders.Contains(NameText.Key(token)) ? token.Replace("/", "", StringComparison.Ordinal) : token))
        : clean;

    private static string? Spoken(List<NameWord> words)
    {
        var first = words[0];
        var second = words.Count > 1 && !IsParticle(words[1]) ? words[1] : (NameWord?)null;

        // Nobody is greeted as "Customer Bob", or as "Mr. Unknown".
        if (IsPlaceholder(first.Text) && !(second is { } && NameLists.MayBeginName.Contains(first.Key))) return null;
        if (second is { } named && IsNoNameAlone(first) && IsPlaceholder(named.Text)) return null;
        var spoken = second is { } next && IsNoNameAlone(first) ? $"{first.Text}{(first.Dotted ? "." : "")} {next.Text}" : first.Text;
        return IsPlaceholder(spoken) ? null : spoken;
    }

    private static bool IsNoNameAlone(NameWord word) =>
        word.Letters <= LettersOfNoName || NameLists.CompoundPrefixes.Contains(word.Key) || NameLists.NoNameAlone.Contains(word.Key);

    /// <summary>Ben David and Ben-David alike.</summary>
    private static bool IsParticle(NameWord word) => NameLists.Particles.Contains(word.Key.Split(' ')[0]);

    private static bool IsPlaceholder(string clean) =>
        NameLists.Placeholders.Contains(clean) || NameLists.Placeholders.Contains(NameText.Key(clean));
}
