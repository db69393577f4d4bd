using System.Text.Json;
using System.Text.Json.Nodes;
using CallActors.Domain;
using CallActors.Host.Gateways.Asterisk;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Messages;
using static CallActors.Messages.CallEvents;
using static CallActors.Tests.Fixtures.FakeAsterisk;

namespace CallActors.Tests.Host.Gateways.Asterisk;

public sealed class AriEventsSpecs
{
    private static readonly DateTimeOffset At = new(2026, 11, 22, 17, 44, 24, 123, TimeSpan.Zero);

    private static CallbackReading Read(JsonObject told)
    {
        using var document = JsonDocument.Parse(told.ToJsonString());
        return AriEvents.Read(document.RootElement, "callactors", At.AddHours(1));
    }

    private static CallEvent[] EventsOf(JsonObject told) => Read(told) is { Notice: { } notice } ? [.. notice.Events()] : [];

    private static JsonArray Args(params string[] args) => new([.. args.Select(arg => JsonValue.Create(arg))]);

    [Fact]
    public void A_call_comes_in()
    {
        var events = EventsOf(
            Event("StasisStart", At, Channel("1763833464.12", At, data: "callactors,businessId=7"), ("args", Args("businessId=7", "tenant=x", "plain"))));
        Assert.Equal(["call.started", "call.ringing"], events.Select(told => told.Type));
        Assert.Equal(new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100") { BusinessId = new BusinessId(7) }, ((Started)events[0]).Start);
        Assert.All(events, told => Assert.Equal(("1763833464.12", Source, At), (told.CallId.Value, told.Header.Key.Source, told.Header.Time)));
    }

    [Fact]
    public void A_call_that_was_placed_says_so_and_may_say_of_whom()
    {
        var channel = Channel("c", At, "Down");
        channel["connected"]!["number"] = "+97235550100";
        var start = (
            (Started)EventsOf(
            Event("StasisStart", At, channel, ("args", Args("direction=outbound", "jobId=3", "leadId=4", "callLogId=5", "parentCallId=p"))))[0]).Start;
        Assert.Equal(
            new CallStart(CallDirection.Outbound, "+97235550100", "+972501234567")
            {
                JobId = new JobId(3),
                LeadId = new LeadId(4),
                CallLogId = new CallLogId(5),
                ParentCallId = CallId.Parse("p"),
            },
            start);
        channel["channelvars"] = new JsonObject
        {
            ["CALLACTORS_DIRECTION"] = "outbound",
            ["CALLACTORS_TO"] = "+1",
            ["CALLACTORS_FROM"] = "+2",
            ["OTHER"] = "x"
        };
        Assert.Equal(new CallStart(CallDirection.Outbound, "+2", "+1"), ((Started)EventsOf(Event("StasisStart", At, channel, ("args", Args())))[0]).Start);
    }

    [Fact]
    public void Numbers_of_digits_only_may_be_given_their_prefix_in_events_and_in_lists()
    {
        var channel = Channel("c", At);
        (channel["caller"]!["number"], channel["dialplan"]!["exten"]) = ("972501234567", "97235550100");
        using var told = JsonDocument.Parse(Event("StasisStart", At, channel, ("args", Args())).ToJsonString());
        using var list = JsonDocument.Parse(new JsonArray(channel.DeepClone()).ToJsonString());
        var expected = new CallStart(CallDirection.Inbound, "+972501234567", "+97235550100");
        Assert.Equal(expected, AriEvents.Read(told.RootElement, "callactors", At, new NumberPrefix("+")).Notice!.Start);
        Assert.Equal(expected, AriRest.SnapshotOf(list.RootElement, "callactors", Source, At, new NumberPrefix("+")).Calls.Single().Start);
        Assert.Equal("97235550100", AriEvents.Read(told.RootElement, "callactors", At).Notice!.Start!.To);
    }

    [Theory]
    [InlineData("Down", "call.started")]
    [InlineData("Ringing", "call.started call.ringing")]
    [InlineData("Up", "call.started call.answered")]
    public void A_state_in_the_application_tells_of_the_start_too(string state, string types) =>
        Assert.Equal(types, string.Join(' ', EventsOf(Event("ChannelStateChange", At, Channel("c", At, state))).Select(told => told.Type)));

    [Fact]
    public void A_channel_elsewhere_starts_nothing()
    {
        Assert.Equal(["call.answered"], EventsOf(Event("ChannelStateChange", At, Channel("c", At, "Up", app: "Dial"))).Select(told => told.Type));
        Assert.Equal(["call.answered"], EventsOf(Event("ChannelStateChange", At, Channel("c", At, "Up", data: "another"))).Select(told => told.Type));
    }

    [Theory]
    [InlineData(16, "Up", CallStatus.Completed)]
    [InlineData(38, "Up", CallStatus.Completed)]
    [InlineData(17, "Ringing", CallStatus.Busy)]
    [InlineData(18, "Ringing", CallStatus.NoAnswer)]
    [InlineData(19, "Ringing", CallStatus.NoAnswer)]
    [InlineData(20, "Down", CallStatus.NoAnswer)]
    [InlineData(21, "Ringing", CallStatus.Failed)]
    [InlineData(1, "Down", CallStatus.Failed)]
    [InlineData(16, "Ring", CallStatus.Canceled)]
    [InlineData(0, "Ringing", CallStatus.Canceled)]
    [InlineData(26, "Ringing", CallStatus.Canceled)]
    [InlineData(127, "Ring", CallStatus.Canceled)]
    [InlineData(127, "Ringing", CallStatus.Failed)]
    public void The_cause_and_the_state_tell_how_it_ended(int cause, string state, CallStatus status)
    {
        var ended = (Ended)EventsOf(Event("ChannelDestroyed", At, Channel("c", At, state, app: ""), ("cause", cause), ("cause_txt", "x"))).Single();
        Assert.Equal((status, cause == 16 ? null : $"Q.850 {cause}"), (ended.Status, ended.Reason));
    }

    [Theory]
    [InlineData("played", GreetingOutcome.Played)]
    [InlineData("skipped", GreetingOutcome.Skipped)]
    [InlineData("failed", GreetingOutcome.Failed)]
    public void A_variable_ends_the_greeting(string value, GreetingOutcome outcome)
    {
        var told = EventsOf(Event("ChannelVarset", At, Channel("c", At, "Up"), ("variable", "CALLACTORS_GREETING"), ("value", value))).Single();
        Assert.Equal(outcome, ((GreetingFinished)told).Outcome);
    }

    [Theory]
    [InlineData("ChannelDtmfReceived")]
    [InlineData("StasisEnd")]
    [InlineData("ChannelHold")]
    public void Others_say_that_it_is_alive(string type) =>
        Assert.IsType<Heartbeat>(EventsOf(Event(type, At, Channel("c", At, "Up"), ("digit", "7"))).Single());

    [Fact]
    public void What_is_of_no_use_is_let_pass()
    {
        JsonObject[] useless =
        [
            Event("PlaybackStarted", At, null), Event("ChannelHangupRequest", At, Channel("c", At)),
            Event("ChannelVarset", At, Channel("c", At), ("variable", "X"), ("value", "played")),
            Event("ChannelVarset", At, Channel("c", At), ("variable", "CALLACTORS_GREETING"), ("value", "so so")),
            Event("StasisStart", At, Channel("c", At), ("application", "another")),
            new JsonObject(),
        ];
        Assert.All(useless, told => Assert.True(Read(told) is { Notice: null, Faults.IsEmpty: true, Why: not null }, told.ToJsonString()));
        var snoop = Channel("c", At);
        snoop["name"] = "Snoop/1-00000001";
        Assert.NotNull(Read(Event("StasisStart", At, snoop, ("args", Args()))).Why);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        var channel = Channel("two words", At);
        channel["dialplan"]!["exten"] = "";
        var faults = Read(Event("StasisStart", At, channel, ("args", Args("jobId=x", "direction=up")))).Faults;
        Assert.Equal(["/args/direction", "/args/to", "/channel/id"], faults.Select(fault => fault.Pointer).Order());
        Assert.Equal("/args/jobId", Read(Event("StasisStart", At, Channel("c", At), ("args", Args("jobId=x")))).LeftOut.Single().Pointer);
        Assert.Equal("/channel/id", Read(Event("ChannelDestroyed", At, null)).Faults.Single().Pointer);
    }

    [Fact]
    public void An_event_has_one_key_and_another_has_another()
    {
        JsonObject[] told =
        [
            Event("ChannelStateChange", At, Channel("c", At, "Ringing", app: "")), Event("ChannelStateChange", At, Channel("c", At, "Up", app: "")),
            Event("ChannelStateChange", At.AddMilliseconds(1), Channel("c", At, "Up", app: "")),
            Event("ChannelStateChange", At, Channel("d", At, "Up", app: "")),
            Event("ChannelDtmfReceived", At, Channel("c", At), ("digit", "1")), Event("ChannelDtmfReceived", At, Channel("c", At), ("digit", "2")),
        ];
        Assert.Equal(told.Length, told.Select(one => EventsOf(one).Single().Header.Key).Distinct().Count());
        Assert.All(told, one => Assert.Equal(EventsOf(one).Single().Header.Key, EventsOf(one).Single().Header.Key));
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("""[{"id":"c1"},{"id":"two words"},{"id":""},{"name":"Snoop/1-00000001"}]""", null)]
    [InlineData("[5]", "5 in the place of a channel")]
    [InlineData("""[{"id":"c1"},null]""", "nothing in the place of a channel")]
    [InlineData("""[[{"id":"c1"}]]""", "an array in the place of a channel")]
    [InlineData("""[{"id":"c1"},{"name":"PJSIP/1"}]""", "nothing in the place of a channel's id")]
    [InlineData("""[{"id":null}]""", "nothing in the place of a channel's id")]
    [InlineData("""[{"id":17}]""", "17 in the place of a channel's id")]
    [InlineData("""[{"id":"\ud800"}]""", "a string that is no Unicode text in the place of a channel's id")]
    public void A_list_is_one_if_all_its_channels_have_an_id(string list, string? fault)
    {
        using var document = JsonDocument.Parse(list);
        Assert.Equal(fault, AriRest.FaultIn(document.RootElement));
    }

    [Fact]
    public void A_list_of_channels_starts_those_of_the_application_and_keeps_the_others()
    {
        var snoop = Channel("s", At);
        snoop["name"] = "Snoop/1-00000001";
        var list = new JsonArray(Channel("in", At, "Up", "callactors,jobId=3"), Channel("out", At, "Up", app: "Queue"), Channel("no id", At), snoop);
        using var document = JsonDocument.Parse(list.ToJsonString());
        var snapshot = AriRest.SnapshotOf(document.RootElement, "callactors", Source, At.AddMinutes(1));
        Assert.Equal([("in", false, At), ("out", true, null)], snapshot.Calls.Select(call => (call.CallId.Value, call.StartsNone, call.StartedAt)));
        Assert.Equal(new JobId(3), snapshot.Calls[0].Start.JobId);
        var found = CallActors.Domain.Reconciliation.Of(
            snapshot, [new KnownCall(CallId.Parse("out"), Source, CallPhase.Live, At), new KnownCall(CallId.Parse("gone"), Source, CallPhase.Live, At)]);
        Assert.Equal(["gone"], found.ToEnd.Select(call => call.Value));
        Assert.Equal(["in"], found.ToStart.Select(call => call.CallId.Value));
        Assert.Empty(CallActors.Domain.Reconciliation.Of(snapshot with { Calls = [snapshot.Calls[1]] }, []).ToStart);
    }
}
