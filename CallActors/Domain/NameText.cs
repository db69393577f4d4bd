using System.Globalization;
using System.Text;

namespace CallActors.Domain;

/// <summary>A word of a name.</summary>
/// <param name="Start">Where it begins in the clean text.</param>
/// <param name="Text">The word without the punctuation around it; a geresh at its end (ג׳ורג׳) is part of it.</param>
/// <param name="Dotted">A full stop follows, as after an initial.</param>
internal readonly record struct NameWord(int Start, string Text, bool Dotted)
{
    /// <summary>What the lists know it by.</summary>
    public string Key => NameText.Key(Text);

    /// <summary>Letters alone: points, hyphens and apostrophes make no name longer.</summary>
    public int Letters => Text.EnumerateRunes().Count(Rune.IsLetter);
}

/// <summary>The text side of <see cref="CustomerName"/>: what counts as a letter, a space, a word.</summary>
internal static class NameText
{
    /// <summary>
    /// The text without what cannot be seen (direction marks, zero-width spaces, byte order marks), each run of white space a single space.
    /// The two joiners stay: within Persian and Indic words and emoji they are spelling.
    /// </summary>
    public static string Clean(string text)
    {
        if (IsPlain(text)) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsBlank(rune)) { if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' '); }
            else if (IsJoiner(rune) || Rune.GetUnicodeCategory(rune) != UnicodeCategory.Format) clean.Append(rune);
        }

        return clean.ToString().TrimEnd(' ');
    }

    /// <summary>Whether there is a digit of any script, or a number in a circle or raised.</summary>
    public static bool HasDigit(string clean) =>
        !IsPlain(clean)
            && clean.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.OtherNumber);

    /// <summary>How many characters, as a reader counts them (a family emoji is one), have no place in a name.</summary>
    public static int CountForeign(string clean)
    {
        if (IsPlain(clean)) return 0;
        var foreign = 0;
        for (var elements = StringInfo.GetTextElementEnumerator(clean); elements.MoveNext();)
        {
            var first = Rune.GetRuneAt(clean, elements.ElementIndex);
            if (first.Value != ' ' && !Rune.IsLetter(first) && !IsMark(first) && !IsHyphen(first) && !IsApostrophe(first) && !IsJoiner(first)) foreign++;
        }

        return foreign;
    }

    /// <summary>
    /// What the lists know a text by: marks and joiners gone, hyphens and underscores as spaces, one kind of apostrophe, no punctuation around it.
    /// That the marks go also makes composed and decomposed Hebrew the same; the service runs without ICU, where <see cref="string.Normalize()"/> does nothing.
    /// </summary>
    public static string Key(string clean)
    {
        if (IsPlain(clean)) return clean;
        var key = new StringBuilder(clean.Length);
        foreach (var rune in clean.EnumerateRunes())
        {
            if (IsMark(rune) || IsJoiner(rune)) continue;
            if (rune.Value is ' ' or '_' || IsHyphen(rune)) { if (key.Length > 0 && key[^1] != ' ') key.Append(' '); }
            else if (IsDoubleApostrophe(rune)) key.Append('"');
            else if (IsApostrophe(rune)) key.Append('\'');
            else if (key.Length > 0 || Rune.IsLetter(rune)) key.Append(rune);
        }

        var text = key.ToString();
        var end = text.Length;
        while (end > 0 && !char.IsLetter(text[end - 1]) && !char.IsSurrogate(text[end - 1]) && text[end - 1] != '\'') end--;
        return text[..end].TrimStart('\'', '"', ' ');
    }

    /// <summary>Letters and single spaces between them: as most names are, and nothing to clean.</summary>
    private static bool IsPlain(string text)
    {
        var afterSpace = true;
        foreach (var c in text)
        {
            if (c == ' ' && afterSpace) return false;
            if (c != ' ' && (!char.IsLetter(c) || c is '\u115F' or '\u1160' or '\u3164' or '\uFFA0')) return false;
            afterSpace = c == ' ';
        }

        return !afterSpace;
    }

    /// <summary>The words that have a letter.</summary>
    public static List<NameWord> Words(string clean)
    {
        var words = new List<NameWord>();
        var start = 0;
        for (var at = 0; at <= clean.Length;)
        {
            var rune = at < clean.Length ? Rune.GetRuneAt(clean, at) : new Rune(' ');
            if (!IsOfWord(rune))
            {
                if (WordIn(clean, start, at) is { } word) words.Add(word);
                start = at + rune.Utf16SequenceLength;
            }

            at += rune.Utf16SequenceLength;
        }

        return words;
    }

    private static NameWord? WordIn(string clean, int start, int end)
    {
        var quoted = false;
        for (; start < end; start += Rune.GetRuneAt(clean, start).Utf16SequenceLength)
        {
            var rune = Rune.GetRuneAt(clean, start);
            if (Rune.IsLetter(rune)) break;
            quoted |= IsApostrophe(rune);
        }

        if (start == end) return null;
        var dotted = false;
        while (LastOf(clean, start, end) is var last && !Rune.IsLetter(last) && !IsMark(last))
        {
            var before = LastOf(clean, start, end - last.Utf16SequenceLength);
            if (IsApostrophe(last) && !IsDoubleApostrophe(last) && !quoted && (Rune.IsLetter(before) || IsMark(before))) break;
            dotted = last.Value == '.';
            end -= last.Utf16SequenceLength;
        }

        return new NameWord(start, clean[start..end], dotted);
    }

    private static Rune LastOf(string clean, int start, int end)
    {
        Rune.DecodeLastFromUtf16(clean.AsSpan(start, end - start), out var last, out _);
        return last;
    }

    private static bool IsOfWord(Rune rune) =>
        Rune.IsLetter(rune) || IsMark(rune) || IsHyphen(rune) || IsApostrophe(rune) || IsJoiner(rune) || rune.Value == '.';

    /// <summary>Hangul fillers are letters to Unicode and nothing to the eye; whoever wants an empty name uses them.</summary>
    private static bool IsBlank(Rune rune) => Rune.IsWhiteSpace(rune) || rune.Value is 0x115F or 0x1160 or 0x3164 or 0xFFA0;

    private static bool IsMark(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark;

    private static bool IsJoiner(Rune rune) => rune.Value is 0x200C or 0x200D;

    /// <summary>The maqaf (U+05BE) is one of them.</summary>
    private static bool IsHyphen(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.DashPunctuation;

    private static bool IsApostrophe(Rune rune) =>
        rune.Value is '\'' or '`' or 0xB4 or 0x2018 or 0x2019 or 0x201B or 0x2032 or 0x5F3 || IsDoubleApostrophe(rune);

    /// <summary>Gershayim, typed as such or as a quotation mark: ד״ר, עו"ד.</summary>
    private static bool IsDoubleApostrophe(Rune rune) => rune.Value is '"' or 0x201C or 0x201D or 0x201E or 0x2033 or 0x5F4;
}
