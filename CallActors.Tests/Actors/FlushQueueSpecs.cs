using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>Who goes with whom, and who waits: calls of one customer write one lead.</summary>
public sealed class FlushQueueSpecs
{
    private readonly FlushQueue _queue = new();

    [Fact]
    public void Calls_whose_number_is_under_way_are_left_and_go_in_their_order_when_it_is_not()
    {
        Take(("a", 1), ("b", 2), ("c", 1), ("d", 3), ("e", 1));
        var first = _queue.NextGroup(2, int.MaxValue);
        Assert.Equal("ab", Ids(first));
        Assert.Equal("d", Ids(Next()));
        Assert.Equal("", Ids(Next()));
        Assert.Equal(2, _queue.Waiting);
        foreach (var entry in first) _queue.Forget(entry);
        Assert.Equal("ce", Ids(Next()));
    }

    [Fact]
    public void A_number_that_several_under_way_have_is_under_way_until_the_last_is_not()
    {
        Take(("a", 1), ("b", 1), ("c", 1));
        var first = _queue.NextGroup(2, int.MaxValue);
        _queue.Forget(first[0]);
        Assert.Equal("", Ids(Next()));
        _queue.Forget(first[1]);
        Assert.Equal("c", Ids(Next()));
    }

    [Fact]
    public void A_group_that_came_to_nothing_has_its_numbers_no_more_and_goes_first()
    {
        Take(("a", 1), ("b", 1));
        var first = _queue.NextGroup(1, int.MaxValue);
        _queue.PutBack(first, inDoubt: true);
        Assert.Equal("ab", Ids(Next()));
    }

    [Fact]
    public void Calls_without_a_number_wait_for_nobody()
    {
        Take(("a", 0), ("b", 0));
        Assert.Equal("a", Ids(_queue.NextGroup(1, int.MaxValue)));
        Assert.Equal("b", Ids(Next()));
    }

    [Fact]
    public void However_many_are_left_for_later_not_all_of_them_are_looked_through()
    {
        Take([.. Enumerable.Range(0, FlushQueue.MostLeft + 1).Select(i => ($"a{i}", 1)), ("b", 2)]);
        Assert.Equal("a0", Ids(_queue.NextGroup(1, int.MaxValue)));
        Assert.Equal("", Ids(Next()));

        Take(("c", 3));
        _queue.Withdraw(Id("a1"));
        _queue.PassOver();
        Assert.Equal("bc", Ids(Next()));
    }

    [Fact]
    public void An_operators_snapshot_is_not_left()
    {
        Take(("a", 1));
        _queue.NextGroup(1, int.MaxValue);
        Take(("b", 1));
        _queue.Take(new FlushBatch(Record("c", 1) with { Final = false }, 1), ActorRefs.Nobody);
        Assert.Equal("c", Ids(Next()));
    }

    /// <summary>An operator asks, waits too long, and the call ends while the transaction is still under way.</summary>
    [Fact]
    public void What_comes_after_a_snapshot_that_was_withdrawn_under_way_is_written()
    {
        var snapshot = Record("a", 1) with { Final = false };
        _queue.Take(new FlushBatch(snapshot, 1), ActorRefs.Nobody);
        var first = Assert.Single(Next());
        _queue.SnapshotUnderWay(Id("a"))!.IsWithdrawn = true;
        Assert.Equal(FlushQueue.Taken.Deferred, _queue.Take(new FlushBatch(snapshot with { Final = true }, 2), ActorRefs.Nobody));
        Assert.True(_queue.Forget(first));
        Assert.Equal(1, _queue.Waiting);
        Assert.True(Assert.Single(Next()).Batch.Record.Final);
    }

    [Fact]
    public void A_call_that_was_withdrawn_with_all_it_had_is_forgotten()
    {
        var snapshot = Record("a", 1) with { Final = false };
        _queue.Take(new FlushBatch(snapshot, 1), ActorRefs.Nobody);
        var first = Assert.Single(Next());
        _queue.Take(new FlushBatch(snapshot with { Final = true }, 2), ActorRefs.Nobody);
        _queue.SnapshotUnderWay(Id("a"))!.IsWithdrawn = true;
        Assert.False(_queue.Forget(first));
        Assert.Equal((0, ""), (_queue.Waiting, Ids(Next())));
        Assert.Equal(FlushQueue.Taken.Queued, _queue.Take(new FlushBatch(snapshot, 3), ActorRefs.Nobody));
    }

    [Fact]
    public void One_that_was_withdrawn_is_passed_over_wherever_it_stands()
    {
        Take(("a", 1), ("b", 1), ("c", 2), ("d", 3));
        _queue.NextGroup(1, int.MaxValue);
        Assert.NotNull(_queue.Withdraw(Id("c")));
        _queue.PassOver();
        Assert.Equal("d", Ids(Next()));
        Assert.Equal(1, _queue.Waiting);
    }

    private ImmutableArray<FlushQueue.Entry> Next() => _queue.NextGroup(100, int.MaxValue);

    private void Take(params (string Id, int Number)[] calls)
    {
        foreach (var (id, number) in calls) _queue.Take(new FlushBatch(Record(id, number), 1), ActorRefs.Nobody);
    }

    private static CallRecord Record(string id, int number) =>
        new(Id(id), new CallStart(CallDirection.Inbound, number == 0 ? "anonymous" : $"+97254000000{number}", "+97231234567"), DateTimeOffset.UnixEpoch);

    private static CallId Id(string id) => CallId.Parse(id);

    private static string Ids(ImmutableArray<FlushQueue.Entry> group) => string.Concat(group.Select(entry => entry.Batch.CallId.Value));
}
