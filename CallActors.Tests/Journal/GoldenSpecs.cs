using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

/// <summary>
/// An old log stays readable: what stands in <c>golden.txt</c> was written once and must be read for ever. A line may be added there, never changed.
/// </summary>
public class GoldenSpecs
{
    private static readonly ImmutableSortedDictionary<string, string> Golden = File
        .ReadLines(Path.Combine(AppContext.BaseDirectory, "Journal", "golden.txt"))
        .Where(line => line is not "" && line[0] != '#')
        .Select(line => line.Split(" = "))
        .ToImmutableSortedDictionary(parts => parts[0], parts => parts[1]);

    private static readonly ImmutableSortedDictionary<string, IMessage> Written = JournalSamples.Facts
        .Select(sample => (sample.Name, Entry: (IMessage)JournalSamples.Wire(sample.Fact)))
        .Append((Name: "entry, closed", Entry: (IMessage)FactCodec.ToWire(JournalSamples.Id, long.MaxValue, [], closed: true, new BusinessBook(), [])))
        .Concat(JournalSamples.Businesses().Zip(["business", "business, bare"], (entry, name) => (Name: name, Entry: (IMessage)entry)))
        .Concat(JournalSamples.Busy.Select(sample => (sample.Name, Entry: (IMessage)sample.Entry)))
        .Append((JournalSamples.BusyBooked.Name, Entry: (IMessage)JournalSamples.BusyBooked.Entry))
        .Append((Name: "batch", Entry: (IMessage)JournalSamples.Batch()))
        .Append((Name: "batch, with busy times", Entry: (IMessage)JournalSamples.BatchWithBusy()))
        .ToImmutableSortedDictionary(sample => sample.Name, sample => sample.Entry);

    [Fact]
    public void What_is_written_today_is_what_was_written_then() => Assert.Equal(
        string.Join('\n', Golden.Select(pair => $"{pair.Key} = {pair.Value}")),
        string.Join('\n', Written.Select(pair => $"{pair.Key} = {Convert.ToHexStringLower(pair.Value.ToByteArray())}")));

    [Fact]
    public void What_was_written_then_is_read_today()
    {
        var book = new BusinessBook();
        foreach (var name in new[] { "business", "business, bare" }) book.Written(BusinessEntry.Parser.ParseFrom(Bytes(name)), 1);

        Assert.All(JournalSamples.Facts, sample =>
        {
            var entry = CallEntry.Parser.ParseFrom(Bytes(sample.Name));
            Assert.Equal(JournalSamples.Id, FactCodec.CallIdOf(entry));
            Assert.Equal((3UL, false), (entry.Number, entry.Closed));
            Assert.Equal(sample.Fact, Assert.Single(FactCodec.FromWire(entry, book)));
        });
        Assert.True(CallEntry.Parser.ParseFrom(Bytes("entry, closed")).Closed);
        Assert.All(JournalSamples.Busy.Add(JournalSamples.BusyBooked),
            sample => Assert.Equal(BusyCodec.FromWire(sample.Entry), BusyCodec.FromWire(BusyEntry.Parser.ParseFrom(Bytes(sample.Name)))));
        Assert.Equal(JournalSamples.Batch(), EntryBatch.Parser.ParseFrom(Bytes("batch")));
        Assert.Equal(JournalSamples.BatchWithBusy(), EntryBatch.Parser.ParseFrom(Bytes("batch, with busy times")));
    }

    [Fact]
    public void There_is_a_sample_of_every_fact_and_every_intent()
    {
        Assert.Equal(Kinds(typeof(CallFact)), JournalSamples.Facts.Select(sample => sample.Fact.GetType().Name).Distinct().Order());
        Assert.Equal(Kinds(typeof(WriteIntent)), JournalSamples.Intents.Select(sample => sample.Intent.GetType().Name).Distinct().Order());
    }

    private static IEnumerable<string> Kinds(Type parent) =>
        parent.Assembly.GetTypes().Where(type => type.IsSubclassOf(parent) && !type.IsAbstract).Select(type => type.Name).Order();

    private static byte[] Bytes(string name) => Convert.FromHexString(Golden[name]);
}
