using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>What reading a callback led to: a notice, or faults, or neither where it is about something the service has no use for.</summary>
/// <param name="Notice">What it says.</param>
/// <param name="Faults">Why it cannot be read.</param>
internal readonly record struct CallbackReading(CallNotice? Notice, ImmutableArray<Fault> Faults)
{
    /// <summary>Fields it says enough without, and why they cannot be read.</summary>
    public ImmutableArray<Fault> LeftOut { get; init; } = [];

    /// <summary>Why there is no use for it.</summary>
    public string? Why { get; init; }

    /// <summary>The same, of a callback whose call has to be started: without who called whom it cannot be read.</summary>
    public CallbackReading AsStart() => Notice is { Start: null, Lacks: { IsEmpty: false } lacks } ? Wrong(lacks) : this;

    public static CallbackReading Ignored(string why) => new(null, []) { Why = why };

    public static CallbackReading Wrong(params ImmutableArray<Fault> faults) => new(null, faults);
}
