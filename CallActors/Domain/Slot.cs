namespace CallActors.Domain;

/// <summary>A stretch of a business's time, <c>[start, end)</c>, with the offset it was asked for.</summary>
public readonly record struct Slot(DateTimeOffset Start, DateTimeOffset End)
{
    public TimeSpan Length => End - Start;

    public bool Overlaps(Slot other) => Start < other.End && other.Start < End;

    /// <summary>Whether the other one lies in it from start to end.</summary>
    public bool Contains(Slot other) => Start <= other.Start && other.End <= End;
}
