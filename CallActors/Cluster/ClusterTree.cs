using System.Globalization;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Cluster.Tools.Singleton;
using CallActors.Actors;
using CallActors.Messages;

namespace CallActors.Cluster;

/// <summary>What a cluster has in place of the partitions' parent: shard regions, and the one that wakes them.</summary>
internal static class ClusterTree
{
    private const string CallsType = "calls", BusinessesType = "businesses", CalendarsType = "calendars";

    /// <summary>Two nodes' clocks are no further apart, or a slot that was booked and cancelled again stays taken a little longer.</summary>
    internal static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <returns>The way to every call, on whichever node it lives.</returns>
    public static IActorRef Start(ActorSystem system, CallActorsOptions options, SessionParts parts)
    {
        var sharding = ClusterSharding.Get(system);
        var settings = ClusterShardingSettings.Create(system);
        var partitions = options.Journal.Partitions;

        // The region of the calls is asked for when the first business needs it: it is there by then.
        parts = parts with
        {
            Calendars = EachBusiness(
                CalendarsType, id => Props.Create<BusinessCalendarActor>(id, sharding.ShardRegion(CallsType), partitions, ClockSkew, parts.Time)),
            Businesses = options.Limits.LimitBusinesses
                ? EachBusiness(BusinessesType, id => Props.Create<BusinessAdmission>(id, options.Limits, sharding.ShardRegion(CallsType), partitions))
                : null,
        };

        var calls = sharding.Start(
            CallsType,
            id => Props.Create<CallSupervisor>(int.Parse(id, CultureInfo.InvariantCulture), parts),
            settings,
            new PartitionExtractor(partitions),
            Spread(),
            SessionMessages.StopPartition.Instance);
        system.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create<PartitionWaker>(calls, partitions), PoisonPill.Instance, ClusterSingletonManagerSettings.Create(system).WithRole("call")),
            "partition-waker");
        return calls;

        IActorRef EachBusiness(string type, Func<BusinessId, Props> of) => sharding.Start(
            type, id => of(new BusinessId(long.Parse(id, CultureInfo.InvariantCulture))), settings, new BusinessExtractor(), Spread(), PoisonPill.Instance);
    }

    /// <summary>As many move at a time as differ: a partition is away for less than a second while it moves.</summary>
    private static IShardAllocationStrategy Spread() => ShardAllocationStrategy.LeastShardAllocationStrategy(8, 1.0);
}
