using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>The faults of one event, in the order they were found.</summary>
internal sealed class FaultList
{
    private readonly ImmutableArray<Fault>.Builder faults = ImmutableArray.CreateBuilder<Fault>();

    public int Count => faults.Count;

    /// <param name="pointer">Where: <c>/data/from</c>.</param>
    /// <param name="what">What was given and what is expected; the member's name goes before it.</param>
    public void Add(string pointer, string what) =>
        faults.Add(new Fault(pointer, pointer.Length == 0 ? what : $"{pointer[(pointer.LastIndexOf('/') + 1)..]}: {what}"));

    public ImmutableArray<Fault> ToImmutable() => faults.ToImmutable();
}
