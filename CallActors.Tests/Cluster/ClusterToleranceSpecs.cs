using System.Runtime.Serialization;
using CallActors.Cluster;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CsCheck;
using Google.Protobuf;
using Wire = CallActors.Cluster.Wire;

namespace CallActors.Tests.Cluster;

/// <summary>An old and a new node talk to each other while a cluster is upgraded.</summary>
public sealed class ClusterToleranceSpecs : WireSpec
{
    // Field 99, a text.
    private static readonly byte[] Added = [0x9a, 0x06, 1, (byte)'x'];

    [Fact]
    public void A_field_that_a_later_version_added_is_ignored() => Assert.All(WireSamples.All, sample =>
        Assert.Equal(Spelling.Of(sample.Message), Spelling.Of(Read([.. Serializer.ToBinary(sample.Message), .. Added], sample.Name.Split(',')[0]))));

    [Fact]
    public void So_it_is_deep_inside()
    {
        var header = new Wire.Header { Source = "gw", Id = "e-7", CallId = "CA-1", Time = new DateTimeOffset(1, TimeSpan.Zero).ToWire() };
        var later = Wire.Header.Parser.ParseFrom([.. header.ToByteArray(), .. Added]);
        var read = Assert.IsType<CallEvents.Ringing>(Read(new Wire.Event { Header = later }.ToByteArray(), "call.ringing/1"));
        Assert.Equal(new EventHeader(new EventKey("gw", "e-7"), CallId.Parse("CA-1"), new DateTimeOffset(1, TimeSpan.Zero)), read.Header);
    }

    [Fact]
    public void What_an_older_version_does_not_say_is_as_if_it_were_not()
    {
        var reply = Read(new Wire.CallReply { CallId = "CA-1", Outcome = Wire.CallOutcome.Applied }.ToByteArray(), "call-reply/1");
        Assert.Equal(new CallReply(CallId.Parse("CA-1"), null, CallOutcome.Applied), reply);

        var figures = Read(new Wire.NodeFigures { Node = "one" }.ToByteArray(), "node-figures/1");
        Assert.Equal(Spelling.Of(new NodeMessages.NodeFigures("one")), Spelling.Of(figures));

        var call = Wire.CallView.Parser.ParseFrom(Serializer.ToBinary(WireSamples.Full.Single(sample => sample.Name == "call-view/1").Message));
        (call.Load, call.Live, call.Flush) = (null, null, null);
        Assert.Equal(DatabaseCost.None, Assert.IsType<CallQueries.CallView>(Read(call.ToByteArray(), "call-view/1")).Cost);
    }

    [Fact]
    public void A_problem_means_what_its_name_says_whatever_its_title()
    {
        var told = new ProblemType(ProblemType.LiveCall.Name, 423, "Another title");
        Assert.Same(ProblemType.LiveCall, Refusal(told).Type);
        Assert.All(
            typeof(ProblemType).GetFields().Where(field => field.FieldType == typeof(ProblemType)).Select(field => (ProblemType)field.GetValue(null)!),
            type => Assert.Same(type, Refusal(type).Type));
    }

    [Fact]
    public void A_problem_of_a_later_version_is_told_as_it_came()
    {
        var later = new ProblemType("fresh", 451, "Something new");
        Assert.Equal(later, Refusal(later).Type);

        var failure = Assert.Throws<SerializationException>(() => Refusal(new ProblemType("odd", 0, "")));
        Assert.Contains("the problem 'odd' with status 0", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("call.ringing/2", "", "of the kind 'call.ringing/2', which this version does not know")]
    [InlineData("", "", "of the kind ''")]
    [InlineData("CallActors.Messages.CallReply", "", "of the kind 'CallActors.Messages.CallReply'")]
    [InlineData("call.ringing/1", "", "a 'call.ringing/1' that this version cannot read: What was read is without its header")]
    [InlineData("call.ringing/1", "0a051a0343412d", "without its time")]
    [InlineData("call.ringing/1", "0a0a1a0343412d2203092020", "that this version cannot read")]
    [InlineData("get-call/1", "", "the call id '', which is none")]
    [InlineData("get-call/1", "0a01c3", "that this version cannot read")]
    [InlineData("get-call/1", "0a7f43", "that this version cannot read")]
    [InlineData("call-reply/1", "0a0443412d31", "has CallOutcome 0, which this version does not know")]
    [InlineData("call-reply/1", "0a0443412d311809", "has CallOutcome 9, which this version does not know")]
    [InlineData("call-reply/1", "0a0443412d3118012009", "has CallPhase 9, which this version does not know")]
    [InlineData("call-reply/1", "0a0443412d3118013200", "without its context")]
    [InlineData("call-counts/1", "0a0408011001" + "0a0408011001", "twice")]
    [InlineData("admit-to-business/1", "08071204" + "43412d31", "the actor path '', which is none")]
    [InlineData("not-admitted-to-business/1", "0807", "without its problem")]
    public void What_cannot_be_read_is_named(string manifest, string hex, string words)
    {
        var failure = Assert.Throws<SerializationException>(() => Read(Convert.FromHexString(hex), manifest));
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_were_spoilt_are_read_or_refused_and_never_anything_else() =>
        (from sample in Gen.OneOf(WireSamples.All.ToArray())
         from at in Gen.Double.Unit
         from put in Gen.Byte.Array[0, 3]
         from cut in Gen.Int[0, 3]
         select (sample, at, put, cut)).Sample(told =>
        {
            var bytes = Serializer.ToBinary(told.sample.Message);
            var at = (int)(told.at * bytes.Length);
            byte[] spoilt = [.. bytes[..at], .. told.put, .. bytes[Math.Min(at + told.cut, bytes.Length)..]];
            try
            {
                Read(spoilt, told.sample.Name.Split(',')[0]);
            }
            catch (SerializationException e)
            {
                Assert.Contains("that this version cannot read", e.Message, StringComparison.Ordinal);
            }
        }, iter: 20_000);

    private object Read(byte[] bytes, string manifest) => Serializer.FromBinary(bytes, manifest);

    private Problem Refusal(ProblemType type)
    {
        var reply = CallReply.Refuse(CallId.Parse("CA-1"), null, new Problem(type, "This case."));
        return Assert.IsType<CallReply>(Reread(reply)).Problem!;
    }
}
