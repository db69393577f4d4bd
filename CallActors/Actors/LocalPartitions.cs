using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;

namespace CallActors.Actors;

/// <summary>The partitions that live on this node now, as they say themselves. Thread-safe.</summary>
internal sealed class LocalPartitions
{
    private readonly ConcurrentDictionary<int, IActorRef> _here = [];

    private volatile bool _isDraining;

    /// <summary>This node takes no new calls.</summary>
    public bool IsDraining
    {
        get => _isDraining;
        set => _isDraining = value;
    }

    public ImmutableArray<IActorRef> Supervisors => [.. _here.Values];

    public ImmutableArray<int> Numbers => [.. _here.Keys.Order()];

    public void Came(int partition, IActorRef supervisor) => _here[partition] = supervisor;

    /// <summary>Where its successor is here already, that one stays.</summary>
    public void Left(int partition, IActorRef supervisor) => _here.TryRemove(KeyValuePair.Create(partition, supervisor));
}
