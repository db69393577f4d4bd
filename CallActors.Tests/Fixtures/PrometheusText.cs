using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace CallActors.Tests.Fixtures;

/// <summary>A sample of the text format.</summary>
internal sealed record PrometheusSample(string Name, IReadOnlyList<(string Label, string Value)> Labels, double Value)
{
    /// <summary>What tells it from every other sample.</summary>
    public string Series => $"{Name}{{{string.Join(',', Labels.Select(label => $"{label.Label}={label.Value}").Order(StringComparer.Ordinal))}}}";

    public string? this[string label] => Labels.FirstOrDefault(one => one.Label == label).Value;
}

/// <summary>Samples that belong together.</summary>
internal sealed class PrometheusFamily(string name)
{
    public string Name => name;

    public string? Type { get; set; }

    public string? Help { get; set; }

    public List<PrometheusSample> Samples { get; } = [];

    public bool Has(string sample) =>
        sample == name || (Type is "histogram" && (sample == $"{name}_bucket" || sample == $"{name}_sum" || sample == $"{name}_count"));
}

/// <summary>A scrape, read as strictly as Prometheus' text format 0.0.4 is written: whatever is not allowed there fails the spec.</summary>
internal sealed partial class PrometheusText
{
    private readonly Dictionary<string, PrometheusFamily> _families = [];

    public PrometheusText(string text)
    {
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        PrometheusFamily? current = null;
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0) continue;
            if (Comment().Match(line) is { Success: true } comment)
                current = Describe(current, comment.Groups[1].Value, comment.Groups[2].Value, comment.Groups[3].Value);
            else Take(current, line);
        }

        Assert.All(_families.Values, Check);
    }

    public IReadOnlyDictionary<string, PrometheusFamily> Families => _families;

    public IEnumerable<PrometheusSample> Samples => _families.Values.SelectMany(family => family.Samples);

    /// <summary>The only sample of this name that has these labels, and maybe others.</summary>
    public double this[string name, params (string Label, string Value)[] labels] =>
        Assert.Single(Samples, sample => sample.Name == name && labels.All(label => sample[label.Label] == label.Value)).Value;

    /// <summary>The sum of all samples of this name.</summary>
    public double Sum(string name) => Samples.Where(sample => sample.Name == name).Sum(sample => sample.Value);

    /// <summary>A family's lines stand together, HELP and TYPE once each and before its samples.</summary>
    private PrometheusFamily Describe(PrometheusFamily? current, string what, string name, string text)
    {
        if (current?.Name != name)
        {
            current = new PrometheusFamily(name);
            Assert.True(_families.TryAdd(name, current), $"{name} is described in two places");
        }

        Assert.True(current.Samples.Count == 0, $"{what} of {name} comes after its samples");
        if (what == "HELP")
        {
            Assert.True(current.Help is null, $"{name} has HELP twice");
            current.Help = text;
        }
        else
        {
            Assert.True(current.Type is null, $"{name} has TYPE twice");
            Assert.Contains(text, new[] { "counter", "gauge", "histogram", "summary", "untyped" });
            current.Type = text;
        }

        return current;
    }

    private static void Take(PrometheusFamily? current, string line)
    {
        var match = Line().Match(line);
        Assert.True(match.Success, $"no line of the format: {line}");
        var name = match.Groups["name"].Value;
        Assert.True(current is { Type: { }, Help: { } } && current.Has(name), $"{name} stands outside of its family, which has HELP and TYPE");
        var labels = match.Groups["label"].Captures.Zip(match.Groups["value"].Captures, (label, value) => (label.Value, Unescape(value.Value))).ToList();
        Assert.Equal(labels.Count, labels.Select(label => label.Value).Distinct().Count());
        var number = match.Groups["number"].Value switch
        {
            "+Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            "NaN" => double.NaN,
            var digits => double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture),
        };
        var sample = new PrometheusSample(name, labels, number);
        Assert.DoesNotContain(current!.Samples, one => one.Series == sample.Series);
        current.Samples.Add(sample);
    }

    private static void Check(PrometheusFamily family)
    {
        Assert.False(string.IsNullOrWhiteSpace(family.Help), $"{family.Name} has no HELP");
        Assert.True(family.Type is { }, $"{family.Name} has no TYPE");
        Assert.True(family.Samples.Count > 0, $"{family.Name} has no sample");
        if (family.Type == "counter")
        {
            Assert.EndsWith("_total", family.Name, StringComparison.Ordinal);
            Assert.All(family.Samples, sample => Assert.True(sample.Value >= 0, sample.Series));
        }

        if (family.Type == "histogram") CheckHistogram(family);
    }

    private static void CheckHistogram(PrometheusFamily family)
    {
        foreach (var one in family.Samples.GroupBy(sample => string.Join(',', sample.Labels.Where(label => label.Label != "le").Order())))
        {
            var buckets = one.Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal)).ToList();
            var bounds = buckets.Select(bucket => bucket["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(bucket["le"]!, CultureInfo.InvariantCulture))
                .ToList();
            Assert.Equal(bounds.Order().Distinct(), bounds);
            Assert.Equal(double.PositiveInfinity, bounds[^1]);
            Assert.Equal(buckets.Select(bucket => bucket.Value).Order(), buckets.Select(bucket => bucket.Value));
            Assert.Equal(buckets[^1].Value, Assert.Single(one, sample => sample.Name == $"{family.Name}_count").Value);
            Assert.Single(one, sample => sample.Name == $"{family.Name}_sum");
        }
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++) text.Append(value[i] != '\\' ? value[i] : value[++i] == 'n' ? '\n' : value[i]);
        return text.ToString();
    }

    [GeneratedRegex(@"^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(?:(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>(?:[^"\\\n]|\\[\\"n])*)"(?:,(?!\})|(?=\})))*\})? (?<number>[+-]Inf|NaN|[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)(?: -?[0-9]+)?$""")]
    private static partial Regex Line();
}
