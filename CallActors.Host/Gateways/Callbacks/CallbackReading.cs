using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>What reading a callback led to: a notice, or faults, or neither where it is about something the service has no use for.</summary>
/// <param name="Notice">What it says.</param>
/// <param name="Faults">Why it cannot be read.</param>
internal readonly record struct CallbackReading(CallNotice? Notice, ImmutableArray<Fault> Faults)
{
    public static readonly CallbackReading Ignored = new(null, []);

    public static CallbackReading Wrong(params ImmutableArray<Fault> faults) => new(null, faults);
}
