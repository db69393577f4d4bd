using Akka.Actor;
using Akka.Cluster;

namespace CallActors.Cluster;

/// <summary>What a node is called, for people.</summary>
public static class NodeNames
{
    /// <summary>The machine's name; in a cluster, where a machine may have several nodes, the address the others know it by.</summary>
    public static string Of(ActorSystem system, ClusterOptions cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (!cluster.IsClustered) return Environment.MachineName;
        var address = Akka.Cluster.Cluster.Get(system).SelfAddress;
        return $"{address.Host}:{address.Port}";
    }

    /// <summary>One life of a node: its address and Akka's number of that life, <c>host:port#uid</c>.</summary>
    internal static string OfLife(Member member) => $"{member.Address.Host}:{member.Address.Port}#{member.UniqueAddress.Uid}";
}
