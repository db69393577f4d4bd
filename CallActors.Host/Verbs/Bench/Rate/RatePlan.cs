namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>
/// Which event of which call is due when, at a fixed rate: one every <c>1 / rate</c> seconds, each call's events a fixed time apart, so that calls live for a
/// while and the number of them is the same all the time once the first have ended. Time is counted in slots, one an event.
/// </summary>
internal sealed class RatePlan
{
    private readonly int _gap;

    /// <param name="rate">Events a second.</param>
    /// <param name="apart">From one event of a call to its next, about.</param>
    /// <param name="measured">How long all is steady; calls start early enough for that and no later than its end.</param>
    public RatePlan(int rate, TimeSpan apart, TimeSpan measured)
    {
        Rate = rate;
        _gap = Math.Max(1, (int)Math.Round(apart.TotalSeconds * rate / BenchCall.Events));

        // The last event of a call comes six gaps after its first.
        Ramp = (BenchCall.Events - 1) * _gap * BenchCall.Events;
        Calls = (int)Math.Ceiling((Ramp + (measured.TotalSeconds * rate)) / BenchCall.Events);
        Slots = (Calls * BenchCall.Events) + Ramp;
    }

    public int Rate { get; }

    public int Calls { get; }

    /// <summary>Slots until the rate is reached.</summary>
    public int Ramp { get; }

    /// <summary>Slots until the last call has ended.</summary>
    public int Slots { get; }

    public TimeSpan DueOf(int slot) => TimeSpan.FromSeconds((double)slot / Rate);

    /// <summary>What is due in a slot: the call's number and the event's position in it; null: no call that there is.</summary>
    public (int Call, int Step)? At(int slot)
    {
        var (call, step) = Math.DivRem(slot, BenchCall.Events);
        call -= step * _gap;
        return call >= 0 && call < Calls ? (call, step) : null;
    }
}
