using System.Collections.Immutable;
using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>How a call went for the gateway.</summary>
/// <param name="Script">As planned.</param>
/// <param name="Booked">The slot the service confirmed.</param>
/// <param name="Applied">Events the service applied.</param>
/// <param name="Duplicates">Events it had seen before.</param>
/// <param name="Refused">Events it refused, with or without another offer.</param>
/// <param name="ReloadRefused">The operator's reload was refused, as it should be.</param>
/// <param name="Surprises">Answers that no gateway would expect here.</param>
internal sealed record CallResult(
    CallScript Script, Slot? Booked, int Applied, int Duplicates, int Refused, bool ReloadRefused, ImmutableArray<string> Surprises);
