using System.Collections.Immutable;
using Akka.Actor;
using Akka.Util;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>Which partition a call belongs to: the same on every node and in every version.</summary>
public static class CallPartition
{
    public static int Of(CallId callId, int partitions) => (int)((uint)MurmurHash.StringHash(callId.Value) % (uint)partitions);
}

/// <summary>The partitions of one machine: a supervisor each, and the way to them. What a shard region is to a cluster.</summary>
internal sealed class CallPartitions : UntypedActor
{
    private readonly ImmutableArray<IActorRef> _supervisors;

    /// <summary>Who are the supervisors? Answered with <see cref="Supervisors"/>.</summary>
    public sealed record GetSupervisors
    {
        public static readonly GetSupervisors Instance = new();
    }

    public sealed record Supervisors(ImmutableArray<IActorRef> All);

    public CallPartitions(int partitions, SessionParts parts) =>
        _supervisors = [.. Enumerable.Range(0, partitions).Select(i => Context.ActorOf(Props.Create<CallSupervisor>(i, parts), $"partition-{i}"))];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ICallMessage about: _supervisors[CallPartition.Of(about.CallId, _supervisors.Length)].Forward(message); break;
            case PartitionMessages.IPartitionMessage { Partition: var partition }: _supervisors[partition].Forward(message); break;
            case CallCommands.RefuseNewCalls: foreach (var supervisor in _supervisors) supervisor.Tell(message); break;
            case GetSupervisors: Sender.Tell(new Supervisors(_supervisors)); break;
            default: Unhandled(message); break;
        }
    }
}
