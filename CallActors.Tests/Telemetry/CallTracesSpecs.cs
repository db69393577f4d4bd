using System.Diagnostics;
using CallActors.Messages;
using CallActors.Telemetry;
using Microsoft.Extensions.Time.Testing;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Telemetry;

/// <summary>What is said of an event and of a statement to whoever listens.</summary>
public sealed class CallTracesSpecs : IDisposable
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c", Span = "b7ad6b7169203331";
    private readonly FakeTimeProvider _time = new();
    private readonly ActivityListener _listener = new()
    {
        ShouldListenTo = source => source.Name == CallTraces.Name,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
    };

    public CallTracesSpecs() => ActivitySource.AddActivityListener(_listener);

    public void Dispose() => _listener.Dispose();

    private static Ringing Event(string id = "e-1") => new(new EventHeader(new EventKey("/gw", id), CallId.Parse("CA-1"), default));

    private Activity Process(string? traceParent)
    {
        var origin = CallTraces.OriginOf(traceParent, _time)!;
        _time.Advance(TimeSpan.FromSeconds(1));
        return CallTraces.Event(Event(), origin)!;
    }

    [Fact]
    public void An_event_belongs_to_the_trace_that_its_sender_is_in_from_when_it_was_taken()
    {
        var taken = _time.GetUtcNow();
        using var told = Process($"00-{Trace}-{Span}-01");
        Assert.Equal((Trace, Span, taken.UtcDateTime), (told.TraceId.ToHexString(), told.ParentSpanId.ToHexString(), told.StartTimeUtc));
        Assert.Equal(
            ["cloudevents.event_id=e-1", "cloudevents.event_source=/gw", "cloudevents.event_subject=CA-1", "cloudevents.event_type=call.ringing"],
            told.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order());
    }

    [Fact]
    public void Without_one_it_belongs_to_the_request_that_brought_it_and_not_to_the_one_that_let_it_go_on()
    {
        using var request = new Activity("request").Start();
        var origin = CallTraces.OriginOf("no trace", _time)!;
        Activity.Current = null;
        using var another = new Activity("another").Start();
        using var told = CallTraces.Event(Event(), origin)!;
        Assert.Equal((request.TraceId, request.SpanId), (told.TraceId, told.ParentSpanId));
    }

    [Fact]
    public void Without_either_it_is_a_trace_of_its_own()
    {
        var origin = CallTraces.OriginOf(null, _time)!;
        using var another = new Activity("another").Start();
        using var told = CallTraces.Event(Event(), origin)!;
        Assert.NotEqual(another.TraceId, told.TraceId);
        Assert.Equal(default, told.ParentSpanId);
    }

    [Fact]
    public void An_answer_is_an_error_where_it_is_the_services()
    {
        Assert.Equal((ActivityStatusCode.Unset, "applied", null), Answered(new CallReply(default, "e", CallOutcome.Applied)));
        Assert.Equal(
            (ActivityStatusCode.Unset, "refused", "unknown-call"), Answered(CallReply.Refuse(default, "e", new Problem(ProblemType.UnknownCall, "gone"))));
        Assert.Equal(
            (ActivityStatusCode.Error, "refused", "overloaded"), Answered(CallReply.Refuse(default, "e", new Problem(ProblemType.Overloaded, "too much"))));

        (ActivityStatusCode, object?, object?) Answered(CallReply reply)
        {
            using var told = Process(null);
            told.Answered(reply);
            return (told.Status, told.GetTagItem("callactors.outcome"), told.GetTagItem("error.type"));
        }
    }

    [Fact]
    public async Task A_statement_counts_its_calls_and_names_some_of_them()
    {
        var calls = Enumerable.Range(0, 200).Select(i => CallId.Parse($"CA-{i}")).ToList();
        using var another = new Activity("another").Start();
        var asked = await CallTraces.Together("load contexts", calls, call => call, () => Task.FromResult(Activity.Current!));
        Assert.Equal(("load contexts", 200, CallTraces.MostCallsNamed),
            (asked.OperationName, asked.GetTagItem("callactors.calls"), ((string[])asked.GetTagItem("callactors.call_ids")!).Length));
        Assert.Equal((true, default), (asked.IsStopped, asked.ParentSpanId));
        Assert.Same(another, Activity.Current);
    }

    [Fact]
    public async Task A_statement_that_fails_says_so_in_none_of_its_words_and_its_failure_goes_on()
    {
        Activity append = null!;
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => CallTraces.Appended("calls-7", 3, async () =>
        {
            append = Activity.Current!;
            await Task.Yield();
            throw new InvalidOperationException("the disk is full");
        }));
        Assert.Equal("the disk is full", failure.Message);
        Assert.Equal(
            (ActivityStatusCode.Error, null, "System.InvalidOperationException", "calls-7", 3, true),
            (append.Status, append.StatusDescription, append.GetTagItem("error.type"), append.GetTagItem("callactors.log"),
                append.GetTagItem("callactors.rows"), append.IsStopped));
    }
}
