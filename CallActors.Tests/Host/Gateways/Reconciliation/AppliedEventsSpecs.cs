using CallActors.Host.Gateways.Reconciliation;
using CallActors.Messages;

namespace CallActors.Tests.Host.Gateways.Reconciliation;

public class AppliedEventsSpecs
{
    private readonly AppliedEvents _events = new(2);
    private readonly List<string> _applied = [];

    private static CallReply Refused(string id) => CallReply.Refuse(default, id, new Problem(ProblemType.Overloaded, "Not now."));

    private Task<CallReply> Once(string id, Func<Task<CallReply>>? apply = null, CancellationToken cancel = default) => _events.Once(
        new EventKey("gw", id),
        () =>
        {
            _applied.Add(id);
            return apply?.Invoke() ?? Task.FromResult(new CallReply(default, id, CallOutcome.Applied));
        },
        cancel);

    private async Task<CallOutcome> OutcomeOf(string id) => (await Once(id)).Outcome;

    [Fact]
    public async Task One_that_comes_again_is_a_duplicate()
    {
        Assert.Equal(CallOutcome.Applied, await OutcomeOf("1"));
        Assert.Equal(new CallReply(default, "1", CallOutcome.Duplicate), await Once("1"));
        Assert.Equal(["1"], _applied);
    }

    [Fact]
    public async Task The_latest_are_remembered()
    {
        foreach (var id in new[] { "1", "2", "3" }) await Once(id);
        Assert.Equal(CallOutcome.Duplicate, await OutcomeOf("2"));
        Assert.Equal(CallOutcome.Duplicate, await OutcomeOf("3"));
        Assert.Equal(CallOutcome.Applied, await OutcomeOf("1"));
        Assert.Equal(CallOutcome.Applied, await OutcomeOf("2"));
    }

    [Fact]
    public async Task One_that_was_refused_or_failed_may_come_again()
    {
        await Once("1", () => Task.FromResult(Refused("1")));
        await Assert.ThrowsAsync<TimeoutException>(() => Once("1", () => throw new TimeoutException()));
        await Assert.ThrowsAsync<TimeoutException>(() => Once("1", () => Task.FromException<CallReply>(new TimeoutException())));
        Assert.Equal(CallOutcome.Applied, await OutcomeOf("1"));
        Assert.Equal(4, _applied.Count);
    }

    [Fact]
    public async Task A_copy_waits_for_what_becomes_of_the_first_and_others_do_not()
    {
        var first = new TaskCompletionSource<CallReply>();
        var applying = Once("1", () => first.Task);
        Task<CallReply>[] copies = [Once("1"), Once("1")];
        Assert.Equal(CallOutcome.Applied, await OutcomeOf("2"));
        Assert.DoesNotContain(copies, copy => copy.IsCompleted);

        // The first is refused: one of the copies has its turn, and the other is a copy of that.
        first.SetResult(Refused("1"));
        Assert.Equal(CallOutcome.Refused, (await applying).Outcome);
        Assert.Equal([CallOutcome.Applied, CallOutcome.Duplicate], (await Task.WhenAll(copies)).Select(reply => reply.Outcome).Order());
        Assert.Equal(["1", "2", "1"], _applied);
    }

    [Fact]
    public async Task A_copy_takes_the_place_of_a_first_that_nobody_waits_for()
    {
        var first = new TaskCompletionSource<CallReply>();
        var applying = Once("1", () => first.Task);
        var copy = Once("1");
        first.SetCanceled();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => applying);
        Assert.Equal(CallOutcome.Applied, (await copy).Outcome);
    }

    [Fact]
    public async Task A_copy_that_nobody_waits_for_goes_and_the_first_goes_on()
    {
        using var gone = new CancellationTokenSource();
        var first = new TaskCompletionSource<CallReply>();
        var applying = Once("1", () => first.Task);
        var copy = Once("1", cancel: gone.Token);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => copy);
        first.SetResult(new CallReply(default, "1", CallOutcome.Applied));
        Assert.Equal(CallOutcome.Applied, (await applying).Outcome);
        Assert.Equal(CallOutcome.Duplicate, await OutcomeOf("1"));
    }
}
