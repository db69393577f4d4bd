using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Cluster;

/// <summary>Lists and counts of calls as they cross nodes.</summary>
internal static class ListingCodec
{
    public static Wire.ListPartition ToWire(ListPartition asked)
    {
        var wire = new Wire.ListPartition
        {
            Partition = asked.Partition,
            State = WireEnums.Phase.WriteOptional(asked.List.State),
            Limit = asked.List.Limit,
        };
        if (asked.List.BusinessId is { } business) wire.BusinessId = business.Value;
        if (asked.List.After is { } after) wire.After = after;
        if (asked.List.Source is { } source) wire.Source = source;
        return wire;
    }

    public static ListPartition FromWire(Wire.ListPartition wire) => new(
        wire.Partition,
        new ListCalls(
            WireEnums.Phase.ReadOptional(wire.State),
            wire.HasBusinessId ? new BusinessId(wire.BusinessId) : null,
            wire.Limit,
            wire.HasAfter ? wire.After : null)
        {
            Source = wire.HasSource ? wire.Source : null,
        });

    public static Wire.CallPage ToWire(CallPage page)
    {
        var wire = new Wire.CallPage { More = page.More, IsPartial = page.IsPartial };
        foreach (var call in page.Calls) wire.Calls.Add(ToWire(call));
        return wire;
    }

    public static CallPage FromWire(Wire.CallPage wire) => new([.. wire.Calls.Select(FromWire)], wire.More) { IsPartial = wire.IsPartial };

    public static Wire.CallCounts ToWire(CallCounts counts)
    {
        var wire = new Wire.CallCounts { OldestFlushSince = counts.OldestFlushSince.ToWire() };
        foreach (var (state, calls) in counts.ByState.OrderBy(pair => pair.Key))
            wire.ByState.Add(new Wire.PhaseCount { State = WireEnums.Phase.Write(state), Calls = calls });
        return wire;
    }

    /// <exception cref="InvalidDataException">It has a phase this version does not know, or one twice.</exception>
    public static CallCounts FromWire(Wire.CallCounts wire)
    {
        var byState = ImmutableDictionary.CreateBuilder<CallPhase, int>();
        foreach (var count in wire.ByState)
        {
            if (!byState.TryAdd(WireEnums.Phase.Read(count.State), count.Calls))
                throw new InvalidDataException($"What was read counts the calls that are {count.State} twice.");
        }

        return new CallCounts(byState.ToImmutable(), wire.OldestFlushSince.FromOptional());
    }

    private static Wire.CallSummary ToWire(CallSummary call)
    {
        var wire = new Wire.CallSummary
        {
            CallId = call.CallId.Value,
            State = WireEnums.Phase.Write(call.State),
            Direction = WireEnums.Direction.Write(call.Direction),
            From = call.From,
            To = call.To,
            StartedAt = call.StartedAt.ToWire(),
            FlushingSince = call.FlushingSince.ToWire(),
            Status = WireEnums.Status.WriteOptional(call.Status),
        };
        if (call.BusinessId is { } business) wire.BusinessId = business.Value;
        if (call.Source is { } source) wire.Source = source;
        if (call.LastEventAt != default) wire.LastEventAt = call.LastEventAt.ToWire();
        return wire;
    }

    private static CallSummary FromWire(Wire.CallSummary wire) => new(
        ClusterValues.ToCallId(wire.CallId),
        WireEnums.Phase.Read(wire.State),
        WireEnums.Direction.Read(wire.Direction),
        wire.From,
        wire.To,
        wire.StartedAt.FromWire(),
        wire.HasBusinessId ? new BusinessId(wire.BusinessId) : null,
        wire.FlushingSince.FromOptional())
    {
        Source = wire.HasSource ? wire.Source : null,
        LastEventAt = wire.LastEventAt.FromOptional() ?? default,
        Status = WireEnums.Status.ReadOptional(wire.Status),
    };
}
