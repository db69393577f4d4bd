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
    public void However_many_are_left_for_later_no_more_than_a_group_of_them_is_looked_through()
    {
        Take([.. Enumerable.Range(0, 5).Select(i => ($"a{i}", 1)), ("b", 2)]);
        Assert.Equal("a0a1", Ids(_queue.NextGroup(2, int.MaxValue)));
        Assert.Equal("", Ids(_queue.NextGroup(2, int.MaxValue)));
        Assert.Equal("b", Ids(_queue.NextGroup(4, int.MaxValue)));
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
        foreach (var (id, number) in calls)
        {
            var start = new CallStart(CallDirection.Inbound, number == 0 ? "anonymous" : $"+97254000000{number}", "+97231234567");
            _queue.Take(new FlushBatch(new CallRecord(Id(id), start, DateTimeOffset.UnixEpoch), 1), ActorRefs.Nobody);
        }
    }

    private static CallId Id(string id) => CallId.Parse(id);

    private static string Ids(ImmutableArray<FlushQueue.Entry> group) => string.Concat(group.Select(entry => entry.Batch.CallId.Value));
}
