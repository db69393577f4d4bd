using CallActors.Tests.Fixtures;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("CallActors.Tests.Fixtures." + nameof(SlowestFirst), "CallActors.Tests")]

namespace CallActors.Tests.Fixtures;

/// <summary>The classes that start processes begin, those of milliseconds fill the gaps at the end: otherwise a run ends with one core idle.</summary>
public sealed class SlowestFirst : ITestCollectionOrderer
{
    private static readonly string[] Slow = [nameof(EndToEnd.CrashSpecs), nameof(EndToEnd.ClusterSpecs), "EndToEnd", "Bench", "Dashboard"];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection => Place(collection.DisplayName)).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    private static int Place(string name) =>
        Array.FindIndex(Slow, part => name.Contains(part, StringComparison.Ordinal)) is >= 0 and var place ? place : Slow.Length;
}
