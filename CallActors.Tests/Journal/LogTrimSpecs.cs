using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using Microsoft.Extensions.Time.Testing;

namespace CallActors.Tests.Journal;

/// <summary>From the write that makes a trim due to the deletion that ends it.</summary>
public sealed class LogTrimSpecs
{
    private static readonly CallId Stays = CallId.Parse("stays");
    private readonly FakeTimeProvider _time = new();
    private readonly OpenCalls _open = new(leastWaste: 10);
    private readonly CutTurns _turns;
    private readonly LogTrim _trim;
    private long _last;

    public LogTrimSpecs()
    {
        _turns = new CutTurns(_time, CutTurns.Pause);
        _trim = new LogTrim(_open, _turns, "this log");
    }

    [Fact]
    public void It_begins_once_when_there_is_enough_to_delete()
    {
        Write(Stays, OpenCallsSpecs.Opened(Stays));
        Assert.False(_trim.BeginsAt(_last));
        Waste(calls: 10);
        Assert.True(_trim.BeginsAt(_last));
        Assert.False(_trim.BeginsAt(_last));
    }

    [Fact]
    public void Nothing_is_deleted_before_what_stays_is_written_anew()
    {
        Write(Stays, OpenCallsSpecs.Opened(Stays));
        Waste(calls: 10);
        _trim.BeginsAt(_last);
        Assert.True(_trim.OwesMark);
        Assert.Equal(default, _trim.Next(_last));
        Assert.Equal(default, _trim.Next(_last + 1));

        var cut = _last;
        WriteAnew();
        Assert.Equal(new CutStep(cut, null), _trim.Next(_last));
        Assert.Equal(default, _trim.Next(_last));
        Assert.Null(_trim.Deleted(cut));
        Assert.False(_trim.BeginsAt(_last));
    }

    [Fact]
    public void Nothing_is_deleted_before_something_stands_behind_the_cut()
    {
        Waste(calls: 10);
        _trim.BeginsAt(_last);
        Assert.Equal(default, _trim.Next(_last));
        Assert.Equal(new CutStep(_last, null), _trim.Next(_last + 1));
    }

    [Fact]
    public void The_next_one_begins_when_there_is_enough_to_delete_again()
    {
        foreach (var _ in (int[])[1, 2])
        {
            Waste(calls: 10);
            Assert.True(_trim.BeginsAt(_last));
            Assert.Equal(_last, _trim.Next(_last + 1).Delete);
            Assert.Null(_trim.Deleted(_last));
            Assert.False(_trim.BeginsAt(_last));
            _time.Advance(CutTurns.Pause);
        }
    }

    [Fact]
    public void A_mark_is_owed_until_it_is_written_and_again_where_it_was_rejected()
    {
        _trim.MarkWasLost();
        Assert.False(_trim.OwesMark);
        Waste(calls: 10);
        _trim.BeginsAt(_last);
        _trim.Marks();
        Assert.False(_trim.OwesMark);
        _trim.MarkWasLost();
        Assert.True(_trim.OwesMark);
    }

    [Fact]
    public void What_is_long_is_deleted_in_portions_with_waits_between_them()
    {
        Waste(calls: LogCut.Portion);
        var cut = _last;
        _trim.BeginsAt(cut);
        var deleted = new List<long>();
        for (TimeSpan? wait = TimeSpan.Zero; wait is { }; wait = _trim.Deleted(deleted[^1]))
        {
            _time.Advance(wait.Value + CutTurns.Pause);
            _trim.GoesOn();
            deleted.Add(Assert.NotNull(_trim.Next(cut + 1).Delete));
        }

        Assert.Equal([LogCut.Portion, cut], deleted);
    }

    [Fact]
    public void While_another_log_is_cut_this_one_waits()
    {
        Waste(calls: 10);
        _trim.BeginsAt(_last);
        Assert.True(_turns.TryTake("another log"));
        Assert.NotNull(_trim.Next(_last + 1).Wait);
        _turns.End("another log");
        _time.Advance(CutTurns.Pause);
        Assert.Equal(default, _trim.Next(_last + 1));
        _trim.GoesOn();
        Assert.Equal(_last, _trim.Next(_last + 1).Delete);
    }

    [Fact]
    public void What_the_store_refused_to_delete_is_tried_again_and_holds_no_other_log()
    {
        Waste(calls: 10);
        var cut = _last;
        _trim.BeginsAt(cut);
        Assert.Equal(cut, _trim.Next(cut + 1).Delete);
        Assert.Equal(CutTurns.AfterFailure, _trim.Refused());
        _time.Advance(CutTurns.Pause);
        Assert.True(_turns.TryTake("another log"));
        _turns.End("another log");

        _time.Advance(CutTurns.AfterFailure);
        Assert.False(_trim.BeginsAt(cut + 1));
        _trim.GoesOn();
        Assert.Equal(cut, _trim.Next(cut + 1).Delete);
    }

    [Fact]
    public void A_log_that_is_left_holds_no_other()
    {
        Waste(calls: 10);
        _trim.BeginsAt(_last);
        Assert.NotNull(_trim.Next(_last + 1).Delete);
        _trim.Leave();
        _time.Advance(CutTurns.Pause);
        Assert.True(_turns.TryTake("another log"));
    }

    /// <summary>Calls that begin and end: two entries each, which are needed no more.</summary>
    private void Waste(int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            var call = CallId.Parse($"brief-{_last}");
            Write(call, OpenCallsSpecs.Opened(call));
            Write(call, [], closes: true);
        }
    }

    private void WriteAnew() => Write(Stays, OpenCallsSpecs.WrittenAnew(Stays));

    private void Write(CallId call, ImmutableArray<CallFact> facts, bool closes = false)
    {
        _trim.Holds(++_last);
        _open.Written(call, 1, facts, closes, _last, 100);
    }
}
