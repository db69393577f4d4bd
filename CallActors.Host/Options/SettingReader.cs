using System.Globalization;

namespace CallActors.Host.Options;

/// <summary>Reads single values of the configuration. A value that is wrong ends the start in one sentence.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    /// <summary>A secret of fewer characters can be guessed by somebody who tries.</summary>
    private const int ShortSecret = 16;
    private readonly List<string> _doubts = [];

    /// <summary>What is taken as it was given and had better be otherwise; a sentence each.</summary>
    public IReadOnlyList<string> Doubts => _doubts;

    /// <summary>Notes what is taken all the same.</summary>
    public void Doubt(string sentence) => _doubts.Add(sentence);

    /// <summary>Checks a secret that is sent in a header, or signs. Many a gateway's was chosen by somebody else: a short one is taken, and doubted.</summary>
    /// <param name="key">The configuration's key, for the message, which shows nothing of the secret.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="expected">What is expected.</param>
    /// <exception cref="ConfigurationException">It is empty, or cannot be sent.</exception>
    public void CheckSecret(string key, string secret, string expected)
    {
        if (secret.Length == 0 || secret.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            var given = secret.Length == 0 ? "empty" : $"a text of {secret.Length} characters";
            throw new ConfigurationException($"{key} (not shown) is {given}; {expected} is expected.");
        }

        if (secret.Length < ShortSecret) Doubt($"{key} (not shown) has {secret.Length} characters; one of fewer than {ShortSecret} can be guessed.");
    }

    public string? Text(string key)
    {
        var value = configuration[key];
        if (value is not null && string.IsNullOrWhiteSpace(value))
            throw new ConfigurationException($"{key} is empty; give it a value, or leave it out for its default.");
        return value;
    }

    /// <summary>A value that may be empty, and means that.</summary>
    public string? AsIs(string key) => configuration[key];

    /// <summary>A URL of one scheme, without query and fragment, in the letters it was given.</summary>
    public string? Url(string key, string scheme, string example) =>
        Url(key, url => url.Scheme == scheme && url.Query.Length == 0 && url.Fragment.Length == 0, $"a {scheme}:// URL without query, such as {example},");

    /// <summary>A URL in the letters it was given: some are signed.</summary>
    /// <param name="key">The configuration's key.</param>
    /// <param name="fits">Which of them will do.</param>
    /// <param name="expected">The same in words, for the message.</param>
    /// <returns>Null: it is not set.</returns>
    /// <exception cref="ConfigurationException">It is no URL, or not one that will do.</exception>
    public string? Url(string key, Func<Uri, bool> fits, string expected)
    {
        if (Text(key)?.Trim() is not { } text) return null;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && fits(url) ? text : throw Wrong(key, text, expected);
    }

    /// <summary>One of the words of an enum, in any case.</summary>
    public T Word<T>(string key, T otherwise) where T : struct, Enum
    {
        if (Text(key) is not { } text) return otherwise;
        var names = Enum.GetNames<T>();
        var index = Array.FindIndex(names, name => name.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase));
        return index >= 0 ? Enum.Parse<T>(names[index]) : throw Wrong(key, text, string.Join(" or ", names));
    }

    public TimeSpan Duration(string key, TimeSpan otherwise) => Duration(key) ?? otherwise;

    public TimeSpan? Duration(string key) => Duration(key, TimeSpan.FromMilliseconds(1), "1ms");

    /// <summary>A duration of which not every one will do.</summary>
    /// <param name="key">The configuration's key.</param>
    /// <param name="least">The shortest that will.</param>
    /// <param name="leastSpelled">The same, as a person writes it.</param>
    /// <param name="most">The longest that will; null: <see cref="Durations.Longest"/>.</param>
    public TimeSpan? Duration(string key, TimeSpan least, string leastSpelled, TimeSpan? most = null)
    {
        if (Text(key) is not { } text) return null;
        var longest = most ?? Durations.Longest;
        var longestSpelled = longest.TotalDays >= 1 ? $"{longest.TotalDays}d" : $"{longest.TotalSeconds}s";
        return Durations.TryParse(text, out var duration) && duration >= least && duration <= longest
            ? duration
            : throw Wrong(key, text, $"{Durations.Expected}, from {leastSpelled} to {longestSpelled},");
    }

    public int? Whole(string key, int least, int most)
    {
        if (Text(key) is not { } text) return null;
        return int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(key, text, $"an integer from {least} to {most}");
    }

    /// <summary>A list: as an array, or in one value with commas.</summary>
    public IEnumerable<(string Key, string Value)> List(string key)
    {
        var section = configuration.GetSection(key);

        // A secret that did not arrive must not pass for "none".
        if (section.Value is { } empty && string.IsNullOrWhiteSpace(empty))
            throw new ConfigurationException($"{key} is empty; give it a value, or leave it out.");
        var inOne = section.Value is { } given ? given.Split(',').Select(item => (key, item.Trim())) : [];
        return inOne.Concat(section.GetChildren().Select(item => (item.Path, item.Value?.Trim() ?? "")));
    }

    /// <summary>A whole number that is a verb's option.</summary>
    /// <exception cref="ConfigurationException">It is none, or out of bounds.</exception>
    public static int Argument(string option, string given, int most, int least = 1) =>
        int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw Wrong(option, given, $"an integer from {least} to {most}");

    public static ConfigurationException Wrong(string key, string given, string expected) => new($"{key} is {Shown(given)}; {expected} is expected.");

    /// <summary>A value as a message shows it, unless it may hold a secret.</summary>
    private static string Shown(string given)
    {
        if (given.Length > 80 || given.AsSpan().ContainsAny('=', '@', ';')) return $"a text of {given.Length} characters";
        return $"'{string.Concat(given.Select(c => char.IsControl(c) ? '\uFFFD' : c))}'";
    }
}
