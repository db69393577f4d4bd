using System.Collections.Concurrent;
using System.Diagnostics;
using CallActors.Messages;
using CallActors.Telemetry;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.CloudEvents;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Api;

/// <summary>Within which trace an event is told, by the way that it comes.</summary>
public sealed class EventTraceSpecs : GatewayFixture
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c", Parent = $"00-{Trace}-b7ad6b7169203331-01";
    private readonly ConcurrentQueue<Activity> _told = [];
    private readonly string _call = $"CA-{Guid.NewGuid():N}";
    private readonly ActivityListener _listener;

    public EventTraceSpecs()
    {
        Calls.OnSend = message => Task.FromResult(new CallReply(message.CallId, (message as CallEvent)?.Header.Key.Id, CallOutcome.Applied));
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is CallTraces.Name or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,

            // Other specs' services in this process are heard as well.
            ActivityStopped = activity =>
            {
                if (_call.Equals(activity.GetTagItem("cloudevents.event_subject"))) _told.Enqueue(activity);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public override async Task DisposeAsync()
    {
        _listener.Dispose();
        await base.DisposeAsync();
    }

    private string Event(string id, string attributes = "") =>
        Sample.Event("call.answered", null, attributes).Replace("CA1", _call, StringComparison.Ordinal).Replace("e-1", id, StringComparison.Ordinal);

    [Fact]
    public async Task Over_HTTP_it_is_within_the_requests_trace_alone_and_in_a_batch()
    {
        Client.DefaultRequestHeaders.Add("traceparent", Parent);
        Assert.Equal(200, (await Post("/v1/events", Structured(Event("a")))).Status);
        Assert.Equal(200, (await Post("/v1/events", Batch(Event("b"), Event("c")))).Status);
        Assert.Equal([Trace, Trace, Trace], _told.Select(activity => activity.TraceId.ToHexString()));

        // One of a batch is not within another, but both within what brought them.
        var batch = _told.Skip(1).Select(activity => activity.ParentSpanId).Distinct().ToList();
        Assert.Single(batch);
        Assert.DoesNotContain(batch[0], _told.Select(activity => activity.SpanId));
    }

    [Fact]
    public async Task What_the_event_says_itself_goes_before()
    {
        Assert.Equal(200, (await Post("/v1/events", Structured(Event("a", $"\"traceparent\":\"{Parent}\"")))).Status);
        Assert.Equal(Trace, Assert.Single(_told).TraceId.ToHexString());
    }

    [Fact]
    public async Task Over_a_socket_it_is_not_within_the_request_that_opened_it()
    {
        await using var socket = await SocketGateway.ConnectAsync(Client.BaseAddress!);
        await socket.Send(Event("a"));
        await socket.Send(Event("b", $"\"traceparent\":\"{Parent}\""));
        await socket.Receive(2);
        Assert.Equal(default, _told.Single(activity => "a".Equals(activity.GetTagItem("cloudevents.event_id"))).ParentSpanId);
        Assert.Equal(Trace, _told.Single(activity => "b".Equals(activity.GetTagItem("cloudevents.event_id"))).TraceId.ToHexString());
    }
}
