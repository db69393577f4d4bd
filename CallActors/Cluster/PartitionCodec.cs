using Akka.Actor;
using CallActors.Journal;
using CallActors.Messages;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Cluster;

/// <summary>What is said to partitions as a whole, as it crosses nodes.</summary>
internal static class PartitionCodec
{
    public static readonly WireForm[] Forms =
    [
        WireForm.Of("wake-partition/1", Wire.OfPartition.Parser,
            (WakePartition asked) => new() { Partition = asked.Partition },
            wire => new WakePartition(wire.Partition)),
        WireForm.Of<ListPartition, Wire.ListPartition>("list-partition/1", Wire.ListPartition.Parser, ListingCodec.ToWire, ListingCodec.FromWire),
        WireForm.Of<CallPage, Wire.CallPage>("call-page/1", Wire.CallPage.Parser, ListingCodec.ToWire, ListingCodec.FromWire),
        WireForm.Of("count-partition/1", Wire.OfPartition.Parser,
            (CountPartition asked) => new() { Partition = asked.Partition },
            wire => new CountPartition(wire.Partition)),
        WireForm.Of<CallCounts, Wire.CallCounts>("call-counts/1", Wire.CallCounts.Parser, ListingCodec.ToWire, ListingCodec.FromWire),
        WireForm.Of("hear-partition/1", Wire.HearPartition.Parser,
            (HearPartition told) => new() { Partition = told.Partition, Source = told.Gateway.Source, At = told.Gateway.At.ToWire() },
            wire => new HearPartition(wire.Partition, new CallCommands.HearGateway(wire.Source, wire.At.FromWire()))),
        WireForm.Of("gateway-heard/1", Wire.GatewayHeard.Parser, (CallCommands.GatewayHeard _) => new(), _ => CallCommands.GatewayHeard.Instance),
        WireForm.Of("find-calls-of-business/1", Wire.FindCallsOfBusiness.Parser,
            (FindCallsOfBusiness asked) => new() { Partition = asked.Partition, BusinessId = asked.BusinessId.Value, Number = asked.Number },
            wire => new FindCallsOfBusiness(wire.Partition, new BusinessId(wire.BusinessId)) { Number = wire.Number }),
        WireForm.Of<CallsOfBusiness, Wire.CallsOfBusiness>("calls-of-business/1", Wire.CallsOfBusiness.Parser, ToWire, FromWire),
    ];

    private static Wire.CallsOfBusiness ToWire(CallsOfBusiness told)
    {
        var wire = new Wire.CallsOfBusiness { Partition = told.Partition, BusinessId = told.BusinessId.Value, Number = told.Number };
        wire.Calls.AddRange(told.Calls.Select(ToWire));
        wire.Loading.AddRange(told.Loading.Select(call => call.Value));
        return wire;
    }

    private static CallsOfBusiness FromWire(Wire.CallsOfBusiness wire, ExtendedActorSystem system) => new(
        wire.Partition,
        new BusinessId(wire.BusinessId),
        [.. wire.Calls.Select(call => FromWire(call, system))],
        [.. wire.Loading.Select(ClusterValues.ToCallId)])
    {
        Number = wire.Number,
    };

    public static Wire.HeldCall ToWire(HeldCall call)
    {
        var wire = new Wire.HeldCall { CallId = call.CallId.Value };
        if (call.Session is { } session) wire.Session = ClusterValues.ToPath(session);
        return wire;
    }

    /// <exception cref="InvalidDataException">It has no call id, or its session's path is none.</exception>
    public static HeldCall FromWire(Wire.HeldCall wire, ExtendedActorSystem system) =>
        new(ClusterValues.ToCallId(wire.CallId), wire.HasSession ? ClusterValues.ToActor(wire.Session, system) : null);
}
