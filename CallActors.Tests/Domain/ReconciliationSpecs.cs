using CallActors.Domain;
using CallActors.Messages;
using CsCheck;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Tests.Domain;

public class ReconciliationSpecs
{
    private const string Gateway = "kamailio/eins";
    private static readonly DateTimeOffset Taken = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly CallStart Start = new(CallDirection.Inbound, "+972541112222", "+97231234567");

    private static CallId Id(int number) => CallId.Parse($"CA-{number}");

    private static Snapshot Listing(params LiveCall[] calls) => new(new EventKey(Gateway, "s-1"), Taken, [.. calls]);

    private static LiveCall Listed(int number) => new(Id(number), Start);

    private static KnownCall Held(int number, CallPhase phase = CallPhase.Live, double secondsBefore = 60, string? source = Gateway) =>
        new(Id(number), source, phase, Taken.AddSeconds(-secondsBefore));

    [Fact]
    public void What_is_held_and_not_listed_is_ended_and_what_is_listed_and_not_held_is_started()
    {
        var found = Reconciliation.Of(Listing(Listed(1), Listed(3)), [Held(1), Held(2)]);
        Assert.Equal(Id(2), Assert.Single(found.ToEnd));
        Assert.Equal(Id(3), Assert.Single(found.ToStart).CallId);
    }

    [Theory]
    [InlineData(CallPhase.Loading, true)]
    [InlineData(CallPhase.Greeting, true)]
    [InlineData(CallPhase.Live, true)]
    [InlineData(CallPhase.Flushing, false)]
    public void A_call_is_lost_in_every_phase_but_the_last(CallPhase phase, bool lost) =>
        Assert.Equal(lost, Reconciliation.Of(Listing(), [Held(1, phase)]).ToEnd.Length == 1);

    [Fact]
    public void A_call_that_waits_for_its_commit_is_not_started_again() =>
        Assert.Empty(Reconciliation.Of(Listing(Listed(1)), [Held(1, CallPhase.Flushing)]).ToStart);

    [Theory]
    [InlineData(2.001, true)]
    [InlineData(2, false)]
    [InlineData(0, false)]
    [InlineData(-30, false)]
    public void A_call_that_was_heard_of_since_the_list_was_taken_is_left_alone(double secondsBefore, bool lost) =>
        Assert.Equal(lost, Reconciliation.Of(Listing(), [Held(1, secondsBefore: secondsBefore)]).ToEnd.Length == 1);

    [Theory]
    [InlineData("kamailio/zwei")]
    [InlineData("Kamailio/eins")]
    [InlineData(null)]
    public void A_call_of_another_gateway_is_none_of_its_business(string? source) =>
        Assert.Empty(Reconciliation.Of(Listing(), [Held(1, source: source)]).ToEnd);

    /// <summary>The SHA-256 of CA-1 begins with e9, of CA-2 with 0a: computed elsewhere.</summary>
    [Theory]
    [InlineData("", 2)]
    [InlineData("0", 1)]
    [InlineData("e9", 1)]
    [InlineData("1", 0)]
    public void A_part_of_a_list_speaks_of_its_own_calls_only(string part, int lost) =>
        Assert.Equal(lost, Reconciliation.Of(Listing() with { Part = part }, [Held(1), Held(2)]).ToEnd.Length);

    [Theory]
    [InlineData(CallStatus.Initiated, CallStatus.Initiated, false)]
    [InlineData(CallStatus.Initiated, CallStatus.Ringing, true)]
    [InlineData(CallStatus.Initiated, CallStatus.InProgress, true)]
    [InlineData(CallStatus.Ringing, CallStatus.InProgress, true)]
    [InlineData(CallStatus.Ringing, CallStatus.Ringing, false)]
    [InlineData(CallStatus.InProgress, CallStatus.Ringing, false)]
    [InlineData(null, CallStatus.InProgress, false)]
    public void A_held_call_that_is_listed_as_further_is_taken_as_far(CallStatus? held, CallStatus listed, bool further)
    {
        var found = Reconciliation.Of(Listing(Listed(1) with { Status = listed }), [Held(1) with { Status = held }]);
        Assert.Equal(further, found.ToAdvance.Length == 1);
        Assert.Empty(found.ToStart);
    }

    [Fact]
    public void That_it_was_answered_is_further_than_any_word_and_nothing_is_further_than_an_end_or_another_gateway_s()
    {
        var listing = Listing(Listed(1) with { AnsweredAt = Taken.AddSeconds(-30) });
        var held = Held(1) with { Status = CallStatus.Ringing };
        var told = Assert.IsType<CallEvents.Answered>(Reconciliation.AdvanceOf(listing, Assert.Single(Reconciliation.Of(listing, [held]).ToAdvance)));
        Assert.Equal((Taken.AddSeconds(-30), "gateway.snapshot s-1", Id(1)), (told.Header.Time, told.Header.Origin, told.CallId));
        Assert.Empty(Reconciliation.Of(listing, [held with { Phase = CallPhase.Flushing }]).ToAdvance);
        Assert.Empty(Reconciliation.Of(listing, [held with { Source = "kamailio/zwei" }]).ToAdvance);
    }

    [Fact]
    public void A_call_that_is_listed_twice_is_started_once() => Assert.Single(Reconciliation.Of(Listing(Listed(1), Listed(1)), []).ToStart);

    [Fact]
    public void Once_it_is_carried_out_the_same_list_leads_to_nothing() => Gen.Select(Gen.Int[0, 9].Array, Gen.Int[0, 9].Array).Sample((listed, held) =>
    {
        var snapshot = Listing([.. listed.Select(Listed)]);
        var before = held.Distinct().Select(number => Held(number)).ToList();
        var found = Reconciliation.Of(snapshot, before);
        var after = before.Where(call => !found.ToEnd.Contains(call.CallId))
            .Concat(found.ToStart.Select(call => new KnownCall(call.CallId, Gateway, CallPhase.Greeting, Taken)));
        var again = Reconciliation.Of(snapshot, after);
        Assert.Empty(again.ToEnd);
        Assert.Empty(again.ToStart);
        Assert.Equal(listed.Distinct().Count(), after.Count());
    });

    [Fact]
    public void A_listed_call_starts_when_it_started_and_says_where_that_was_read()
    {
        var events = Reconciliation.EventsOf(Listing(), Listed(1) with { StartedAt = Taken.AddMinutes(-5), AnsweredAt = Taken.AddMinutes(-4) });
        Assert.Equal(["call.started", "call.answered"], events.Select(told => told.Type));
        Assert.Equal([Taken.AddMinutes(-5), Taken.AddMinutes(-4)], events.Select(told => told.Header.Time));
        Assert.All(events, told => Assert.Equal(("gateway.snapshot s-1", Gateway), (told.Header.Origin, told.Header.Key.Source)));
        Assert.Equal(2, events.Select(told => told.Header.Fingerprint).Distinct().Count());
        Assert.Equal("synthetic, from gateway.snapshot s-1", Call.Replay(CallDecider.Open((CallEvents.Started)events[0], Taken).Facts).Timeline[0].Note);
    }

    [Theory]
    [InlineData(CallStatus.Initiated, "call.started")]
    [InlineData(CallStatus.Ringing, "call.started call.ringing")]
    [InlineData(CallStatus.InProgress, "call.started call.answered")]
    public void A_listed_call_is_as_far_as_its_gateway_says(CallStatus status, string types) =>
        Assert.Equal(types, string.Join(' ', Reconciliation.EventsOf(Listing(), Listed(1) with { Status = status }).Select(told => told.Type)));
}
