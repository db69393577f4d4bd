using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Messages;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Host.Gateways.Reconciliation;

/// <summary>Carries out what a gateway says of all its calls at once. To be told the same list again changes nothing.</summary>
internal sealed class GatewayDesk(ICallGateway calls, TimeProvider time, ILogger<GatewayDesk> log)
{
    private const int PageSize = 10_000;

    /// <summary>Calls that are ended or started at a time, so that a long list leaves room for the events of others.</summary>
    private const int AtOnce = 500;

    /// <summary>Applied events that are remembered: of a hundred gateways that beat six times a minute those of nearly seven minutes.</summary>
    private const int Remembered = 4096;

    /// <summary>
    /// What the clock of a gateway may be ahead. A list from further in the future would end what started since it was taken, as of that nothing has been heard
    /// "since"; a heartbeat from there would be the time at which calls that fall silent have ended.
    /// </summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    private readonly AppliedEvents applied = new(Remembered);

    /// <summary>Does what an event asks, unless that was done already, and answers what was done.</summary>
    /// <param name="told">What the gateway says.</param>
    /// <param name="key">The key it came with, if any: the calls that start for it are that key's.</param>
    /// <param name="cancel">Nobody waits for the reply any more.</param>
    /// <exception cref="TimeoutException">No answer in time: told again, it does what is left.</exception>
    public Task<CallReply> TakeOnce(GatewayEvent told, ApiKey? key, CancellationToken cancel) => applied.Once(told.Key, () => Take(told, key, cancel), cancel);

    /// <summary>
    /// Does it, and answers what was done. Whether it came before is not asked: what is made here of a gateway's answers is no event that could come again.
    /// </summary>
    /// <param name="told">What the gateway says.</param>
    /// <param name="key">The key it came with, if any: the calls that start for it are that key's.</param>
    /// <param name="cancel">Nobody waits for the reply any more.</param>
    /// <exception cref="TimeoutException">No answer in time: told again, it does what is left.</exception>
    public async Task<CallReply> Take(GatewayEvent told, ApiKey? key, CancellationToken cancel)
    {
        var reply = told.Time - time.GetUtcNow() > Ahead ? CallReply.Refuse(default, told.Key.Id, FromTheFuture)
            : told is Snapshot snapshot ? await Reconcile(snapshot, key, cancel)
            : Applied(told);

        // Last, as until then what the list does not name is not to pass for alive.
        if (reply.Outcome == CallOutcome.Applied) await calls.Hear(new CallCommands.HearGateway(told.Source, told.Time), cancel);
        return reply;
    }

    private async Task<CallReply> Reconcile(Snapshot snapshot, ApiKey? key, CancellationToken cancel)
    {
        if (await HeldBy(snapshot.Source, cancel) is not { } held) return NotNow(snapshot, "The journal is being read.");

        var found = Domain.Reconciliation.Of(snapshot, held);
        var (ended, gone, unsaid) = (0, 0, 0);
        foreach (var some in found.ToEnd.Chunk(AtOnce))
        {
            var lost = some.Select(id =>
                calls.Send(new CallCommands.LoseCall(id, snapshot.Source, snapshot.Time, Domain.Reconciliation.OriginOf(snapshot)), cancel)).ToList();
            foreach (var reply in await Task.WhenAll(lost))
            {
                if (reply.Outcome == CallOutcome.Applied) ended++;
                else if (IsForLater(reply)) unsaid++;
            }
        }

        var started = 0;
        foreach (var some in found.ToStart.Chunk(AtOnce))
        {
            foreach (var reply in await Task.WhenAll(some.Select(call => Start(snapshot, call, key, cancel)).ToList()))
            {
                // A duplicate is a call that is held: another gateway started it.
                if (reply.Outcome == CallOutcome.Applied) started++;
                else if (IsForLater(reply)) unsaid++;
                else if (reply.Outcome == CallOutcome.Refused) gone++;
            }
        }

        foreach (var some in found.ToAdvance.Chunk(AtOnce))
        {
            var told = some.Select(call => Domain.Reconciliation.AdvanceOf(snapshot, call)).OfType<CallEvents.CallEvent>()
                .Select(further => calls.Send(further, cancel)).ToList();
            unsaid += (await Task.WhenAll(told)).Count(IsForLater);
        }

        // Refused ones are nothing unusual: their ends were on the way behind the list, and came before this.
        if (ended + started > 0)
        {
            log.LogWarning(
                "Gateway {Source} lists {Listed} live calls: {Ended} that it does not list were ended as lost, {Started} that were not held were started",
                snapshot.Source, snapshot.Calls.Length, ended, started);
        }

        if (unsaid > 0) return NotNow(snapshot, $"{unsaid} of the calls could not be reached; sending it again is safe.");
        return Applied(snapshot) with { Snapshot = new SnapshotReply(snapshot.Calls.Length, ended, started, gone) };
    }

    /// <returns>The reply to its start.</returns>
    private async Task<CallReply> Start(Snapshot snapshot, LiveCall call, ApiKey? key, CancellationToken cancel)
    {
        // All are under way before the first is awaited, so that nothing comes between a start and what follows it.
        var replies = Domain.Reconciliation.EventsOf(snapshot, call)
            .Select(told => calls.Send(told is CallEvents.Started start && key is not null ? key.Sign(start) : told, cancel)).ToList();
        return (await Task.WhenAll(replies))[0];
    }

    /// <returns>Null where it is not known yet which calls there are.</returns>
    private async Task<List<KnownCall>?> HeldBy(string source, CancellationToken cancel)
    {
        var held = new List<KnownCall>();
        string? after = null;
        do
        {
            var page = await calls.List(new ListCalls(null, null, PageSize, after) { Source = source }, cancel);
            if (page.IsPartial) return null;
            held.AddRange(page.Calls.Select(call => new KnownCall(call.CallId, call.Source, call.State, call.LastEventAt) { Status = call.Status }));
            after = page.More ? page.Calls[^1].CallId.Value : null;
        }
        while (after is not null);
        return held;
    }

    private static Problem FromTheFuture =>
        new(ProblemType.MalformedEvent,
        $"It is from more than {Ahead.TotalMinutes:0} minutes in the future; the clock of the gateway, or its time zone, is wrong.")
        {
            Errors = [new Fault("/time", "is in the future")],
        };

    private static bool IsForLater(CallReply reply) => reply.Problem?.Type is { } type && (type == ProblemType.Overloaded || type == ProblemType.Failed);

    private static CallReply Applied(GatewayEvent told) => new(default, told.Key.Id, CallOutcome.Applied);

    private static CallReply NotNow(GatewayEvent told, string why) =>
        CallReply.Refuse(default, told.Key.Id, new Problem(ProblemType.Overloaded, why) { RetryAfter = ComeAgain });
}
