using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using CallActors.Journal;
using CallActors.Tests.Fixtures;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

public sealed class JournalSerializerSpecs : IAsyncLifetime
{
    private SpecJournal _journal = null!;
    private ActorSystem _system = null!;

    public async Task InitializeAsync()
    {
        _journal = await SpecJournal.OnSqliteAsync();
        await using (await JournalStore.PrepareAsync(_journal.Options)) { }
        _system = _journal.Start("serializer");
    }

    public async Task DisposeAsync() => await _journal.DisposeAsync();

    [Fact]
    public void Entries_are_written_under_names_of_their_own()
    {
        IMessage[] entries =
            [JournalSamples.Wire(JournalSamples.Facts[0].Fact), JournalSamples.Businesses()[0], JournalSamples.Batch(), JournalSamples.BatchWithBusy()];
        Assert.Equal(["call-entry/1", "business/1", "batch/1", "batch/1"], entries.Select(entry =>
        {
            var serializer = Assert.IsType<JournalSerializer>(_system.Serialization.FindSerializerFor(entry));
            Assert.Equal(1001, serializer.Identifier);
            var manifest = serializer.Manifest(entry);
            Assert.Equal(entry, _system.Serialization.Deserialize(serializer.ToBinary(entry), 1001, manifest));
            return manifest;
        }));
    }

    [Fact]
    public void Nothing_else_is_written()
    {
        var serializer = new JournalSerializer((ExtendedActorSystem)_system);
        Assert.Throws<ArgumentException>(() => serializer.Manifest("text"));
        Assert.Throws<ArgumentException>(() => serializer.ToBinary(JournalSamples.Wire().Facts));
    }

    [Theory]
    [InlineData("call-entry/2", "")]
    [InlineData("", "")]
    [InlineData("call-entry/1", "ff")]
    [InlineData("business/1", "0a7f00")]
    [InlineData("batch/1", "127f00")]
    public void What_cannot_be_read_is_named(string manifest, string hex)
    {
        SerializerWithStringManifest serializer = new JournalSerializer((ExtendedActorSystem)_system);
        var failure = Assert.Throws<SerializationException>(() => serializer.FromBinary(Convert.FromHexString(hex), manifest));
        Assert.Contains($"'{manifest}'", failure.Message, StringComparison.Ordinal);
    }
}
