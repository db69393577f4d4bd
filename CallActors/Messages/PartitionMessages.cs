using System.Collections.Immutable;
using Akka.Actor;

namespace CallActors.Messages;

/// <summary>What is said to a partition of the calls as a whole. In a cluster it crosses nodes, as calls' messages do.</summary>
public static class PartitionMessages
{
    /// <summary>Addressed to one partition, wherever it lives.</summary>
    public interface IPartitionMessage
    {
        /// <summary>From 0.</summary>
        int Partition { get; }
    }

    /// <summary>Be there, if you are not: read your log, and go on with your calls. Not answered.</summary>
    public sealed record WakePartition(int Partition) : IPartitionMessage;

    /// <summary><see cref="CallQueries.ListCalls"/> to one partition. Answered with <see cref="CallQueries.CallPage"/>.</summary>
    public sealed record ListPartition(int Partition, CallQueries.ListCalls List) : IPartitionMessage;

    /// <summary><see cref="CallQueries.CountCalls"/> to one partition. Answered with <see cref="CallQueries.CallCounts"/>.</summary>
    public sealed record CountPartition(int Partition) : IPartitionMessage;

    /// <summary><see cref="CallCommands.HearGateway"/> to one partition. Answered with <see cref="CallCommands.GatewayHeard"/>.</summary>
    public sealed record HearPartition(int Partition, CallCommands.HearGateway Gateway) : IPartitionMessage;

    /// <summary>
    /// Which calls of this business are held here and have not ended? Answered with <see cref="CallsOfBusiness"/> once the log has been read, and not before.
    /// </summary>
    /// <param name="Partition">Which.</param>
    /// <param name="BusinessId">The business.</param>
    public sealed record FindCallsOfBusiness(int Partition, BusinessId BusinessId) : IPartitionMessage
    {
        /// <summary>Of the question, from 1; named again in the answer. 0: an earlier version asks.</summary>
        public long Number { get; init; }
    }

    /// <param name="Partition">Whose calls these are.</param>
    /// <param name="BusinessId">The business.</param>
    /// <param name="Calls">Its calls there.</param>
    /// <param name="Loading">Calls there of which it is not known yet whose they are.</param>
    public sealed record CallsOfBusiness(int Partition, BusinessId BusinessId, ImmutableArray<HeldCall> Calls, ImmutableArray<CallId> Loading)
    {
        /// <summary>The question it answers; 0: an earlier version, which does not say.</summary>
        public long Number { get; init; }
    }

    /// <param name="CallId">The call.</param>
    /// <param name="Session">Whom to watch; null: its session failed and is being started again.</param>
    public sealed record HeldCall(CallId CallId, IActorRef? Session);
}
