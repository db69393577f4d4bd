using Akka.Actor;

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
}
