using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Tests.Host.CloudEvents;

public class GatewayEventsSpecs
{
    private static string Told(string type, string? data, string attributes = "\"time\":\"2026-05-17T10:00:00Z\"") =>
        $$"""{"specversion":"1.0","id":"s-1","source":"/gw","type":"{{type}}"{{(attributes.Length > 0 ? "," + attributes : "")}}{{(data is null ? "" : $",\"data\":{data}")}}}""";

    [Fact]
    public void A_snapshot_names_every_live_call()
    {
        var reading = Sample.Read(Told("gateway.snapshot", """
            {"calls":[{"callId":"CA1","direction":"inbound","from":"+1","to":"+2","startedAt":"2026-05-17T09:58:00Z","answeredAt":"2026-05-17T09:58:05.5Z","status":"answered","businessId":7},
                      {"callId":"CA2","direction":"outbound","from":"","to":"","status":"ringing","jobId":"9"},
                      {"callId":"CA3","direction":"inbound","from":"","to":"+2","more":[]}]}
            """));
        Assert.Empty(reading.Faults);
        Assert.Null(reading.Event);
        var snapshot = Assert.IsType<Snapshot>(reading.OfGateway);
        Assert.Equal((new EventKey("/gw", "s-1"), new DateTimeOffset(2026, 5, 17, 10, 0, 0, TimeSpan.Zero)), (snapshot.Key, snapshot.Time));
        Assert.Equal(
            [
                new LiveCall(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "+1", "+2") { BusinessId = new BusinessId(7) })
                {
                    StartedAt = new DateTimeOffset(2026, 5, 17, 9, 58, 0, TimeSpan.Zero),
                    AnsweredAt = new DateTimeOffset(2026, 5, 17, 9, 58, 5, 500, TimeSpan.Zero),
                    Status = CallStatus.InProgress,
                },
                new LiveCall(CallId.Parse("CA2"), new CallStart(CallDirection.Outbound, "", "") { JobId = new JobId(9) }) { Status = CallStatus.Ringing },
                new LiveCall(CallId.Parse("CA3"), new CallStart(CallDirection.Inbound, "", "+2")),
            ],
            snapshot.Calls.AsEnumerable());
    }

    [Fact]
    public void A_long_list_comes_in_parts() =>
        Assert.Equal("0a", ((Snapshot)Sample.Read(Told("gateway.snapshot", """{"part":"0a","calls":[]}""")).OfGateway!).Part);

    [Fact]
    public void A_gateway_without_calls_lists_none() => Assert.Empty(((Snapshot)Sample.Read(Told("gateway.snapshot", """{"calls":[]}""")).OfGateway!).Calls);

    [Theory]
    [InlineData(null, "/data")]
    [InlineData("[]", "/data")]
    [InlineData("{}", "/data/calls")]
    [InlineData("""{"calls":null}""", "/data/calls")]
    [InlineData("""{"calls":[],"calls":[]}""", "/data/calls")]
    [InlineData("""{"calls":[],"part":"A"}""", "/data/part")]
    [InlineData("""{"calls":[],"part":"00000"}""", "/data/part")]
    [InlineData("""{"calls":[],"part":1}""", "/data/part")]
    [InlineData("""{"calls":["CA1"]}""", "/data/calls/0 /data/calls/0/callId /data/calls/0/direction /data/calls/0/from /data/calls/0/to")]
    [InlineData(
        """{"calls":[{"callId":"CA1","direction":"inbound","from":"","to":"+1"},{"callId":"a b","direction":"up","from":"","to":"+1","status":"busy","startedAt":5}]}""",
        "/data/calls/1/callId /data/calls/1/direction /data/calls/1/startedAt /data/calls/1/status")]
    public void A_list_that_cannot_be_read_whole_ends_nobody(string? data, string pointers)
    {
        var reading = Sample.Read(Told("gateway.snapshot", data));
        Assert.Equal(pointers, reading.Pointers());
        Assert.Null(reading.OfGateway);
    }

    [Fact]
    public void A_list_says_when_it_was_taken_and_is_about_no_single_call()
    {
        Assert.Equal("/time", Sample.Read(Told("gateway.snapshot", """{"calls":[]}""", "")).Pointers());
        Assert.Equal("/time", Sample.Read(Told("gateway.snapshot", """{"calls":[]}""", "\"time\":\"noon\"")).Pointers());
        Assert.Equal("/subject", Sample.Read(Told("gateway.snapshot", """{"calls":[]}""", "\"time\":\"2026-05-17T10:00:00Z\",\"subject\":\"CA1\"")).Pointers());
    }

    [Fact]
    public void A_heartbeat_without_a_subject_is_that_of_the_gateway()
    {
        var reading = Sample.Read(Told("gateway.heartbeat", null, ""));
        Assert.Equal(new Alive(new EventKey("/gw", "s-1"), Sample.Arrival), reading.OfGateway);
        Assert.IsType<CallEvents.Heartbeat>(Sample.Read(Told("gateway.heartbeat", null, "\"subject\":\"CA1\"")).Event);
        Assert.Equal("/subject", Sample.Read(Told("gateway.heartbeat", null, "\"subject\":\"\"")).Pointers());
    }
}
