using Akka.Actor;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using Google.Protobuf;
using static CallActors.Messages.CalendarMessages;

namespace CallActors.Cluster;

/// <summary>What sessions, partitions and a business's calendar say to each other, as it crosses nodes.</summary>
internal static class CalendarCodec
{
    public static readonly WireForm[] Forms =
    [
        WireForm.Of<HoldSlots, Wire.HoldSlots>("hold-slots/1", Wire.HoldSlots.Parser, ToWire, FromWire),
        WireForm.Of("slot-answered/1", Wire.SlotAnswered.Parser,
            (SlotAnswered told) => new()
            {
                CallId = told.CallId.Value,
                Attempt = told.Attempt,
                At = ToWire(told.At),
                IsReserved = told.IsReserved,
                Taken = ToWire(told.Taken),
            },
            wire => new SlotAnswered(ClusterValues.ToCallId(wire.CallId), wire.Attempt, FromWire(wire.At), wire.IsReserved, FromWire(wire.Taken))),
        WireForm.Of("find-slots-of-business/1", Wire.FindSlotsOfBusiness.Parser,
            (FindSlotsOfBusiness asked) => new()
            {
                Partition = asked.Partition,
                BusinessId = asked.BusinessId.Value,
                At = ToWire(asked.At),
                Calls = { asked.Calls.Select(call => call.Value) },
            },
            wire => new FindSlotsOfBusiness(
                wire.Partition, new BusinessId(wire.BusinessId), FromWire(wire.At)) { Calls = [.. wire.Calls.Select(ClusterValues.ToCallId)] }),
        WireForm.Of<SlotsOfBusiness, Wire.SlotsOfBusiness>("slots-of-business/1", Wire.SlotsOfBusiness.Parser, ToWire, FromWire),
    ];

    private static Wire.HoldSlots ToWire(HoldSlots told) => new()
    {
        BusinessId = told.BusinessId.Value,
        CallId = told.CallId.Value,
        Session = ClusterValues.ToPath(told.Session),
        Holds = { told.Holds.Select(ClusterValues.ToWire) },
        Wanted = told.Wanted?.ToWire(),
        AsksWhatIsTaken = told.AsksWhatIsTaken,
        Attempt = told.Attempt,
        Known = told.Known is { } known ? ToWire(known.Times) : null,
        KnownAsOf = told.Known?.AsOf.ToWire(),
        KnownBooked = { told.Known?.Booked.Select(BusyCodec.ToWire) ?? [] },
        IsCommitted = told.IsCommitted,
    };

    private static HoldSlots FromWire(Wire.HoldSlots wire, ExtendedActorSystem system) => new(
        new BusinessId(wire.BusinessId),
        ClusterValues.ToCallId(wire.CallId),
        ClusterValues.ToActor(wire.Session, system),
        [.. wire.Holds.Select(ClusterValues.FromWire)])
    {
        Wanted = wire.Wanted is { } wanted ? wanted.FromWire() : null,
        AsksWhatIsTaken = wire.AsksWhatIsTaken,
        Attempt = wire.Attempt,
        Known = FromWire(wire.Known, wire.KnownAsOf, wire.KnownBooked, wire.BusinessId),
        IsCommitted = wire.IsCommitted,
    };

    private static Wire.SlotsOfBusiness ToWire(SlotsOfBusiness told) => new()
    {
        Partition = told.Partition,
        BusinessId = told.BusinessId.Value,
        At = ToWire(told.At),
        Calls = { told.Calls.Select(ToWire) },
        Known = told.Known is { } known ? ToWire(known.Times) : null,
        KnownAsOf = told.Known?.AsOf.ToWire(),
        KnownBooked = { told.Known?.Booked.Select(BusyCodec.ToWire) ?? [] },
    };

    private static SlotsOfBusiness FromWire(Wire.SlotsOfBusiness wire, ExtendedActorSystem system) => new(
        wire.Partition,
        new BusinessId(wire.BusinessId),
        FromWire(wire.At),
        [.. wire.Calls.Select(call => FromWire(call, system))])
    {
        Known = FromWire(wire.Known, wire.KnownAsOf, wire.KnownBooked, wire.BusinessId),
    };

    private static Wire.SlotsOfCall ToWire(SlotsOfCall held) =>
        new() { Call = PartitionCodec.ToWire(held.Call), Slots = { held.Slots.Select(ClusterValues.ToWire) } };

    private static SlotsOfCall FromWire(Wire.SlotsOfCall wire, ExtendedActorSystem system)
    {
        WireValues.Present(wire.Call);
        return new SlotsOfCall(PartitionCodec.FromWire(wire.Call, system), [.. wire.Slots.Select(ClusterValues.FromWire)]);
    }

    private static Wire.CalendarMoment ToWire(CalendarMoment moment) => new() { Life = ByteString.CopyFrom(moment.Life.ToByteArray()), Number = moment.Number };

    private static CalendarMoment FromWire(Wire.CalendarMoment? wire)
    {
        WireValues.Present(wire);
        return wire.Life.Length == 16
            ? new CalendarMoment(new Guid(wire.Life.Span), wire.Number)
            : throw new InvalidDataException($"What was read has a calendar's life of {wire.Life.Length} bytes; 16 are expected.");
    }

    private static KnownBusy? FromWire(Wire.BusyTimes? times, Journal.Wire.Time? asOf, IEnumerable<Journal.Wire.BookedEntry> booked, long business) =>
        times is null ? null : new KnownBusy(FromWire(times), asOf.FromWire()) { Booked = [.. booked.Select(entry => BusyCodec.FromWire(entry, business))] };

    private static Wire.BusyTimes ToWire(BusyTimes times)
    {
        var wire = new Wire.BusyTimes();
        var before = 0;
        foreach (var bound in times.Bounds)
        {
            wire.Steps.Add(bound - before);
            before = bound;
        }

        return wire;
    }

    private static BusyTimes FromWire(Wire.BusyTimes? wire)
    {
        WireValues.Present(wire);
        var bounds = new int[wire.Steps.Count];
        for (var (i, bound) = (0, 0); i < bounds.Length; i++) bounds[i] = bound += wire.Steps[i];
        return BusyTimes.FromMinutes(bounds.Chunk(2).Where(pair => pair.Length == 2).Select(pair => (pair[0], pair[1])));
    }
}
