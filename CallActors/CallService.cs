using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Telemetry;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.PartitionMessages;

namespace CallActors;

/// <summary>Whether there is such a call is not known now; ask again.</summary>
public sealed class CallUnreadableException(string reason) : Exception(reason);

/// <summary>
/// The calls of this node, or of the cluster it is part of, for whoever is not an actor: a gateway's edge, an operator's. One Ask a message; the actors
/// themselves never ask.
/// </summary>
public sealed class CallService
{
    private readonly CallTree _tree;
    private readonly TimeSpan _patience;
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(4);
    private readonly bool _isClustered;
    private volatile CallPartitions.Supervisors? _known;

    internal CallService(CallTree tree, CallActorsOptions options, CallCounters counters, CrmAvailability availability, JournalAvailability journals)
    {
        _tree = tree;
        _isClustered = options.Cluster.IsClustered;
        Counters = counters;
        Availability = availability;
        Journals = journals;

        // An event may wait for a load; the rest is for a machine that is busy.
        _patience = options.Timeouts.Load + TimeSpan.FromSeconds(8);
        if (!_isClustered) _ = FindSupervisorsAsync();
    }

    public CallCounters Counters { get; }

    public CrmAvailability Availability { get; }

    public JournalAvailability Journals { get; }

    /// <summary>Delivers an event or a command. Two that are sent one after the other arrive in that order.</summary>
    /// <exception cref="TimeoutException">No answer in time: send it again, it is applied once.</exception>
    public async Task<CallReply> SendAsync(ICallMessage message, CancellationToken cancel = default)
    {
        if (_isClustered && _tree.Here.IsDraining && message is CallEvents.Started started && await IsNewAsync(started, cancel).ConfigureAwait(false))
            return Count(message, CallReply.Refuse(message.CallId, started.Header.Key.Id, CallSupervisor.Draining));
        var reply = await AskAsync(message, cancel).ConfigureAwait(false) as CallReply
            ?? throw new InvalidOperationException($"{message.GetType().Name} was not answered with a reply.");
        CrashPoint.Reach(CrashPoint.EdgeHasReply);
        return Count(message, reply);
    }

    private CallReply Count(ICallMessage message, CallReply reply)
    {
        if (message is CallEvents.CallEvent) Counters.Count(reply);
        return reply;
    }

    private Task<object> AskAsync(ICallMessage message, CancellationToken cancel)
    {
        if (_isClustered) return AskClusterAsync(message, cancel);
        var promise = new ReplyPromise(_tree.Replies);
        RouteOf(message.CallId).Tell(message, promise);
        return promise.Reply.IsCompleted ? promise.Reply : promise.Reply.WaitAsync(_patience, cancel);
    }

    /// <summary>
    /// A message that meets a partition on its way from node to node may be dropped; it is sent again, and is applied once. Whichever answer comes first
    /// counts: that to the first one, where it only took its time. A promise has no address that another node could answer to.
    /// </summary>
    private async Task<object> AskClusterAsync(ICallMessage message, CancellationToken cancel)
    {
        IActorRef asker = ActorRefs.Nobody;
        var answer = _tree.Calls.Ask<object>(
            by =>
            {
                asker = by;
                return message;
            },
            _patience,
            cancel);
        while (true)
        {
            try
            {
                return await answer.WaitAsync(AskAgain, cancel).ConfigureAwait(false);
            }
            catch (TimeoutException) when (answer.IsCompleted)
            {
                // It came as the time was over, or there is none: in both cases it says so itself.
                return await answer.ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                _tree.Calls.Tell(message, asker);
            }
        }
    }

    /// <summary>A node that is drained takes no new call, wherever in the cluster that would live; one that lives is given its context again.</summary>
    private async Task<bool> IsNewAsync(CallEvents.Started started, CancellationToken cancel) =>
        await GetAsync(new GetCall(started.CallId), cancel).ConfigureAwait(false) is null;

    /// <summary>The call's supervisor, once it is known who they are; until then the way to all of them.</summary>
    private IActorRef RouteOf(CallId callId) =>
        _known is { } known ? known.All[CallPartition.Of(callId, known.All.Length)] : _tree.Calls;

    private async Task FindSupervisorsAsync() =>
        _known = await _tree.Calls.Ask<CallPartitions.Supervisors>(CallPartitions.GetSupervisors.Instance, _patience).ConfigureAwait(false);

    /// <summary>One call, or null. Never asks the CRM.</summary>
    /// <exception cref="CallUnreadableException">It is not known yet whether there is such a call.</exception>
    public async Task<CallView?> GetAsync(GetCall query, CancellationToken cancel = default) =>
        await AskAsync(query, cancel).ConfigureAwait(false) switch
        {
            CallView view => view,
            CallUnreadable unreadable => throw new CallUnreadableException(unreadable.Reason),
            _ => null,
        };

    /// <summary>A page of the calls that are held, in the order of their ids.</summary>
    public async Task<CallPage> ListAsync(ListCalls query, CancellationToken cancel = default) =>
        CallListing.Merge(await AskAll<CallPage>(partition => new ListPartition(partition, query), cancel).ConfigureAwait(false), query);

    /// <summary>A gateway as a whole was heard of: none of its calls is silent.</summary>
    public Task HearAsync(CallCommands.HearGateway gateway, CancellationToken cancel = default) =>
        AskAll<CallCommands.GatewayHeard>(partition => new HearPartition(partition, gateway), cancel);

    public async Task<CallCounts> CountAsync(CancellationToken cancel = default) =>
        CallListing.Sum(await AskAll<CallCounts>(partition => new CountPartition(partition), cancel).ConfigureAwait(false));

    /// <summary>The calls that live on this node itself.</summary>
    public async Task<CallCounts> CountHereAsync(CancellationToken cancel = default) =>
        CallListing.Sum(await AskHere<CallCounts>(CountCalls.Instance, cancel).ConfigureAwait(false));

    /// <summary>The partitions that live on this node.</summary>
    public ImmutableArray<int> PartitionsHere => _tree.Here.Numbers;

    /// <summary>What this node counts, as it tells the other nodes.</summary>
    public NodeMessages.NodeFigures FiguresHere => _tree.Figures.Read();

    /// <summary>How many partitions there are.</summary>
    public int Partitions => _tree.Partitions;

    public Task<DatabaseMessages.DeadLetterList> ListDeadLettersAsync(DatabaseMessages.ListDeadLetters query, CancellationToken cancel = default) =>
        _tree.Writer.Ask<DatabaseMessages.DeadLetterList>(query, _patience, cancel);

    public Task<DatabaseMessages.DeadLetterRetried> RetryDeadLetterAsync(DatabaseMessages.RetryDeadLetter command, CancellationToken cancel = default) =>
        _tree.Writer.Ask<DatabaseMessages.DeadLetterRetried>(command, _patience, cancel);

    /// <summary>From now on no call starts here; those that are here go on.</summary>
    public void RefuseNewCalls()
    {
        _tree.Here.IsDraining = true;
        if (!_isClustered) _tree.Calls.Tell(CallCommands.RefuseNewCalls.Instance, ActorRefs.NoSender);
    }

    /// <summary>Ends every call that lives on this node as <c>drained</c> and waits until the last one is committed.</summary>
    /// <param name="patience">How long to wait.</param>
    /// <param name="cancel">Ends the wait earlier.</param>
    /// <returns>Calls that were not committed by then: 0 when all are.</returns>
    public async Task<int> DrainAsync(TimeSpan patience, CancellationToken cancel = default)
    {
        RefuseNewCalls();
        _tree.Writer.Tell(DatabaseMessages.HurryFlush.Instance, ActorRefs.NoSender);
        try
        {
            await AskHere<CallCommands.Drained>(CallCommands.DrainCalls.Instance, cancel, patience).ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (e is AskTimeoutException or OperationCanceledException)
        {
            // Whoever gives up is to know what is lost by it.
            var left = await CountHereAsync(CancellationToken.None).ConfigureAwait(false);
            return left.ByState.Values.Sum();
        }
    }

    /// <summary>Waits until no call of this node waits for its commit, or the time is over.</summary>
    /// <returns>Calls that still wait.</returns>
    public async Task<int> WaitForFlushesAsync(TimeSpan patience, TimeProvider time, CancellationToken cancel = default)
    {
        var until = time.GetUtcNow() + patience;
        while (true)
        {
            var waiting = (await CountHereAsync(cancel).ConfigureAwait(false)).ByState.GetValueOrDefault(CallPhase.Flushing);
            var left = until - time.GetUtcNow();
            if (waiting == 0 || left <= TimeSpan.Zero) return waiting;
            // To count is to look at each call, and so many are not written in less than this.
            var pause = TimeSpan.FromMilliseconds(Math.Clamp(waiting / 20, 20, 500));
            await Task.Delay(pause < left ? pause : left, time, cancel).ConfigureAwait(false);
        }
    }

    private async Task<ImmutableArray<T>> AskAll<T>(Func<int, IPartitionMessage> question, CancellationToken cancel) =>
        [.. await Task.WhenAll(Enumerable.Range(0, _tree.Partitions).Select(partition => _tree.Calls.Ask<T>(question(partition), _patience, cancel)))
            .ConfigureAwait(false)];

    private async Task<ImmutableArray<T>> AskHere<T>(object message, CancellationToken cancel, TimeSpan? patience = null) =>
        [.. await Task.WhenAll(_tree.Here.Supervisors.Select(supervisor => supervisor.Ask<T>(message, patience ?? _patience, cancel))).ConfigureAwait(false)];
}
