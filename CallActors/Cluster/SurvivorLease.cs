using System.Collections.Immutable;
using Akka.Actor;
using Akka.Coordination;
using Akka.Event;
using Npgsql;

namespace CallActors.Cluster;

/// <summary>
/// Decides which part of a cluster that fell apart goes on, for Akka's split-brain resolver. It is no lock with a time: whoever asks first votes the nodes out
/// that he cannot reach, in the journal's PostgreSQL, and whoever has been voted out is refused, so one node at least is never out. So the second of two nodes,
/// and the last of three, goes on however fast one death follows another, where a lease would still be the dead one's; and a part that cannot reach that
/// database could not write a call's event either.
/// </summary>
public sealed class SurvivorLease : Lease
{
    private static readonly TimeSpan Leaving = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(250);
    private readonly NpgsqlDataSource _database;
    private readonly ILoggingAdapter _log;
    private readonly ActorSystem _system;

    /// <summary>Made by Akka, from <c>callactors-survivor</c> in the actor system's configuration.</summary>
    public SurvivorLease(LeaseSettings settings, ExtendedActorSystem system) : base(settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        _database = NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(
            settings.LeaseConfig.GetString("connection-string"))
            { MaxPoolSize = 2, ApplicationName = "callactors-survivor" });
        _log = Logging.GetLogger(system, typeof(SurvivorLease));
    }

    public override Task<bool> Acquire() => Acquire(null!);

    /// <summary>Tries for as long as an operation may take: a database that is being restarted must not end the whole cluster.</summary>
    public override async Task<bool> Acquire(Action<Exception> leaseLostCallback)
    {
        using var patience = new CancellationTokenSource(Settings.TimeoutSettings.OperationTimeout);
        while (true)
        {
            try
            {
                return await VoteAsync(patience.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is NpgsqlException or OperationCanceledException or IOException or TimeoutException)
            {
                if (patience.IsCancellationRequested)
                    throw new LeaseTimeoutException($"Which part of the cluster goes on could not be decided: {e.Message}", e);
                _log.Warning("Which part of the cluster goes on could not be decided yet: {0}", e.Message);
                await Task.Delay(Again).ConfigureAwait(false);
            }
        }
    }

    /// <summary>There is nothing to give back: what was decided about a life of a node stays.</summary>
    public override Task<bool> Release() => Task.FromResult(true);

    /// <summary>Never: with "yes" the resolver would take the next decision without asking.</summary>
    public override bool CheckLease() => false;

    private async Task<bool> VoteAsync(CancellationToken cancel)
    {
        var cluster = Akka.Cluster.Cluster.Get(_system);
        var state = cluster.State;
        var there = state.Members.Except(state.Unreachable).Select(NodeNames.OfLife).Append(NodeNames.OfLife(cluster.SelfMember)).Distinct().ToArray();
        var gone = state.Unreachable.Select(NodeNames.OfLife).Except(there).ToImmutableArray();
        await using var connection = await _database.OpenConnectionAsync(cancel).ConfigureAwait(false);
        var vote = await ClusterTables.VoteOutAsync(connection, there, [.. gone], NodeNames.OfLife(cluster.SelfMember), cancel).ConfigureAwait(false);
        if (vote.OutBy is null)
        {
            _log.Info("This part of the cluster goes on: {0}; voted out: {1}", string.Join(", ", there), string.Join(", ", gone));
            return true;
        }

        _log.Warning("This node was voted out by {0}; it can reach {1}", vote.OutBy, string.Join(", ", there));
        if (!vote.IsWholePart) await LeaveAloneAsync(cluster).ConfigureAwait(false);
        return false;
    }

    /// <summary>
    /// Some of those this node can reach go on without it: only a link is cut. Told "no", the resolver would take them along, as it does with a whole part, so
    /// it is told when there is no resolver any more.
    /// </summary>
    private async Task LeaveAloneAsync(Akka.Cluster.Cluster cluster)
    {
        cluster.Down(cluster.SelfAddress);
        await Task.WhenAny(_system.WhenTerminated, Task.Delay(Leaving)).ConfigureAwait(false);
    }
}
