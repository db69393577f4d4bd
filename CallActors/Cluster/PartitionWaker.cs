using Akka.Actor;
using CallActors.Messages;

namespace CallActors.Cluster;

/// <summary>
/// One in the cluster. Tells every partition to be there, so that the calls of a node that died go on elsewhere, with their timers, though no gateway says a
/// word.
/// </summary>
internal sealed class PartitionWaker : UntypedActor, IWithTimers
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(2);
    private readonly IActorRef _calls;
    private readonly int _partitions;

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }

    /// <param name="calls">The way to all partitions.</param>
    /// <param name="partitions">How many there are.</param>
    public PartitionWaker(IActorRef calls, int partitions)
    {
        _calls = calls;
        _partitions = partitions;
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Self.Tell(Tick.Instance);
        Timers.StartPeriodicTimer(Tick.Instance, Tick.Instance, Every);
    }

    protected override void OnReceive(object message)
    {
        if (message is Tick) WakeAll();
        else Unhandled(message);
    }

    private void WakeAll()
    {
        for (var i = 0; i < _partitions; i++) _calls.Tell(new PartitionMessages.WakePartition(i), ActorRefs.NoSender);
    }
}
