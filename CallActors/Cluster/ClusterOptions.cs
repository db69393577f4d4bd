using System.Globalization;
using CallActors.Domain;

namespace CallActors.Cluster;

/// <summary>Where a node of the cluster is reached by the others.</summary>
public readonly record struct NodeAddress(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c>; an IPv6 address stands in brackets.</summary>
    public static bool TryParse(string text, out NodeAddress address)
    {
        address = default;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is 0 or > 65_535)
            return false;
        var host = text[..colon];
        if (Uri.CheckHostName(host) is UriHostNameType.Unknown) return false;
        address = new NodeAddress(host, port);
        return true;
    }

    public override string ToString() => $"{Host}:{Port}";
}

/// <summary>How a node finds the others. Without seed nodes there is no cluster: one node, and none of its costs.</summary>
public sealed record ClusterOptions
{
    /// <summary>Under which the others reach this node.</summary>
    public string Hostname { get; init; } = "127.0.0.1";

    /// <summary>0: any that is free.</summary>
    public int Port { get; init; }

    /// <summary>Where it listens, where that is not where it is reached: in a container, behind a proxy. Null: there.</summary>
    public string? BindHostname { get; init; }

    /// <inheritdoc cref="BindHostname"/>
    public int? BindPort { get; init; }

    /// <summary>Any of them is asked for the way in. The first of them begins the cluster where there is none.</summary>
    public ValueList<NodeAddress> SeedNodes { get; init; } = [];

    /// <summary>How long a seed is waited for.</summary>
    public TimeSpan JoinTimeout { get; init; } = TimeSpan.FromSeconds(45);

    public bool IsClustered => SeedNodes.Count > 0;

    /// <summary>May begin the cluster.</summary>
    public bool IsFirstSeed => IsClustered && SeedNodes[0] == new NodeAddress(Hostname, Port);
}

/// <summary>This node cannot be part of the cluster. The message is one sentence for whoever configured it.</summary>
public sealed class ClusterException(string message, Exception? cause = null) : Exception(message, cause);
