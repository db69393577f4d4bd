using System.Net.Sockets;
using Akka.Remote;
using CallActors.Cluster;
using CallActors.Host.Options;

namespace CallActors.Host.Verbs;

/// <summary>
/// Addresses that cannot be had, in one sentence that names the setting. Nothing checks them before: whether a port is free is known by taking it.
/// </summary>
internal static class StartFailures
{
    /// <summary>The address for gateways.</summary>
    /// <param name="failure">As the web server threw it.</param>
    /// <param name="key">The setting that holds the addresses.</param>
    /// <param name="urls">Its value.</param>
    /// <returns>Null: it is none of an address.</returns>
    public static ConfigurationException? OfGateways(Exception failure, string key, string urls) =>
        // Kestrel tells of a port that is taken with the first, and of an address or a port that it may not have with the second.
        failure is IOException or SocketException
            ? new ConfigurationException(
                $"{key} is '{urls}', which cannot be listened on: {failure.AsClause()}; addresses of this machine, with ports that are free and permitted, are expected.")
            : null;

    /// <summary>The address for other nodes.</summary>
    /// <param name="failure">As the actor system threw it when it was made.</param>
    /// <param name="cluster">Where the node listens for other nodes.</param>
    /// <returns>Null: it is none of an address.</returns>
    public static ConfigurationException? OfCluster(Exception failure, ClusterOptions cluster) =>
        new AggregateException(failure).Flatten().InnerExceptions.OfType<RemoteTransportException>().FirstOrDefault() is { } remote
            ? new ConfigurationException(
                $"{NameOf(cluster)}, where this node cannot listen for others: {remote.GetBaseException().AsClause()}; an address of this machine and a port that is free are expected.")
            : null;

    private static string NameOf(ClusterOptions cluster)
    {
        var (host, given) = cluster.BindHostname is { } bind ? ("BindHostname", bind) : ("Hostname", cluster.Hostname);
        var (port, number) = cluster.BindPort is { } bound ? ("BindPort", bound) : ("Port", cluster.Port);
        return $"CallActors:Cluster:{host} is '{given}' and CallActors:Cluster:{port} is {number}";
    }
}
