using CallActors.Domain;

namespace CallActors.Journal;

/// <summary>A domain's enum and its numbers in the log and between nodes, which stay what they are when the domain's order changes.</summary>
internal sealed class WireEnum<TDomain, TWire>(params (TDomain Domain, TWire Wire)[] pairs)
    where TDomain : struct, Enum
    where TWire : struct, Enum
{
    /// <exception cref="InvalidOperationException">There is no number for it.</exception>
    public TWire Write(TDomain value)
    {
        foreach (var (domain, wire) in pairs)
            if (EqualityComparer<TDomain>.Default.Equals(domain, value)) return wire;
        throw new InvalidOperationException($"There is no number for {typeof(TDomain).Name} {value}.");
    }

    /// <exception cref="InvalidDataException">It is a number this version does not know.</exception>
    public TDomain Read(TWire value)
    {
        foreach (var (domain, wire) in pairs)
            if (EqualityComparer<TWire>.Default.Equals(wire, value)) return domain;
        throw new InvalidDataException($"What was read has {typeof(TDomain).Name} {Convert.ToInt32(value, null)}, which this version does not know.");
    }

    public TWire WriteOptional(TDomain? value) => value is { } given ? Write(given) : default;

    /// <summary>Null where it is unspecified.</summary>
    public TDomain? ReadOptional(TWire value) => EqualityComparer<TWire>.Default.Equals(value, default) ? null : Read(value);
}

/// <summary>Every enum that stands in the log.</summary>
internal static class WireEnums
{
    public static readonly WireEnum<CallDirection, Wire.Direction> Direction = new(
        (CallDirection.Inbound, Wire.Direction.Inbound),
        (CallDirection.Outbound, Wire.Direction.Outbound));

    public static readonly WireEnum<Gender, Wire.Gender> Gender = new(
        (Domain.Gender.Male, Wire.Gender.Male),
        (Domain.Gender.Female, Wire.Gender.Female));

    public static readonly WireEnum<ContextSource, Wire.ContextSource> Source = new(
        (ContextSource.Database, Wire.ContextSource.Database),
        (ContextSource.Minimal, Wire.ContextSource.Minimal));

    public static readonly WireEnum<CallPhase, Wire.Phase> Phase = new(
        (CallPhase.Loading, Wire.Phase.Loading),
        (CallPhase.Greeting, Wire.Phase.Greeting),
        (CallPhase.Live, Wire.Phase.Live),
        (CallPhase.Flushing, Wire.Phase.Flushing));

    public static readonly WireEnum<CallStatus, Wire.Status> Status = new(
        (CallStatus.Initiated, Wire.Status.Initiated),
        (CallStatus.Ringing, Wire.Status.Ringing),
        (CallStatus.InProgress, Wire.Status.InProgress),
        (CallStatus.Completed, Wire.Status.Completed),
        (CallStatus.Busy, Wire.Status.Busy),
        (CallStatus.NoAnswer, Wire.Status.NoAnswer),
        (CallStatus.Failed, Wire.Status.Failed),
        (CallStatus.Canceled, Wire.Status.Canceled));

    public static readonly WireEnum<EndReason, Wire.EndReason> EndReason = new(
        (Domain.EndReason.HungUp, Wire.EndReason.HungUp),
        (Domain.EndReason.Idle, Wire.EndReason.Idle),
        (Domain.EndReason.MaxDuration, Wire.EndReason.MaxDuration),
        (Domain.EndReason.Operator, Wire.EndReason.Operator),
        (Domain.EndReason.Drained, Wire.EndReason.Drained),
        (Domain.EndReason.Lost, Wire.EndReason.Lost));
}
