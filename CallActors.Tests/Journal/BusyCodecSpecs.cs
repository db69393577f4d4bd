using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using CsCheck;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

public class BusyCodecSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.FromHours(2));

    private static readonly Gen<(int Start, int End)> Ordinary = Gen.Select(Gen.Int[29_000_000, 29_100_000], Gen.Int[1, 600])
        .Select((start, minutes) => (start, start + minutes));

    private static readonly Gen<(int Start, int End)> Any = Gen.Select(Gen.Int, Gen.Int).Select((a, b) => (Math.Min(a, b), Math.Max(a, b)));

    [Fact]
    public void Whatever_is_known_is_read_back_as_it_was_written() =>
        Gen.Select(Gen.Long, Gen.OneOf(Ordinary, Any).Array[0, 60], Gen.Long[0, DateTimeOffset.MaxValue.Ticks - TimeSpan.TicksPerDay], Gen.Int[0, 14 * 60])
            .Sample((id, taken, ticks, offset) =>
        {
            var asOf = new DateTimeOffset(ticks, TimeSpan.Zero).ToOffset(TimeSpan.FromMinutes(offset));
            var (business, known) = Reread(BusyCodec.ToWire(new BusinessId(id), new KnownBusy(BusyTimes.FromMinutes(taken), asOf)));
            Assert.Equal((new BusinessId(id), BusyTimes.FromMinutes(taken)), (business, known.Times));
            Assert.True(asOf.EqualsExact(known.AsOf));
        });

    [Fact]
    public void What_calls_have_booked_is_read_back_with_the_time_it_was_heard_at() =>
        Gen.Select(Ordinary.Array[1, 3], Gen.Int[0, 1_000_000]).Array[0, 5].Sample(booked =>
        {
            var known = new KnownBusy(
                BusyTimes.None, Noon)
            { Booked = [.. booked.Select(one => new Booked(BusyTimes.FromMinutes(one.Item1), Noon.AddSeconds(one.Item2)))] };
            Assert.Equal(known, Reread(BusyCodec.ToWire(new BusinessId(7), known)).Known);
        });

    [Fact]
    public void What_a_call_has_booked_has_a_time_and_makes_sense()
    {
        foreach (var booked in new[] { new BookedEntry { Steps = { 29_000_000, 30 } }, new BookedEntry { Steps = { 29_000_000 }, At = Noon.ToWire() } })
            Assert.Throws<InvalidDataException>(() => BusyCodec.FromWire(new BusyEntry { BusinessId = 7, AsOf = Noon.ToWire(), Booked = { booked } }));
    }

    [Fact]
    public void The_ends_of_time_are_read_back()
    {
        var ever = BusyTimes.FromMinutes([(int.MinValue, int.MaxValue)]);
        Assert.Equal(ever, Reread(BusyCodec.ToWire(new BusinessId(7), new KnownBusy(ever, Noon))).Known.Times);
    }

    [Fact]
    public void A_month_of_full_mornings_and_afternoons_is_small()
    {
        var taken = Enumerable.Range(0, 30).SelectMany(day => (Slot[])[
            new Slot(Noon.AddDays(day).AddHours(-4), Noon.AddDays(day)), new Slot(Noon.AddDays(day).AddHours(1), Noon.AddDays(day).AddHours(5))]);
        Assert.InRange(BusyCodec.ToWire(new BusinessId(7), new KnownBusy(BusyTimes.Of(taken), Noon)).CalculateSize(), 60, 250);
    }

    [Theory]
    [InlineData("3 bounds", new long[] { 29_000_000, 30, 30 })]
    [InlineData("-30 minutes after the one before", new long[] { 29_000_000, -30 })]
    [InlineData("0 minutes after the one before", new long[] { 29_000_000, 30, 0, 30 })]
    [InlineData("which is no time", new long[] { int.MaxValue, 1 })]
    [InlineData("which is no time", new long[] { int.MinValue - 1L, 1 })]
    [InlineData("which is no time", new long[] { -1, long.MaxValue })]
    [InlineData("which is no time", new long[] { 1, long.MaxValue })]
    public void What_makes_no_sense_is_refused(string words, long[] steps)
    {
        var entry = new BusyEntry { BusinessId = 7, AsOf = Noon.ToWire(), Steps = { steps } };
        var failure = Assert.Throws<InvalidDataException>(() => BusyCodec.FromWire(entry));
        Assert.Contains("business 7", failure.Message, StringComparison.Ordinal);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void It_says_when_it_was_seen() => Assert.Throws<InvalidDataException>(() => BusyCodec.FromWire(new BusyEntry { BusinessId = 7 }));

    private static (BusinessId Business, KnownBusy Known) Reread(BusyEntry entry) => BusyCodec.FromWire(BusyEntry.Parser.ParseFrom(entry.ToByteArray()));
}
