using CallActors.Actors;
using CallActors.Storage;

namespace CallActors.Tests.Actors;

public sealed class LedgerRoundSpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly LedgerRound _round = new(Noon);

    [Fact]
    public void The_next_piece_begins_where_the_last_one_ended()
    {
        Assert.Equal(DateTimeOffset.UnixEpoch, _round.Since);
        Assert.NotNull(_round.PauseAfter(new Forgotten(ILedger.PieceRows, Noon.AddDays(-3)), TimeSpan.Zero));
        Assert.Null(_round.PauseAfter(new Forgotten(0, null), TimeSpan.Zero));
        Assert.Equal((Noon.AddDays(-3), ILedger.PieceRows), (_round.Since, _round.Rows));
    }

    [Theory]
    [InlineData(0, 30)]
    [InlineData(0.5, 60)]
    [InlineData(1, 90)]
    public void The_next_look_is_an_hour_later_give_or_take_a_half(double chance, int minutes) =>
        Assert.Equal(TimeSpan.FromMinutes(minutes), new LedgerSettings().WaitOf(chance));

    [Fact]
    public void A_piece_that_is_not_full_is_the_last_one() => Assert.Null(_round.PauseAfter(new Forgotten(ILedger.PieceRows - 1, Noon), TimeSpan.Zero));

    [Theory]
    [InlineData(0, 250)]
    [InlineData(10, 250)]
    [InlineData(100, 900)]
    [InlineData(5_000, 45_000)]
    public void Of_the_databases_time_it_takes_a_tenth_at_the_most(int tookMs, int pauseMs) =>
        Assert.Equal(TimeSpan.FromMilliseconds(pauseMs), _round.PauseAfter(new Forgotten(ILedger.PieceRows, Noon), TimeSpan.FromMilliseconds(tookMs)));
}
