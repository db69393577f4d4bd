using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Journal;

/// <summary>What is known of a business's appointments, as it stands in the log: each bound as the minutes since the one before it, which mostly fit a byte or two.</summary>
internal static class BusyCodec
{
    public static Wire.BusyEntry ToWire(BusinessId business, KnownBusy known)
    {
        var wire = new Wire.BusyEntry { BusinessId = business.Value, AsOf = known.AsOf.ToWire() };
        var before = 0L;
        foreach (var bound in known.Times.Bounds)
        {
            wire.Steps.Add(bound - before);
            before = bound;
        }

        return wire;
    }

    /// <exception cref="InvalidDataException">Its bounds are no starts and ends in order, or the time it was seen at is missing or none.</exception>
    public static (BusinessId Business, KnownBusy Known) FromWire(Wire.BusyEntry wire)
    {
        if (wire.Steps.Count % 2 != 0) throw NoTimes(wire, $"{wire.Steps.Count} bounds, and a stretch has two");
        var stretches = new (int Start, int End)[wire.Steps.Count / 2];
        var bound = 0L;
        for (var i = 0; i < stretches.Length; i++)
        {
            var start = bound = Next(wire, bound, isFirst: i == 0, wire.Steps[2 * i]);
            bound = Next(wire, bound, isFirst: false, wire.Steps[(2 * i) + 1]);
            stretches[i] = ((int)start, (int)bound);
        }

        return (new BusinessId(wire.BusinessId), new KnownBusy(BusyTimes.FromMinutes(stretches), wire.AsOf.FromWire()));
    }

    private static long Next(Wire.BusyEntry wire, long before, bool isFirst, long step)
    {
        if (!isFirst && step <= 0) throw NoTimes(wire, $"a bound that is {step} minutes after the one before it");
        // A step is compared before it is added: it may be as long as a number can be.
        return step >= int.MinValue - before && step <= int.MaxValue - before ? before + step : throw NoTimes(wire, $"a bound {step} minutes after minute {before}, which is no time");
    }

    private static InvalidDataException NoTimes(Wire.BusyEntry wire, string what) => new($"The log says of the appointments of business {wire.BusinessId} what makes no sense: {what}.");
}
