using System.Runtime.Serialization;
using CallActors.Cluster;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CsCheck;

namespace CallActors.Tests.Cluster;

public sealed class ClusterSerializerSpecs : WireSpec
{
    [Fact]
    public void Whatever_is_said_between_nodes_arrives_as_it_was_said()
    {
        var kinds = MessageGens.Naming([TestActor, CreateTestProbe().Ref, Sys.DeadLetters]);
        var made = new HashSet<Type>();
        foreach (var kind in kinds)
        {
            kind.Sample(message =>
            {
                lock (made) made.Add(message.GetType());
                Assert.Equal(Spelling.Of(message), Spelling.Of(Reread(message)));
            }, iter: 500);
        }

        Assert.Equal(ClusterSerializer.Forms.Select(form => form.Type.Name).Order(), made.Select(type => type.Name).Order());
    }

    [Fact]
    public void Every_sample_arrives_as_it_was_said_through_the_serializer_the_system_finds_for_it() => Assert.All(WireSamples.All, sample =>
    {
        var serializer = Assert.IsType<ClusterSerializer>(Sys.Serialization.FindSerializerFor(sample.Message));
        Assert.Equal(1002, serializer.Identifier);
        Assert.Equal(sample.Name.Split(',')[0], serializer.Manifest(sample.Message));
        Assert.Equal(Spelling.Of(sample.Message), Spelling.Of(Reread(sample.Message)));
    });

    [Fact]
    public void A_transcription_of_a_megabyte_arrives_whole()
    {
        var text = string.Concat(Enumerable.Repeat("שלום, this is a long talk. 😀 ", 40_000));
        var told = new CallEvents.Noted(CallScripts.Header("e"), null, text, null);
        Assert.True(Serializer.ToBinary(told).Length > 1 << 20);
        Assert.Equal(told, Reread(told));

        var view = new CallQueries.CallView(
            Sample(CallScripts.Context) with { Stash = IntentStash.Empty.With(new WriteIntent.Transcription(text), null) },
            DatabaseCost.None);
        Assert.Equal(view, Reread(view));
    }

    [Fact]
    public void An_actor_that_is_named_is_the_same_actor_where_it_is_read()
    {
        var probe = CreateTestProbe().Ref;
        var admit = new AdmissionMessages.AdmitToBusiness(new BusinessId(7), CallScripts.Id, probe, false);
        var read = Assert.IsType<AdmissionMessages.AdmitToBusiness>(Reread(admit));
        Assert.Equal(probe, read.Session);
        Assert.Equal(probe.Path.Uid, read.Session.Path.Uid);
    }

    [Fact]
    public void An_event_that_arrives_is_known_for_the_one_it_is()
    {
        var told = new CallEvents.Ringing(CallScripts.Header("e-7"));
        Assert.Equal(told.Header.Fingerprint, Assert.IsType<CallEvents.Ringing>(Reread(told)).Header.Fingerprint);
    }

    [Fact]
    public void What_stays_on_its_node_is_not_written()
    {
        object[] staying =
        [
            new DatabaseMessages.LoadContext(ContextQuery.ForLedger(CallScripts.Id), 1),
            new DatabaseMessages.FlushBatch(Sample(CallScripts.Context).ToRecord(), 1),
        ];
        Assert.All(staying, message =>
        {
            // Bound, so that it fails here and does not cross in a form that nobody chose.
            var serializer = Assert.IsType<ClusterSerializer>(Sys.Serialization.FindSerializerFor(message));
            Action[] writing = [() => serializer.Manifest(message), () => serializer.ToBinary(message)];
            Assert.All(writing, write =>
                Assert.StartsWith($"{message.GetType()} has no form between nodes", Assert.Throws<ArgumentException>(write).Message, StringComparison.Ordinal));
        });
        Assert.Throws<SerializationException>(() => Sys.Serialization.FindSerializerFor(CallQueries.CountCalls.Instance));
    }

    [Fact]
    public void What_does_not_belong_together_is_not_written()
    {
        var other = CallScripts.Context with { CallId = CallId.Parse("CA-2") };
        Assert.Throws<ArgumentException>(() => Serializer.ToBinary(new CallReply(CallScripts.Id, null, CallOutcome.Applied, Context: other)));
        Assert.Throws<ArgumentException>(() => Serializer.ToBinary(new CallQueries.CallView(Sample(other) with { Id = CallScripts.Id }, DatabaseCost.None)));

        var odd = new CallReply(CallScripts.Id, null, (CallOutcome)99);
        var failure = Assert.Throws<SerializationException>(() => Serializer.ToBinary(odd));
        Assert.Contains("'call-reply/1' cannot be sent to another node: There is no number for CallOutcome 99", failure.Message, StringComparison.Ordinal);
    }

    private static Call Sample(CallContext context) => new CallScripts.Run().Call with { Context = context };
}
