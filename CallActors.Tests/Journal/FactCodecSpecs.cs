using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CsCheck;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

public class FactCodecSpecs
{
    [Fact]
    public void Whatever_became_true_of_a_call_is_read_back_as_it_was_written() => CallScripts.Script.Sample(script =>
    {
        var run = new CallScripts.Run();
        foreach (var told in script) run.Tell(told);

        Assert.Equal(run.Facts, Reread(run.Facts));
        Assert.Equal(run.Call, Call.Replay(Reread(run.Facts)));
    });

    [Fact]
    public void A_call_restored_is_the_call_as_it_stood() => CallScripts.Script.Sample(script =>
    {
        var run = new CallScripts.Run();
        foreach (var told in script) run.Tell(told);

        Assert.Equal(run.Call, Call.Replay(Reread([new CallFact.Restored(run.Call)])));
    });

    [Fact]
    public void A_time_keeps_its_offset_and_its_last_tick() => Gen.Select(Gen.DateTimeOffset, Gen.Int[-14 * 60, 14 * 60]).Sample((time, offset) =>
    {
        // Near the ends of time an offset may lead beyond them.
        if (time.UtcDateTime.Year is 1 or 9999) return;
        var told = time.ToOffset(TimeSpan.FromMinutes(offset));
        var read = Assert.IsType<CallFact.WentLive>(Assert.Single(Reread([new CallFact.WentLive("guard", told)])));
        Assert.True(told.EqualsExact(read.At));
    });

    [Fact]
    public void Every_sample_is_read_back_and_written_again_byte_for_byte() => Assert.All(JournalSamples.Facts, sample =>
    {
        var read = Assert.Single(Reread([sample.Fact]));
        Assert.Equal(sample.Fact, read);
        Assert.Equal(JournalSamples.Wire(sample.Fact).ToByteString(), JournalSamples.Wire(read).ToByteString());
    });

    [Fact]
    public void An_entry_of_one_call_takes_no_fact_of_another()
    {
        var other = CallId.Parse("CA-2");
        Assert.Throws<ArgumentException>(() => JournalSamples.Wire(new CallFact.Opened(other, JournalSamples.BareStart, default, default)));
        Assert.Throws<ArgumentException>(() => JournalSamples.Wire(new CallFact.ContextGiven(JournalSamples.BareContext with { CallId = other }, default)));
        Assert.Throws<ArgumentException>(() => JournalSamples.Wire(new CallFact.Restored(JournalSamples.BareCall with { Id = other })));
    }

    private sealed record Unheard : CallFact;

    private sealed record Unwanted : WriteIntent
    {
        public override IntentField Field => new("x");
    }

    [Fact]
    public void What_the_log_has_no_form_for_is_not_swallowed()
    {
        Assert.Throws<InvalidOperationException>(() => JournalSamples.Wire(new Unheard()));
        Assert.Throws<InvalidOperationException>(() => JournalSamples.Wire(new CallFact.Stashed(new Unwanted(), null)));
        Assert.Throws<InvalidOperationException>(() => JournalSamples.Wire(new CallFact.StatusAdvanced((CallStatus)99, default, default)));
    }

    [Theory]
    [InlineData("0a0443412d31" + "1a022a00", "without its time")] // it went live, it does not say when
    [InlineData("0a0443412d31" + "1a00", "a fact of a kind this version does not know")] // a fact that is none
    [InlineData("0a0443412d31" + "1a05fa06020801", "a fact of a kind this version does not know")] // field 111
    [InlineData("0a0443412d31" + "1a0432020a00", "an intent of a kind this version does not know")]
    [InlineData("0a0443412d31" + "1a0632040a021200", "has Gender 0, which this version does not know")]
    [InlineData("0a0443412d31" + "1a0822", "the input ended unexpectedly")]
    [InlineData("0a0443412d31" + "1a06220408631200", "has CallStatus 99, which this version does not know")]
    [InlineData("1a023a00", "without a call id")]
    public void What_the_log_says_and_this_version_does_not_know_fails_loudly(string hex, string words)
    {
        var bytes = Convert.FromHexString(hex);
        var failure = Assert.ThrowsAny<Exception>(() => FactCodec.FromWire(CallEntry.Parser.ParseFrom(bytes), JournalSamples.Book()).Length);
        Assert.True(failure is InvalidDataException or InvalidProtocolBufferException, failure.ToString());
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_field_that_a_later_version_added_is_ignored()
    {
        // Field 99, a text, at the end of the entry and of every fact in it.
        byte[] added = [0x9a, 0x06, 1, (byte)'x'];
        Assert.All(JournalSamples.Facts, sample =>
        {
            var fact = JournalSamples.Wire(sample.Fact).Facts[0].ToByteArray();
            var entry = new CallEntry { CallId = JournalSamples.Id.Value };
            entry.Facts.Add(Fact.Parser.ParseFrom([.. fact, .. added]));
            Assert.Equal(sample.Fact, Assert.Single(FactCodec.FromWire(CallEntry.Parser.ParseFrom([.. entry.ToByteArray(), .. added]), JournalSamples.Book())));
        });
    }

    [Fact]
    public void Every_value_of_every_enum_has_a_number_of_its_own()
    {
        AllBack(WireEnums.Direction);
        AllBack(WireEnums.Gender);
        AllBack(WireEnums.Source);
        AllBack(WireEnums.Phase);
        AllBack(WireEnums.Status);
        AllBack(WireEnums.EndReason);

        static void AllBack<TDomain, TWire>(WireEnum<TDomain, TWire> numbers) where TDomain : struct, Enum where TWire : struct, Enum
        {
            Assert.All(Enum.GetValues<TDomain>(), value => Assert.Equal(value, numbers.Read(numbers.Write(value))));
            Assert.All(Enum.GetValues<TDomain>(), value => Assert.NotEqual(default, numbers.Write(value)));
            Assert.Equal(Enum.GetValues<TWire>().Length - 1, Enum.GetValues<TDomain>().Length);
            Assert.Throws<InvalidDataException>(() => numbers.Read(default));
        }
    }

    private static ImmutableArray<CallFact> Reread(IReadOnlyList<CallFact> facts)
    {
        var toWrite = new List<BusinessEntry>();
        var bytes = FactCodec.ToWire(JournalSamples.Id, 1, facts, closed: false, new BusinessBook(), toWrite).ToByteArray();
        var book = new BusinessBook();
        foreach (var entry in toWrite) book.Written(BusinessEntry.Parser.ParseFrom(entry.ToByteArray()), 1);
        return FactCodec.FromWire(CallEntry.Parser.ParseFrom(bytes), book);
    }
}
