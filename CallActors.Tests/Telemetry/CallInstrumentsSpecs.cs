using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Telemetry;
using CallActors.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;
using static CallActors.Messages.CallQueries;

namespace CallActors.Tests.Telemetry;

/// <summary>Which figure is told under which name.</summary>
public sealed class CallInstrumentsSpecs : IDisposable
{
    private static readonly CallId Id = CallId.Parse("CA-1");
    private readonly SpecMeters _meters = new();
    private readonly CallFigures _node = new(
        new CallCounters(), new StatementCounter(), new CrmAvailability(), new JournalAvailability(), new HeldCalls(), new FakeTimeProvider());

    public CallInstrumentsSpecs() => CallInstruments.Add(CallMeter.Of(_meters), _node);

    public void Dispose() => _meters.Dispose();

    private static void Times(int times, Action count)
    {
        for (var i = 0; i < times; i++) count();
    }

    private Task Hold(DateTimeOffset? oldest, params (CallPhase Phase, int Calls)[] calls) =>
        _node.Held.AskAsync(() =>
            Task.FromResult(new HeldHere(new CallCounts(calls.ToDictionary(one => one.Phase, one => one.Calls).ToImmutableDictionary(), oldest), 5)));

    [Fact]
    public async Task Every_figure_has_its_name()
    {
        await Hold(_node.Time.GetUtcNow() - TimeSpan.FromSeconds(90), (CallPhase.Loading, 1), (CallPhase.Live, 3), (CallPhase.Flushing, 4));
        Times(1, () => _node.Counters.Count(new CallReply(Id, "e", CallOutcome.Applied)));
        Times(2, () => _node.Counters.Count(new CallReply(Id, "e", CallOutcome.Duplicate)));
        Times(3, () => _node.Counters.Count(CallReply.Refuse(Id, "e", new Problem(ProblemType.Overloaded, "why"))));
        Times(4, () => _node.Counters.CountRefusal(ProblemType.MalformedEvent));
        Times(5, _node.Counters.CountLiveRefusal);
        Times(6, _node.Counters.CountMinimalContext);
        Times(7, _node.Counters.CountLateCompletion);
        Times(8, _node.Counters.CountSessionFailure);
        Times(9, _node.Counters.CountForgedCallback);
        Times(10, _node.Counters.CountIgnoredCallback);
        _node.Counters.DeadLettersAre(11);
        Times(12, () => _node.Statements!.CountStatement(DatabasePhase.Load, TimeSpan.FromMilliseconds(250)));
        Times(13, () => _node.Statements!.CountStatement(DatabasePhase.Flush, TimeSpan.FromMilliseconds(500)));
        Times(2, () => _node.Statements!.CountTransaction(DatabasePhase.Flush));
        Times(14, () => _node.Statements!.CountStatement(DatabasePhase.Upkeep, TimeSpan.FromMilliseconds(125)));
        _node.Crm.Failed(CrmUse.Writing, "away");
        Assert.Equal(
            [
                $"callactors.build_info{{version={CallMeter.Version}}} 1",
                "callactors.calls{state=flushing} 4", "callactors.calls{state=greeting} 0", "callactors.calls{state=live} 3",
                "callactors.calls{state=loading} 1",
                "callactors.database.available 0",
                "callactors.database.statements{phase=flush} 13", "callactors.database.statements{phase=live} 0",
                "callactors.database.statements{phase=load} 12", "callactors.database.statements{phase=upkeep} 14",
                "callactors.database.time{phase=flush} 6.5", "callactors.database.time{phase=live} 0", "callactors.database.time{phase=load} 3",
                "callactors.database.time{phase=upkeep} 1.75",
                "callactors.database.transactions{phase=flush} 2", "callactors.database.transactions{phase=live} 0",
                "callactors.database.transactions{phase=load} 0", "callactors.database.transactions{phase=upkeep} 0",
                "callactors.dead_letters 11",
                "callactors.event.refusals{problem=malformed-event} 4", "callactors.event.refusals{problem=overloaded} 3",
                "callactors.events{outcome=applied} 1", "callactors.events{outcome=duplicate} 2", "callactors.events{outcome=refused} 7",
                "callactors.forged_callbacks 9", "callactors.ignored_callbacks 10",
                "callactors.journal.available 1",
                "callactors.late_completions 7", "callactors.live_call.refusals 5", "callactors.minimal_contexts 6",
                "callactors.oldest_flush 90", "callactors.partitions 5",
                "callactors.session.failures 8",
            ],
            _meters.Read().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_statement_in_a_live_call_a_journal_that_is_away_and_a_CRM_that_is_back_are_told()
    {
        _node.Statements!.CountStatement(DatabasePhase.Live, TimeSpan.FromSeconds(2));
        _node.Journals.Away(3, "full");
        _node.Crm.Failed(CrmUse.Reading, "away");
        _node.Crm.Answered(CrmUse.Reading);
        await Hold(null);
        var read = _meters.Read();
        Assert.Contains("callactors.database.statements{phase=live} 1", read);
        Assert.Contains("callactors.database.time{phase=live} 2", read);
        Assert.Contains("callactors.journal.available 0", read);
        Assert.Contains("callactors.database.available 1", read);
        Assert.Contains("callactors.oldest_flush 0", read);
    }

    [Fact]
    public async Task What_is_not_known_is_left_out_and_not_told_as_nothing()
    {
        string[] known = ["callactors.calls{state=live} 3", "callactors.oldest_flush 0", "callactors.partitions 5"];
        Assert.DoesNotContain(_meters.Read(), line => known.Append("callactors.dead_letters 0").Any(one => one.Split('{', ' ')[0] == line.Split('{', ' ')[0]));
        await Hold(null, (CallPhase.Live, 3));
        _node.Counters.DeadLettersAre(0);
        Assert.Empty(known.Append("callactors.dead_letters 0").Except(_meters.Read()));
        await Assert.ThrowsAsync<TimeoutException>(() => _node.Held.AskAsync(() => throw new TimeoutException()));
        _node.Counters.DeadLettersAreUnknown();
        Assert.DoesNotContain(_meters.Read(),
            line => line.StartsWith("callactors.calls", StringComparison.Ordinal) || line.StartsWith("callactors.dead_letters", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_waits_in_vain_takes_nothing_from_who_has_heard_meanwhile()
    {
        var never = new TaskCompletionSource<HeldHere>();
        var inVain = _node.Held.AskAsync(() => never.Task);
        await Hold(null, (CallPhase.Live, 3));
        never.SetException(new TimeoutException());
        await Assert.ThrowsAsync<TimeoutException>(() => inVain);
        Assert.Contains("callactors.calls{state=live} 3", _meters.Read());
    }

    [Fact]
    public void A_node_that_counts_no_statements_says_nothing_of_them()
    {
        using var meters = new SpecMeters();
        CallInstruments.Add(CallMeter.Of(meters), _node with { Statements = null });
        Assert.DoesNotContain(meters.Read(), line => line.Contains("statements", StringComparison.Ordinal));
    }
}
