using CallActors.Domain;
using CallActors.Messages;
using Google.Protobuf.Collections;

namespace CallActors.Journal;

/// <summary>
/// What is known of a business's appointments, as it stands in the log: each bound as the minutes since the one before it, which mostly fit a byte or two.
/// </summary>
internal static class BusyCodec
{
    public static Wire.BusyEntry ToWire(BusinessId business, KnownBusy known)
    {
        var wire = new Wire.BusyEntry { BusinessId = business.Value, AsOf = known.AsOf.ToWire() };
        Write(known.Times, wire.Steps);
        foreach (var booked in known.Booked) wire.Booked.Add(ToWire(booked));
        return wire;
    }

    /// <exception cref="InvalidDataException">Bounds are no starts and ends in order, or a time something was seen at is missing or none.</exception>
    public static (BusinessId Business, KnownBusy Known) FromWire(Wire.BusyEntry wire) => (
        new BusinessId(wire.BusinessId),
        new KnownBusy(
            Read(wire.Steps, wire.BusinessId), wire.AsOf.FromWire())
        { Booked = [.. wire.Booked.Select(booked => FromWire(booked, wire.BusinessId))] });

    public static Wire.BookedEntry ToWire(Booked booked)
    {
        var wire = new Wire.BookedEntry { At = booked.At.ToWire() };
        Write(booked.Times, wire.Steps);
        return wire;
    }

    /// <param name="wire">What was read.</param>
    /// <param name="business">Whose, for the error.</param>
    /// <exception cref="InvalidDataException">As of the whole.</exception>
    public static Booked FromWire(Wire.BookedEntry wire, long business) => new(Read(wire.Steps, business), wire.At.FromWire());

    private static void Write(BusyTimes times, RepeatedField<long> steps)
    {
        var before = 0L;
        foreach (var bound in times.Bounds)
        {
            steps.Add(bound - before);
            before = bound;
        }
    }

    private static BusyTimes Read(RepeatedField<long> steps, long business)
    {
        if (steps.Count % 2 != 0) throw NoTimes(business, $"{steps.Count} bounds, and a stretch has two");
        var stretches = new (int Start, int End)[steps.Count / 2];
        var bound = 0L;
        for (var i = 0; i < stretches.Length; i++)
        {
            var start = bound = Next(business, bound, isFirst: i == 0, steps[2 * i]);
            bound = Next(business, bound, isFirst: false, steps[(2 * i) + 1]);
            stretches[i] = ((int)start, (int)bound);
        }

        return BusyTimes.FromMinutes(stretches);
    }

    private static long Next(long business, long before, bool isFirst, long step)
    {
        if (!isFirst && step <= 0) throw NoTimes(business, $"a bound that is {step} minutes after the one before it");
        // A step is compared before it is added: it may be as long as a number can be.
        return step >= int.MinValue - before && step <= int.MaxValue - before
            ? before + step
            : throw NoTimes(business, $"a bound {step} minutes after minute {before}, which is no time");
    }

    private static InvalidDataException NoTimes(long business, string what) =>
        new($"What was written of the appointments of business {business} makes no sense: {what}.");
}
