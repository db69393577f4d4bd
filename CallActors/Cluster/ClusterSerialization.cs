using Akka.Configuration;
using CallActors.Journal;
using CallActors.Messages;

namespace CallActors.Cluster;

/// <summary>Tells an actor system what goes through <see cref="ClusterSerializer"/>.</summary>
internal static class ClusterSerialization
{
    // Whatever is addressed to a call, a partition or a business is bound as such, so that one of them that was never meant to leave its node fails
    // there by name instead of crossing as JSON.
    private static readonly Type[] Addressed =
        [typeof(ICallMessage), typeof(PartitionMessages.IPartitionMessage), typeof(AdmissionMessages.IBusinessMessage)];

    /// <summary>The types that are bound: what is addressed, and what is answered.</summary>
    internal static readonly IReadOnlyList<Type> Bound =
        [.. Addressed, .. ClusterSerializer.Forms.Select(form => form.Type).Where(type => !Addressed.Any(to => type.IsAssignableTo(to)))];

    /// <summary>The serializer, its bindings and its number.</summary>
    internal static Config Hocon => ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers.call-cluster = {{JournalConfiguration.TypeName<ClusterSerializer>()}}
          serialization-bindings {
            {{string.Join("\n    ", Bound.Select(type => $"{JournalConfiguration.TypeName(type)} = call-cluster"))}}
          }
          serialization-identifiers { {{JournalConfiguration.TypeName<ClusterSerializer>()}} = {{ClusterSerializer.Id}} }
        }
        """);
}
