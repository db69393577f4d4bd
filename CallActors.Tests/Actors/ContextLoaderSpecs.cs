using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage;
using CallActors.Telemetry;
using Microsoft.Extensions.Time.Testing;
using Xunit.Abstractions;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

public sealed class ContextLoaderSpecs : TestKit
{
    private static readonly BusinessProfile Salon = new(new BusinessId(7), "Salon", "+97231234567");
    private readonly ScriptedCrm _crm = new();
    private readonly CrmAvailability _availability = new();
    private readonly BusyBook _busy = new();
    private readonly FakeTimeProvider _time = new();
    private readonly IActorRef _loader;

    public ContextLoaderSpecs(ITestOutputHelper output) : base("akka.loglevel = WARNING", output: output) =>
        _loader = Sys.ActorOf(
            Props.Create<ContextLoaderActor>(
            _crm, new LoaderSettings(TimeSpan.FromSeconds(1), StatementsInFlight: 1, GroupBound: 3), _availability, _busy, _time));

    private void Load(string callId) =>
        _loader.Tell(new LoadContext(new ContextQuery(CallId.Parse(callId)) { BusinessPhone = "+97231234567" }, 1), TestActor);

    /// <summary>While the database counts as away the loader looks for it, every two seconds of real time.</summary>
    private ScriptedCrm.Load NextLoadOfACall()
    {
        while (true)
        {
            if (_crm.NextLoad() is var load && load.Queries[0].CallId.Value != "~") return load;
        }
    }

    private static Loaded Answer(ScriptedCrm.Load load) => new(
        [.. load.Queries.Select(_ => new LoadedCall(Salon with { }, null, null, null, null, null, null, null, null))],
        new StatementCost(1, TimeSpan.FromMilliseconds(1), load.Queries.Count));

    [Fact]
    public void Calls_that_ask_while_a_statement_is_under_way_share_the_next_one()
    {
        Load("a");
        var first = _crm.NextLoad();
        Assert.Single(first.Queries);
        foreach (var id in new[] { "b", "c", "d", "e" }) Load(id);
        first.Answer.SetResult(Answer(first));
        Assert.Equal("a", ExpectMsg<ContextLoaded>().CallId.Value);
        var second = _crm.NextLoad();
        Assert.Equal(["b", "c", "d"], second.Queries.Select(query => query.CallId.Value));
        second.Answer.SetResult(Answer(second));
        Assert.Equal(["b", "c", "d"], ReceiveN(3).Cast<ContextLoaded>().Select(loaded => loaded.CallId.Value));
        Assert.Equal(["e"], _crm.NextLoad().Queries.Select(query => query.CallId.Value));
    }

    [Fact]
    public void Nobody_waits_behind_a_statement_that_is_stuck_and_nobody_is_sent_alone_for_one_that_is_not()
    {
        var loader = Sys.ActorOf(Props.Create<ContextLoaderActor>(
            _crm, new LoaderSettings(TimeSpan.FromSeconds(1), StatementsInFlight: 2) { Patience = TimeSpan.FromMilliseconds(20) }, _availability, _busy,
            _time));
        foreach (var id in (string[])["a", "b", "c"]) loader.Tell(new LoadContext(new ContextQuery(CallId.Parse(id)), 1), TestActor);
        Assert.Single(_crm.NextLoad().Queries);
        loader.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
        Assert.Empty(_crm.Loads);
        _time.Advance(TimeSpan.FromMilliseconds(20));
        Assert.Equal(["b", "c"], _crm.NextLoad().Queries.Select(query => query.CallId.Value));
    }

    [Fact]
    public void Calls_of_one_business_share_its_data()
    {
        Load("a");
        var first = _crm.NextLoad();
        first.Answer.SetResult(Answer(first));
        var one = ExpectMsg<ContextLoaded>().Found.Business;
        Load("b");
        var second = _crm.NextLoad();
        second.Answer.SetResult(Answer(second));
        Assert.Same(one, ExpectMsg<ContextLoaded>().Found.Business);
    }

    [Fact]
    public void When_a_business_is_taken_is_known_as_of_the_time_the_statement_was_sent_before_its_calls_are_told()
    {
        var taken = BusyTimes.FromMinutes([(600, 630)]);
        var sentAt = _time.GetUtcNow();
        Load("a");
        var load = _crm.NextLoad();
        _time.Advance(TimeSpan.FromMilliseconds(300));
        load.Answer.SetResult(Answer(load) with { Calls = [FoundTaken(taken)] });
        ExpectMsg<ContextLoaded>();
        Assert.Equal(new KnownBusy(taken, sentAt), _busy.Find(Salon.Id!.Value));
        Assert.Same(taken, _busy.Find(Salon.Id!.Value)!.Times);
    }

    [Fact]
    public void What_a_slow_statement_saw_does_not_take_the_place_of_what_a_later_one_saw()
    {
        var loader = Sys.ActorOf(Props.Create<ContextLoaderActor>(
            _crm, new LoaderSettings(TimeSpan.FromSeconds(1), StatementsInFlight: 2) { Patience = TimeSpan.FromMilliseconds(20) }, _availability, _busy,
            _time));
        loader.Tell(new LoadContext(new ContextQuery(CallId.Parse("a")), 1), TestActor);
        var slow = _crm.NextLoad();
        _time.Advance(TimeSpan.FromMilliseconds(20));
        loader.Tell(new LoadContext(new ContextQuery(CallId.Parse("b")), 1), TestActor);
        var later = _crm.NextLoad();
        later.Answer.SetResult(Answer(later) with { Calls = [FoundTaken(BusyTimes.FromMinutes([(600, 630)]))] });
        ExpectMsg<ContextLoaded>();
        slow.Answer.SetResult(Answer(slow) with { Calls = [FoundTaken(BusyTimes.None)] });
        ExpectMsg<ContextLoaded>();
        Assert.Equal(BusyTimes.FromMinutes([(600, 630)]), _busy.Find(Salon.Id!.Value)!.Times);
    }

    [Fact]
    public void A_call_of_no_business_leaves_nothing_to_remember_and_spoils_nothing_for_its_neighbours()
    {
        Load("a");
        var first = _crm.NextLoad();
        Load("b");
        Load("c");
        first.Answer.SetResult(Answer(first));
        ExpectMsg<ContextLoaded>();
        Assert.Null(_busy.Find(Salon.Id!.Value));
        var group = _crm.NextLoad();
        group.Answer.SetResult(Answer(group) with { Calls = [FoundTaken(BusyTimes.None) with { Business = null, Busy = null }, FoundTaken(BusyTimes.None)] });
        ExpectMsg<ContextLoaded>();
        Assert.Same(BusyTimes.None, _busy.Find(Salon.Id!.Value)!.Times);
    }

    private static LoadedCall FoundTaken(BusyTimes times) => new(Salon, null, null, null, null, null, null, null, null) { Busy = times };

    [Fact]
    public void A_failed_load_answers_with_the_business_as_it_was_last_seen_and_the_database_counts_as_away()
    {
        Load("a");
        var first = NextLoadOfACall();
        first.Answer.SetResult(Answer(first));
        ExpectMsg<ContextLoaded>();
        Load("b");
        NextLoadOfACall().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        var failed = ExpectMsg<ContextLoadFailed>();
        Assert.Equal(Salon, failed.LastKnown);
        Assert.Contains("away", failed.Reason, StringComparison.Ordinal);
        Assert.False(_availability.IsAvailable);
        Load("c");
        _time.Advance(TimeSpan.FromMilliseconds(50));
        var third = NextLoadOfACall();
        third.Answer.SetResult(Answer(third));
        ExpectMsg<ContextLoaded>();
        Assert.True(_availability.IsAvailable);
    }

    [Fact]
    public void Who_asks_a_database_that_has_just_failed_shares_the_next_try_and_how_it_failed_is_logged_once()
    {
        Load("a");
        EventFilter.Custom<Warning>(warning => warning.Cause is CrmException).Expect(1, () =>
            NextLoadOfACall().Answer.SetException(new CrmException(CrmFault.Away, "connection refused")));
        ExpectMsg<ContextLoadFailed>();
        Load("b");
        Load("c");
        _loader.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
        Assert.DoesNotContain(_crm.Loads, load => load.Queries[0].CallId.Value == "b");
        _time.Advance(TimeSpan.FromMilliseconds(50));
        var second = NextLoadOfACall();
        Assert.Equal(["b", "c"], second.Queries.Select(query => query.CallId.Value));
        EventFilter.Custom<Warning>(warning => warning.Cause is null && $"{warning.Message}".StartsWith("A load of 2 calls failed", StringComparison.Ordinal))
            .Expect(1, () =>
            second.Answer.SetException(new CrmException(CrmFault.Away, "connection refused")));
        Assert.Equal(["b", "c"], ReceiveN(2).Cast<ContextLoadFailed>().Select(failed => failed.CallId.Value));
    }

    [Fact]
    public void The_pause_after_a_failure_is_a_part_of_the_time_out_whichever_that_is()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), new LoaderSettings(TimeSpan.FromSeconds(2)).Pause);
        Assert.Equal(TimeSpan.FromMilliseconds(5), (new LoaderSettings(TimeSpan.FromSeconds(2)) with { Timeout = TimeSpan.FromMilliseconds(100) }).Pause);
    }

    [Fact]
    public void A_statement_that_the_database_refused_keeps_nobody_waiting()
    {
        Load("a");
        NextLoadOfACall().Answer.SetException(new CrmException(CrmFault.Refused, "division by zero"));
        ExpectMsg<ContextLoadFailed>();
        Load("b");
        Assert.Equal(["b"], NextLoadOfACall().Queries.Select(query => query.CallId.Value));
    }

    [Fact]
    public void A_call_that_cannot_wait_is_answered_without_the_database()
    {
        Load("a");
        var first = _crm.NextLoad();
        first.Answer.SetResult(Answer(first));
        ExpectMsg<ContextLoaded>();
        Load("b");
        _crm.NextLoad();
        _loader.Tell(new AbandonLoad(new ContextQuery(CallId.Parse("b")) { BusinessPhone = "+97231234567" }, 2), TestActor);
        Assert.Equal((2, Salon), (ExpectMsg<ContextLoadFailed>() is var failed ? failed.Attempt : 0, failed.LastKnown));
        Assert.False(_availability.IsAvailable);
    }

    [Fact]
    public void A_business_that_restored_calls_have_is_known_though_the_database_is_away_since_the_start()
    {
        _loader.Tell(new BusinessesRecalled([Salon]));
        Load("a");
        NextLoadOfACall().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        Assert.Equal(Salon, ExpectMsg<ContextLoadFailed>().LastKnown);
    }

    public static TheoryData<BusinessProfile> Recalled => new()
    {
        Salon with { Name = "Salon, as it was" },
        new BusinessProfile(new BusinessId(99), "Whose number it was", Salon.Phone),
    };

    [Theory]
    [MemberData(nameof(Recalled))]
    public void What_was_loaded_stays_whatever_restored_calls_have_of_it_or_of_its_number(BusinessProfile recalled)
    {
        Load("a");
        var load = NextLoadOfACall();
        load.Answer.SetResult(Answer(load));
        ExpectMsg<ContextLoaded>();
        _loader.Tell(new BusinessesRecalled([recalled]));
        Load("b");
        NextLoadOfACall().Answer.SetException(new CrmException(CrmFault.Away, "connection refused"));
        Assert.Equal(Salon, ExpectMsg<ContextLoadFailed>().LastKnown);
    }

    [Fact]
    public void A_database_that_was_away_is_looked_for_until_it_is_back()
    {
        _availability.Failed(CrmUse.Reading, "away at the start");
        _crm.NextLoad().Answer.SetException(new CrmException(CrmFault.Away, "still away"));
        var second = _crm.NextLoad();
        Assert.False(_availability.IsAvailable);
        second.Answer.SetResult(Answer(second));
        AwaitCondition(() => _availability.IsAvailable);
    }

    [Fact]
    public void A_slow_database_costs_its_callers_the_time_out_and_not_more()
    {
        Load("a");
        var stuck = _crm.NextLoad();
        Load("b");
        _loader.Tell(new Identify(null), TestActor);
        ExpectMsg<ActorIdentity>();
        _time.Advance(TimeSpan.FromSeconds(1));
        var failed = ReceiveN(2, TimeSpan.FromSeconds(5)).Cast<ContextLoadFailed>().ToImmutableArray();
        Assert.Equal(["a", "b"], failed.Select(one => one.CallId.Value));
        Assert.True(stuck.Cancel.IsCancellationRequested);
        Assert.Empty(_crm.Loads);
    }
}
