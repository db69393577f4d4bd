using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Messages;
using CallActors.Telemetry;
using CallActors.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using static CallActors.Messages.CallEvents;

namespace CallActors.Tests.Host.Api;

/// <summary>Which events are sent on when, while starts of new calls stand in line.</summary>
public sealed class EventIntakeSpecs : IDisposable
{
    private const int Bound = 100_000;
    private readonly FakeTimeProvider _time = new();
    private readonly FakeCalls _calls = new();
    private readonly EventsInFlight _inFlight;
    private readonly StartGate _gate;
    private readonly EventIntake _intake;
    private readonly CallCounters _counters = new();
    private readonly SpecMeters _meters = new();
    private readonly List<(CallEvent Told, TaskCompletionSource<CallReply> Reply)> _sent = [];
    private readonly HashSet<string> _answeredAtOnce = [];
    private int _events;

    public EventIntakeSpecs()
    {
        _inFlight = new EventsInFlight(Bound, bearable: null, _time);
        _gate = new StartGate(() => _inFlight.OfAccepted, _time);
        _intake = new EventIntake(_calls, null!, _inFlight, _gate, _counters, new ReplyTimes(_meters, _time), _time, NullLogger<EventIntake>.Instance);
        _calls.OnSend = message =>
        {
            var reply = new TaskCompletionSource<CallReply>();
            _sent.Add(((CallEvent)message, reply));
            if (_answeredAtOnce.Contains(message.CallId.ToString())) Answer(_sent.Count - 1);
            return reply.Task;
        };
    }

    public void Dispose()
    {
        _gate.Dispose();
        _meters.Dispose();
    }

    private IEnumerable<string> Sent => _sent.Select(sent => $"{sent.Told.CallId} {sent.Told.Type}");

    private EventHeader Header(string call) => new(new EventKey("/gw", $"e-{_events++}"), CallId.Parse(call), _time.GetUtcNow());

    private Task<CallReply> Start(string call, bool isNew = true, CancellationToken cancel = default) =>
        _intake.Take(new Started(Header(call), new CallStart(CallDirection.Inbound, "+972541111111", "+97231111111")), isNew, cancel);

    private Task<CallReply> Ring(string call) => _intake.Take(new Ringing(Header(call)), true, CancellationToken.None);

    private void Answer(int index)
    {
        var (told, reply) = _sent[index];
        reply.SetResult(new CallReply(told.CallId, told.Header.Key.Id, CallOutcome.Applied, CallPhase.Live));
    }

    /// <summary>As many starts as may be in hand, none of them answered.</summary>
    private List<Task<CallReply>> Fill(int before = 0)
    {
        var starts = Enumerable.Range(before, StartGate.Least).Select(i => Start($"F{i}")).ToList();
        Assert.Equal(before + StartGate.Least, _sent.Count);
        return starts;
    }

    [Fact]
    public async Task Starts_stand_in_line_and_go_in_their_order_one_for_each_that_is_answered()
    {
        var filled = Fill();
        var (first, second) = (Start("CA-1"), Start("CA-2"));
        Assert.Equal(StartGate.Least, _sent.Count);
        Answer(7);
        Assert.Equal("F7", (await filled[7]).CallId.ToString());
        Assert.Equal(["CA-1 call.started"], Sent.Skip(StartGate.Least));
        Answer(StartGate.Least);
        Assert.Equal("CA-1", (await first).CallId.ToString());
        Assert.Equal(["CA-1 call.started", "CA-2 call.started"], Sent.Skip(StartGate.Least));
        Assert.False(second.IsCompleted);
    }

    /// <summary>Replies of the calls are counted with them.</summary>
    [Fact]
    public async Task What_the_edge_answers_by_itself_is_counted_for_what_it_is()
    {
        _calls.OnSend = _ => throw new TimeoutException();
        Assert.Equal(CallOutcome.Refused, (await Ring("CA-1")).Outcome);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => Start("CA-2", cancel: cancelled.Token));
        Assert.Equal((0, 1), (_counters.Applied, _counters.Refused));
        Assert.Equal([KeyValuePair.Create("overloaded", 1L)], _counters.RefusedFor);
    }

    [Fact]
    public async Task Events_of_accepted_calls_pass_beside_and_those_of_a_waiting_call_come_after_its_start()
    {
        Fill();
        Task<CallReply>[] waiting = [Start("CA-1"), Ring("CA-1"), Start("CA-1", isNew: false), Ring("CA-1")];
        _ = Ring("CA-accepted");
        _ = Start("CA-held", isNew: false);
        Assert.Equal(["CA-accepted call.ringing", "CA-held call.started"], Sent.Skip(StartGate.Least));
        Answer(0);
        string[] told = ["CA-1 call.started", "CA-1 call.ringing", "CA-1 call.started", "CA-1 call.ringing"];
        Assert.Equal(told, Sent.Skip(StartGate.Least + 2));

        // It waits no more: what is told of it now passes, though others wait.
        _ = Start("CA-2");
        _ = Ring("CA-1");
        Assert.Equal(["CA-1 call.ringing"], Sent.Skip(StartGate.Least + 2 + told.Length));
        for (var i = 0; i < waiting.Length; i++) Answer(StartGate.Least + 2 + i);
        Assert.Equal(told.Length, (await Task.WhenAll(waiting)).Select(reply => reply.EventId).Distinct().Count());
    }

    [Fact]
    public void As_many_starts_are_in_hand_as_events_of_accepted_calls()
    {
        for (var i = 0; i < StartGate.Least + 50; i++) _ = Ring("CA-accepted");
        for (var i = 0; i < StartGate.Least + 60; i++) _ = Start($"CA-{i}");
        Assert.Equal(StartGate.Least + 50, Sent.Count(told => told.EndsWith("started", StringComparison.Ordinal)));
    }

    /// <summary>Or gateways that tell a whole call at once would open the gate for themselves.</summary>
    [Fact]
    public void What_is_kept_behind_a_start_makes_no_room_for_it()
    {
        Fill();
        for (var i = 1; i <= 3; i++) _ = Start($"CA-{i}");
        for (var i = 0; i < 2 * StartGate.Least; i++) _ = Ring("CA-3");
        Answer(0);
        Assert.Equal(["CA-1 call.started"], Sent.Skip(StartGate.Least));
    }

    [Fact]
    public void A_start_that_is_told_again_does_not_stand_in_line_and_keeps_no_event_of_its_call()
    {
        Fill();
        _ = Start("CA-1");
        _ = Start("F3");
        _ = Ring("F3");
        Assert.Equal(["F3 call.started", "F3 call.ringing"], Sent.Skip(StartGate.Least));
        Answer(0);
        Assert.Equal("CA-1 call.started", Sent.Last());
        _ = Start("CA-2");
        _ = Start("CA-1");
        Assert.Equal(["CA-1 call.started", "CA-1 call.started"], Sent.Skip(StartGate.Least + 2));
    }

    [Fact]
    public async Task What_asks_for_all_calls_comes_after_those_that_stand_in_line()
    {
        Assert.True(_gate.Line().IsCompleted);
        Fill();
        _ = Start("CA-1");
        var line = _gate.Line();
        _ = Start("CA-2");
        Assert.False(line.IsCompleted);
        Answer(0);
        await line.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("CA-1 call.started", Sent.Last());
    }

    /// <summary>Or a CRM that does not answer would be a dam: each start may wait for it for seconds.</summary>
    [Fact]
    public void Starts_that_wait_for_the_CRM_make_room_for_others()
    {
        Fill();
        for (var i = 0; i < 2 * StartGate.Least + 1; i++) _ = Start($"CA-{i}");
        _time.Advance(StartGate.Work);
        Assert.Equal(StartGate.Least, _sent.Count);
        _time.Advance(StartGate.Work);
        Assert.Equal(2 * StartGate.Least, _sent.Count);

        // An answer that comes after its time makes no room a second time.
        for (var i = 0; i < StartGate.Least; i++) Answer(i);
        Assert.Equal(2 * StartGate.Least, _sent.Count);
        _time.Advance(StartGate.Work);
        _time.Advance(StartGate.Work);
        Assert.Equal(3 * StartGate.Least, _sent.Count);
        Answer(3 * StartGate.Least - 1);
        Assert.Equal(3 * StartGate.Least + 1, _sent.Count);
    }

    [Fact]
    public async Task A_line_that_stands_takes_no_more_calls_and_says_so_at_once()
    {
        for (var i = 0; i < 100 * StartGate.Least; i++) _ = Start($"CA-{i}");
        _time.Advance(StartGate.LongestWait + TimeSpan.FromMilliseconds(1));
        Assert.Equal(ProblemType.Overloaded, (await Start("CA-late")).Problem?.Type);

        // What is told of others is taken all the same.
        _ = Start("CA-held", isNew: false);
        _ = Ring("CA-accepted");
        Assert.Equal(["CA-held call.started", "CA-accepted call.ringing"], Sent.TakeLast(2));

        // Once the line has gone it takes calls again, and forms again.
        for (var i = 0; i < _sent.Count; i++) Answer(i);
        var sent = _sent.Count;
        var again = Fill(sent);
        _ = Start("CA-again");
        Assert.Equal(sent + StartGate.Least, _sent.Count);
        _time.Advance(StartGate.Work);
        _time.Advance(StartGate.Work);
        Assert.Equal("CA-again call.started", Sent.Last());
        Assert.All(again, start => Assert.False(start.IsCompleted));
    }

    /// <summary>Its gateway may have given up waiting, and goes on with the call.</summary>
    [Fact]
    public async Task What_nobody_waits_for_any_more_is_sent_in_its_turn_and_counts_no_more()
    {
        Fill();
        using var hungUp = new CancellationTokenSource();
        var waiting = Start("CA-1", cancel: hungUp.Token);
        var ringing = Ring("CA-1");
        Assert.Equal(1, _inFlight.OfAccepted);
        await hungUp.CancelAsync();
        Answer(0);
        Assert.Equal(["CA-1 call.started", "CA-1 call.ringing"], Sent.Skip(StartGate.Least));
        for (var i = 1; i < _sent.Count; i++) Answer(i);
        await Task.WhenAll(waiting, ringing);
        Assert.Equal(0, _inFlight.OfAccepted);
    }

    /// <summary>As many as there are: each that is answered at once lets the next one in.</summary>
    [Fact]
    public async Task A_long_line_that_is_answered_at_once_is_served_to_its_end()
    {
        const int length = 20_000;
        Fill();
        var line = Enumerable.Range(0, length).Select(i =>
        {
            _answeredAtOnce.Add($"CA-{i}");
            return Start($"CA-{i}");
        }).ToList();
        Answer(0);
        Assert.Equal(length, (await Task.WhenAll(line)).Length);
        Assert.Equal(StartGate.Least + length, _sent.Count);
    }

    [Fact]
    public async Task What_nobody_waits_for_any_more_has_waited_all_the_same()
    {
        var waits = new List<double>();
        using var listener = _meters.Hear(waits.Add);
        using var stop = new CancellationTokenSource();
        var ring = _intake.Take(new Ringing(Header("A")), true, stop.Token);
        _time.Advance(TimeSpan.FromSeconds(1));
        await stop.CancelAsync();
        _sent[0].Reply.SetCanceled(stop.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ring);
        Assert.Equal([1.0], waits);
    }

    [Fact]
    public void What_waits_for_a_context_or_an_end_says_nothing_of_how_long_events_wait()
    {
        var inFlight = new EventsInFlight(Bound, TimeSpan.FromMilliseconds(5), _time);
        using var gate = new StartGate(() => inFlight.OfAccepted, _time);
        var intake = new EventIntake(
            _calls, null!, inFlight, gate, new CallCounters(), new ReplyTimes(new SpecMeters(), _time), _time, NullLogger<EventIntake>.Instance);
        Begin("A");
        for (var i = 0; i < 100; i++)
        {
            intake.Take(new Ringing(Header($"A{i}")), true, CancellationToken.None);
            intake.Take(new Ended(Header($"B{i}"), CallStatus.Busy, null, null), true, CancellationToken.None);
        }

        _time.Advance(TimeSpan.FromMilliseconds(50));
        for (var i = 0; i < 300; i++) Answer(i);
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(400, Begin("C"));

        int Begin(string calls)
        {
            for (var i = 0; i < 100; i++)
                intake.Take(
                    new Started(Header($"{calls}{i}"), new CallStart(CallDirection.Inbound, "+972541111111", "+97231111111")), true, CancellationToken.None);
            return _sent.Count;
        }
    }
}
