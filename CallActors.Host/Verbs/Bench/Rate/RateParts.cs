using System.Collections.Immutable;
using System.Diagnostics;
using CallActors.Host.Verbs.Bench.Wire;

namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>
/// The parts of a run at a fixed rate, each measured by itself: the warm-up, one that is calm, and one in trouble where there is any to be had.
/// </summary>
/// <param name="plan">Which slots there are.</param>
/// <param name="warmUp">Slots of the warm-up, which begins when the rate is reached.</param>
/// <param name="each">Slots of each part after it.</param>
/// <param name="count">How many these are.</param>
internal sealed class RateParts(RatePlan plan, int warmUp, int each, int count)
{
    private readonly int _from = plan.Ramp + warmUp;

    public RatePartMeter Cold { get; } = new(warmUp);

    public ImmutableArray<RatePartMeter> Measured { get; } = [.. Enumerable.Range(0, count).Select(_ => new RatePartMeter(each))];

    /// <summary>What is done to the service when the second part begins.</summary>
    public Action? Trouble { get; init; }

    /// <summary>And when it ends.</summary>
    public Action? Relief { get; init; }

    /// <summary>Begins and ends what does so with a slot.</summary>
    public void Reach(int slot, WireDesign design, Process self, TimeProvider time)
    {
        if (slot == plan.Ramp) Cold.Begin(design, self, time);
        if (slot == _from) Cold.End(design, self, time);
        if (slot < _from || (slot - _from) % each != 0) return;
        var part = PartOf(slot);
        if (part >= 1 && part <= count) Measured[part - 1].End(design, self, time);
        if (part < count) Measured[part].Begin(design, self, time);
        if (part == 1) Trouble?.Invoke();
        if (part == 2) Relief?.Invoke();
    }

    /// <summary>What a slot's event is measured with; null: it is none of any part.</summary>
    public RatePartMeter? At(int slot) =>
        slot < plan.Ramp ? null
        : slot < _from ? Cold
        : PartOf(slot) is var part && part < count ? Measured[part]
        : null;

    private int PartOf(int slot) => (slot - _from) / each;
}
