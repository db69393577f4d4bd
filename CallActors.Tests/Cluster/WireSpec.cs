using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Akka.TestKit.Xunit2;
using CallActors.Cluster;

namespace CallActors.Tests.Cluster;

/// <summary>A system that serializes as a node of a cluster does, and nothing by default.</summary>
public abstract class WireSpec() : TestKit(Node, WireSamples.SystemName)
{
    private static readonly Config Node = ConfigurationFactory
        .ParseString("""
            akka.loglevel = ERROR
            akka.actor.serialization-settings.allow-unregistered-types = off
            """)
        .WithFallback(ClusterSerialization.Hocon);

    private SerializerWithStringManifest? _serializer;

    private protected SerializerWithStringManifest Serializer => _serializer ??= new ClusterSerializer((ExtendedActorSystem)Sys);

    private protected object Reread(object message)
    {
        var (bytes, manifest) = (Serializer.ToBinary(message), Serializer.Manifest(message));
        return Sys.Serialization.Deserialize(bytes, Serializer.Identifier, manifest);
    }
}
