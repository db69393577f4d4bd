using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using static CallActors.Messages.NodeMessages;

namespace CallActors.Cluster;

/// <summary>A node as this one sees it.</summary>
/// <param name="Address"><c>host:port</c>.</param>
/// <param name="Status"><c>joining</c>, <c>up</c>, <c>leaving</c>, <c>exiting</c> or <c>down</c>.</param>
/// <param name="Roles">What it does.</param>
/// <param name="IsReachable">False: it does not answer this node, or another one that says so.</param>
/// <param name="IsLeader">It lets nodes in and out.</param>
/// <param name="Figures">What it counts; null: it did not answer in time.</param>
public sealed record ClusterMember(string Address, string Status, ImmutableArray<string> Roles, bool IsReachable, bool IsLeader, NodeFigures? Figures);

/// <summary>Looks at the cluster as a whole, from this node.</summary>
public sealed class ClusterOverview(ActorSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>All members, in the order of their addresses, each asked for its figures.</summary>
    public async Task<ImmutableArray<ClusterMember>> LookAsync(CancellationToken cancel = default)
    {
        var state = Akka.Cluster.Cluster.Get(system).State;
        return [.. await Task.WhenAll(state.Members.Select(member => LookAsync(member, state, cancel))).ConfigureAwait(false)];
    }

    private async Task<ClusterMember> LookAsync(Member member, ClusterEvent.CurrentClusterState state, CancellationToken cancel)
    {
        var isReachable = !state.Unreachable.Contains(member);
        return new ClusterMember(
            $"{member.Address.Host}:{member.Address.Port}",
            member.Status.ToString().ToLowerInvariant(),
            [.. member.Roles.Order(StringComparer.Ordinal)],
            isReachable,
            member.Address.Equals(state.Leader),
            isReachable && member.Status is MemberStatus.Up or MemberStatus.Leaving ? await AskAsync(member.Address, cancel).ConfigureAwait(false) : null);
    }

    private async Task<NodeFigures?> AskAsync(Address address, CancellationToken cancel)
    {
        try
        {
            return await system.ActorSelection(new RootActorPath(address) / "user" / NodeDesk.Name).Ask<NodeFigures>(GetNodeFigures.Instance, Patience, cancel)
                .ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return null;
        }
    }
}
