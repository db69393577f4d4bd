using Akka.Actor;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Tests.Actors;

public sealed class FlushRetriesSpecs
{
    private readonly FlushQueue _queue = new();

    [Fact]
    public void The_queue_keeps_one_transaction()
    {
        var retries = new FlushRetries(_queue, transactionsInFlight: 3);
        foreach (var id in (string[])["a", "b", "c"]) retries.Add([EntryOf(id)], limit: null);
        for (var i = 0; i < 2; i++) Begin(retries, queueIsDue: false);
        Assert.Null(Next(retries, queueIsDue: false));
        retries.Ended(isRetry: false);
        Assert.Null(Next(retries, queueIsDue: false));
        retries.Ended(isRetry: true);
        Assert.NotNull(Next(retries, queueIsDue: true));
    }

    [Fact]
    public void Of_one_transaction_it_has_every_second_turn()
    {
        var retries = new FlushRetries(_queue, transactionsInFlight: 1);
        foreach (var id in (string[])["a", "b", "c"]) retries.Add([EntryOf(id)], limit: null);
        Begin(retries, queueIsDue: true);
        retries.Ended(isRetry: true);
        Assert.Null(Next(retries, queueIsDue: true));
        retries.Began(isRetry: false);
        retries.Ended(isRetry: false);
        Begin(retries, queueIsDue: true);
        retries.Ended(isRetry: true);
        Assert.NotNull(Next(retries, queueIsDue: false));
    }

    [Fact]
    public void Many_calls_may_stand_alone_while_others_are_written()
    {
        var retries = new FlushRetries(_queue, transactionsInFlight: 2);
        for (var i = 0; i < FlushRetries.MostAlone; i++) retries.Alone(EntryOf($"{i}"));
        Assert.False(retries.MayBeOneCalls);
        retries.Committed();
        Assert.True(retries.MayBeOneCalls);

        // One that is tried again and again is one.
        var one = EntryOf("one");
        for (var i = 0; i < 2 * FlushRetries.MostAlone; i++) retries.Alone(one);
        Assert.True(retries.MayBeOneCalls);
    }

    [Fact]
    public void A_queue_that_has_nothing_to_send_gives_its_turn_back()
    {
        var retries = new FlushRetries(_queue, transactionsInFlight: 1);
        Assert.False(retries.TakeTurn());
        foreach (var id in (string[])["a", "b"]) retries.Add([EntryOf(id)], limit: null);
        Begin(retries, queueIsDue: true);
        retries.Ended(isRetry: true);
        Assert.Null(Next(retries, queueIsDue: true));
        Assert.True(retries.TakeTurn());
        Assert.False(retries.TakeTurn());
        Assert.NotNull(Next(retries, queueIsDue: true));
    }

    [Fact]
    public void A_call_that_stands_alone_is_tried_once_when_it_is_due_and_not_if_it_was_withdrawn()
    {
        var retries = new FlushRetries(_queue, transactionsInFlight: 2);
        var (one, other) = (EntryOf("one"), EntryOf("other"));
        foreach (var entry in (FlushQueue.Entry[])[one, other]) retries.Alone(entry);
        Assert.Null(Next(retries, queueIsDue: false));
        retries.AllDue();
        retries.Due(other);
        Assert.True(retries.Withdraw(one));
        Assert.False(retries.Withdraw(one));

        var next = Next(retries, queueIsDue: true)!.Value;
        Assert.Equal((other, TimeSpan.FromSeconds(7)), (Assert.Single(next.Group), next.Limit));
        Assert.True(other.UnderWay);
        Assert.Null(Next(retries, queueIsDue: false));
        retries.Due(other);
        Assert.Null(Next(retries, queueIsDue: false));
    }

    private static FlushRetries.Retry? Next(FlushRetries retries, bool queueIsDue) => retries.Next(queueIsDue, _ => TimeSpan.FromSeconds(7));

    private static void Begin(FlushRetries retries, bool queueIsDue)
    {
        Assert.NotNull(Next(retries, queueIsDue));
        retries.Began(isRetry: true);
    }

    private static FlushQueue.Entry EntryOf(string id) => new(
        new DatabaseMessages.FlushBatch(
            new CallRecord(CallId.Parse(id), new CallStart(CallDirection.Inbound, "+15550100", "+2"), DateTimeOffset.UnixEpoch) { Final = true }, 1),
        ActorRefs.Nobody);
}
