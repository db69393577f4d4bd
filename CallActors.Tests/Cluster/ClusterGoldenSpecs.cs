using System.Collections.Immutable;
using CallActors.Cluster;

namespace CallActors.Tests.Cluster;

/// <summary>
/// Nodes of different versions understand each other: what stands in <c>golden.txt</c> is what the first version that knew it sent, and must be read for
/// ever. A line may be added there, never changed.
/// </summary>
public sealed class ClusterGoldenSpecs : WireSpec
{
    private static readonly ImmutableSortedDictionary<string, string> Golden = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Cluster", "golden.txt"))
        .Where(line => line is not "" && line[0] != '#')
        .Select(line => line.Split('=', StringSplitOptions.TrimEntries))
        .ToImmutableSortedDictionary(parts => parts[0], parts => parts[1], StringComparer.Ordinal);

    [Fact]
    public void What_is_sent_today_is_what_was_sent_then() => Assert.Equal(
        string.Join('\n', Golden.Select(pair => $"{pair.Key} = {pair.Value}")),
        string.Join('\n', WireSamples.All
            .OrderBy(sample => sample.Name, StringComparer.Ordinal)
            .Select(sample => $"{sample.Name} = {Convert.ToHexStringLower(Serializer.ToBinary(sample.Message))}")));

    [Fact]
    public void What_was_sent_then_is_read_today() => Assert.All(WireSamples.All, sample =>
        Assert.Equal(
            Spelling.Of(sample.Message),
            Spelling.Of(Serializer.FromBinary(Convert.FromHexString(Golden[sample.Name]), sample.Name.Split(',')[0]))));

    [Fact]
    public void There_is_a_full_sample_of_every_message_and_it_says_something_of_everything()
    {
        Assert.Equal(
            ClusterSerializer.Forms.Select(form => $"{form.Manifest} {form.Type}").Order(),
            WireSamples.Full.Select(sample => $"{sample.Name} {sample.Message.GetType()}").Order());
        Assert.Equal([], WireSamples.Full.Concat(WireSamples.Added)
            .GroupBy(sample => sample.Name.Split(',')[0], sample => sample.Message)
            .SelectMany(kind => kind.Select(message => Spelling.Gaps(message, kind.Key)).Aggregate((left, right) => left.Intersect(right))));
    }
}
