using CallActors.Actors;

namespace CallActors.Tests.Actors;

public sealed class LogProofSpecs
{
    private readonly TwoClocks _clocks = new();
    private readonly LogProof _proof;

    public LogProofSpecs() => _proof = new LogProof(_clocks);

    /// <summary>The machine's and the wall's, each moved by itself.</summary>
    private sealed class TwoClocks : TimeProvider
    {
        public TimeSpan Machine { get; set; }

        public DateTimeOffset Wall { get; set; } = DateTimeOffset.UnixEpoch;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Machine.Ticks;

        public override DateTimeOffset GetUtcNow() => Wall;
    }

    [Fact]
    public void Nothing_is_known_before_the_first_write() => Assert.False(_proof.IsFresh);

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(2, 2, true)]
    [InlineData(3, 0, false)]
    [InlineData(0, 3, false)]
    [InlineData(0, -3, false)]
    public void A_write_speaks_for_three_seconds_by_both_clocks(int machine, int wall, bool isFresh)
    {
        _proof.Renew(_proof.Begin());
        _clocks.Machine += TimeSpan.FromSeconds(machine);
        _clocks.Wall += TimeSpan.FromSeconds(wall);
        Assert.Equal(isFresh, _proof.IsFresh);
    }

    [Fact]
    public void A_write_that_was_sent_long_ago_proves_nothing_of_now()
    {
        var begun = _proof.Begin();
        _clocks.Machine += LogProof.Lasts;
        _proof.Renew(begun);
        Assert.False(_proof.IsFresh);
    }
}
