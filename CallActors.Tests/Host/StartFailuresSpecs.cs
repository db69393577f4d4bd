using System.Net.Sockets;
using Akka.Remote;
using CallActors.Cluster;
using CallActors.Host.Verbs;

namespace CallActors.Tests.Host;

public class StartFailuresSpecs
{
    private static readonly ClusterOptions Cluster = new() { Hostname = "node-1", Port = 4053 };

    private static string? OfGateways(Exception failure) => StartFailures.OfGateways(failure, "Urls", "http://192.0.2.1:80")?.Message;

    private static string? OfCluster(Exception failure, ClusterOptions? cluster = null) => StartFailures.OfCluster(failure, cluster ?? Cluster)?.Message;

    [Fact]
    public void An_address_of_the_service_is_named_however_Kestrel_says_that_it_cannot_be_had()
    {
        const string sentence = "Urls is 'http://192.0.2.1:80', which cannot be listened on: taken; addresses of this machine, with ports that are free and permitted, are expected.";
        Assert.Equal(sentence, OfGateways(new IOException("taken.")));
        Assert.StartsWith("Urls is 'http://192.0.2.1:80', which cannot be listened on: ", OfGateways(new SocketException((int)SocketError.AddressNotAvailable)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_address_for_other_nodes_is_named_with_the_setting_that_gave_it()
    {
        var failure = new AggregateException(
            new AggregateException(new RemoteTransportException("Failed to bind", new AggregateException(new InvalidOperationException("in use")))));
        Assert.Equal(
            "CallActors:Cluster:Hostname is 'node-1' and CallActors:Cluster:Port is 4053, where this node cannot listen for others: in use; an address of this machine and a port that is free are expected.",
            OfCluster(failure));
        Assert.Equal(
            "CallActors:Cluster:BindHostname is '10.0.0.1' and CallActors:Cluster:BindPort is 4054, where this node cannot listen for others: in use; an address of this machine and a port that is free are expected.",
            OfCluster(failure, Cluster with { BindHostname = "10.0.0.1", BindPort = 4054 }));
    }

    [Fact]
    public void Another_failure_is_none_of_an_address()
    {
        Assert.Null(OfGateways(new InvalidOperationException("x")));
        Assert.Null(OfCluster(new InvalidOperationException("x")));
        Assert.Null(OfCluster(new AggregateException(new IOException("x"))));
    }
}
