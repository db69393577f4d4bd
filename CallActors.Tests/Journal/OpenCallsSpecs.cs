using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CallActors.Tests.Domain;

namespace CallActors.Tests.Journal;

/// <summary>Which calls are asked to write their state anew when a log is trimmed, and when.</summary>
public sealed class OpenCallsSpecs
{
    private readonly OpenCalls _open = new(leastWaste: 10);
    private long _sequenceNr;

    private static CallId Id(int number) => CallId.Parse($"c{number}");

    internal static ImmutableArray<CallFact> Opened(CallId call) => [new CallFact.Opened(call, CallScripts.Start().Start, CallScripts.Noon, CallScripts.Noon)];

    internal static ImmutableArray<CallFact> WrittenAnew(CallId call) => [new CallFact.Restored(Opened(call).Aggregate((Call?)null, Call.Apply)!)];

    private void Begin(int calls)
    {
        for (var i = 0; i < calls; i++) _open.Written(Id(i), 1, Opened(Id(i)), closes: false, ++_sequenceNr, 100);
        _open.BeginTrim(_sequenceNr);
    }

    [Fact]
    public void A_few_are_asked_after_each_write_and_each_once()
    {
        Begin(calls: 20);
        var asked = new List<CallId>();
        foreach (var written in (int[])[0, 1, 3, 4, 20])
        {
            var next = _open.NextToAsk(written);
            Assert.Equal(Math.Max(1, written / 4), next.Length);
            asked.AddRange(next);
        }

        asked.AddRange(_open.NextToAsk(1_000));
        Assert.Equal(20, asked.Distinct().Count());
        Assert.Equal(20, asked.Count);
        Assert.Empty(_open.NextToAsk(1_000));
    }

    [Fact]
    public void Who_has_ended_or_written_anew_is_not_asked()
    {
        Begin(calls: 3);
        _open.Written(Id(0), 2, [], closes: true, ++_sequenceNr, 10);
        _open.Written(Id(2), 2, WrittenAnew(Id(2)), closes: false, ++_sequenceNr, 10);

        Assert.Equal(Id(1), Assert.Single(_open.NextToAsk(1_000)));
        Assert.Null(_open.Cut);
        _open.Written(Id(1), 2, [], closes: true, ++_sequenceNr, 10);
        Assert.Equal(3, _open.Cut);
    }

    [Fact]
    public void Nobody_is_asked_while_no_log_is_trimmed()
    {
        for (var i = 0; i < 5; i++) _open.Written(Id(i), 1, Opened(Id(i)), closes: false, ++_sequenceNr, 100);
        Assert.Empty(_open.NextToAsk(1_000));
    }
}
