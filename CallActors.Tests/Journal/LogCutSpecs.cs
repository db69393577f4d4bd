using CallActors.Journal;
using Microsoft.Extensions.Time.Testing;

namespace CallActors.Tests.Journal;

public sealed class LogCutSpecs
{
    [Fact]
    public void A_log_is_deleted_in_portions_from_where_it_begins()
    {
        var log = new LogCut();
        foreach (var sequenceNr in (long[])[1_001, 1_002, 10_000]) log.Holds(sequenceNr);
        const long Cut = 1_000 + (2 * LogCut.Portion) + 10;
        var upTo = new List<long>();
        while (upTo.LastOrDefault() < Cut)
        {
            upTo.Add(log.Next(Cut));
            log.Deleted(upTo[^1]);
        }

        Assert.Equal([1_000 + LogCut.Portion, 1_000 + (2 * LogCut.Portion), Cut], upTo);
    }

    /// <summary>However fast it is written: a turn's portion grows with what is left.</summary>
    [Theory]
    [InlineData(100)]
    [InlineData(400)]
    public void A_log_that_is_written_faster_than_it_is_cut_does_not_grow_for_ever(int writtenATurn)
    {
        var log = new LogCut();
        log.Holds(1);
        var (deleted, last) = (0L, 5_000L);
        for (var turn = 0; turn < 10_000; turn++)
        {
            deleted = log.Next(last);
            log.Deleted(deleted);
            last += writtenATurn;
        }

        Assert.InRange(last - deleted, 1, 101 * (writtenATurn + 1));
    }

    [Fact]
    public void No_portion_is_larger_than_callers_can_wait_for()
    {
        var log = new LogCut();
        log.Holds(1);
        Assert.Equal(LogCut.MostPortion, log.Next(1_000_000));
    }

    [Fact]
    public void One_log_is_cut_at_a_time_and_after_a_pause()
    {
        var time = new FakeTimeProvider();
        var cuts = new CutTurns(time, CutTurns.Pause);
        Assert.True(cuts.TryTake("a"));
        Assert.False(cuts.TryTake("b"));

        // Whose turn it is not ends nothing.
        cuts.End("b");
        Assert.False(cuts.TryTake("b"));
        cuts.End("a");
        Assert.False(cuts.TryTake("b"));
        time.Advance(CutTurns.Pause);
        Assert.True(cuts.TryTake("b"));
        Assert.InRange(CutTurns.Again(0), CutTurns.Pause, CutTurns.Again(1));
    }
}
