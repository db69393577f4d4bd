using CallActors.Domain;
using CallActors.Messages;
using CsCheck;

namespace CallActors.Tests.Domain;

public class CallSpecs
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    private static readonly CallFact.Opened Opened = new(
        CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "+972541234567", "+97235550100"), Start, Start);

    private static readonly CallContext Context = new(
        Opened.CallId, CallDirection.Inbound, new BusinessProfile(new BusinessId(1), "Salon X", "+97235550100"),
        new CustomerProfile(new LeadId(7), "Dana Levi", "Dana", null, null, "+972541234567"), null, "Hello Dana", null, ContextSource.Database);

    [Fact]
    public void A_call_goes_from_loading_over_greeting_and_live_to_flushing()
    {
        Assert.Equal(CallPhase.Loading, Replay().Phase);
        Assert.Equal(CallPhase.Greeting, Replay(new CallFact.ContextGiven(Context, Start)).Phase);
        Assert.Equal(CallPhase.Live, Replay(new CallFact.ContextGiven(Context, Start), new CallFact.WentLive("played", Start)).Phase);
        Assert.Equal(CallPhase.Flushing, Replay(new CallFact.ContextGiven(Context, Start), Ended(9)).Phase);
        Assert.Equal(CallPhase.Flushing, Replay(Ended(9)).Phase);
    }

    [Fact]
    public void A_context_that_comes_late_or_again_does_not_move_the_call()
    {
        Assert.Equal(CallPhase.Live, Replay(new CallFact.WentLive("guard", Start), new CallFact.ContextGiven(Context, Start)).Phase);
        Assert.Equal(CallPhase.Flushing, Replay(Ended(9), new CallFact.ContextGiven(Context, Start)).Phase);
    }

    [Fact]
    public void A_call_that_ended_does_not_come_to_life_again() =>
        Assert.Equal(CallPhase.Flushing, Replay(Ended(9), new CallFact.WentLive("guard", Start)).Phase);

    [Fact]
    public void States_are_equal_whichever_way_they_came_about()
    {
        var later = Start.AddSeconds(9);
        var call = Replay();
        var ended = call with
        {
            AnsweredAt = Start,
            AnswerHeardAt = later,
            AnswerSequence = 3,
            EndedAt = later,
            EndReason = EndReason.HungUp,
            EndDetail = "bye",
            ReportedSeconds = 9
        };
        var other = call with { ReportedSeconds = 9 } with { EndDetail = "bye" } with { EndReason = EndReason.HungUp } with { EndedAt = later };

        Assert.Equal(ended, other with { AnswerSequence = 3, AnswerHeardAt = later, AnsweredAt = Start });
        Assert.Equal((Start, later, later, EndReason.HungUp, "bye", 9),
            (ended.AnsweredAt, ended.AnswerHeardAt, ended.EndedAt, ended.EndReason, ended.EndDetail, ended.ReportedSeconds));
        Assert.NotEqual(ended, other with { AnsweredAt = Start });
        Assert.Equal(call,
            ended with
            {
                AnsweredAt = null,
                AnswerHeardAt = null,
                AnswerSequence = null,
                EndedAt = null,
                EndReason = null,
                EndDetail = null,
                ReportedSeconds = null
            });
        Assert.Equal(call, call with { Source = "a", OpenedAt = later } with { Source = call.Source, OpenedAt = call.OpenedAt });
        Assert.NotEqual(call, call with { StartedAt = later });
    }

    [Fact]
    public void An_event_heard_is_a_duplicate_from_then_on()
    {
        var key = new EventKey("gateway", "e-1");
        var call = Replay(Heard(key.Fingerprint(), "call.ringing", 3));

        Assert.True(call.HasSeen(key.Fingerprint()));
        Assert.False(call.HasSeen(new EventKey("gateway", "e-2").Fingerprint()));
        Assert.Equal(Start.AddSeconds(3), call.LastHeardAt);
        Assert.Equal("call.ringing", Assert.Single(call.Timeline).What);
    }

    [Fact]
    public void The_latest_event_time_is_kept_whatever_comes_after() =>
        Assert.Equal(Start.AddSeconds(9), Replay(Heard(1, "call.ringing", 9), Heard(2, "call.answered", 4)).LastEventAt);

    [Fact]
    public void A_heartbeat_moves_the_idle_clock_and_no_more()
    {
        var call = Replay(Heard(1, "gateway.heartbeat", 30));

        Assert.Equal(Start.AddSeconds(30), call.LastHeardAt);
        Assert.Empty(call.Timeline);
    }

    [Fact]
    public void Heartbeats_are_remembered_beside_the_other_events_and_push_none_of_them_out()
    {
        var beats = Enumerable.Range(10, Call.SeenCapacity + 10).Select(n => Heard((ulong)n, "gateway.heartbeat", n)).ToList();
        var call = Call.Replay([Opened, Heard(1, "call.noted", 3), .. beats]);

        Assert.Equal([1UL], call.Seen);
        Assert.Equal(Call.HeartbeatCapacity, call.SeenHeartbeats.Count);
        Assert.Equal(beats[^1].Fingerprint, call.SeenHeartbeats[^1]);
        Assert.Equal(Call.HeartbeatCapacity + 1, call.ToRecord().SeenEvents.Count);
    }

    [Fact]
    public void The_oldest_events_are_forgotten_beyond_the_capacity()
    {
        var call = Call.Replay([Opened, .. Enumerable.Range(0, Call.SeenCapacity + 1).Select(n => Heard((ulong)n, "call.ringing", n))]);

        Assert.Equal(Call.SeenCapacity, call.Seen.Count);
        Assert.Equal(1UL, call.Seen[0]);
    }

    [Fact]
    public void The_timeline_is_never_longer_than_its_capacity_and_its_last_line_is_the_end()
    {
        var call = Call.Replay([Opened, .. Enumerable.Range(0, Call.TimelineCapacity + 5).Select(n => Heard((ulong)n, "call.noted", n)), Ended(900)]);

        Assert.Equal(Call.TimelineCapacity, call.Timeline.Count);
        Assert.Equal("ended", call.Timeline[^1].What);
    }

    [Theory]
    [InlineData(null, 60, null, 60)]
    [InlineData(20, 60, null, 40)]
    [InlineData(20, 60, 37, 37)]
    [InlineData(60, 20, null, 0)]
    public void A_call_lasts_from_its_answer_to_its_end_unless_the_gateway_says_otherwise(int? answered, int ended, int? reported, int seconds)
    {
        var facts = answered is { } at ? new CallFact[] { Answered(at), Ended(ended, reported) } : [Ended(ended, reported)];

        Assert.Equal(seconds, Replay(facts).DurationSeconds);
        Assert.Null(Replay().DurationSeconds);
    }

    [Fact]
    public void It_was_answered_once() => Assert.Equal(Start.AddSeconds(5), Replay(Answered(5), Answered(9)).AnsweredAt);

    [Fact]
    public void A_second_end_may_say_more_of_the_status() =>
        Assert.Equal(CallStatus.Busy, Replay(Ended(60), Ended(61, status: CallStatus.Busy)).Status);

    [Theory]
    [InlineData(60, null, 50, null, 60)]
    [InlineData(60, null, 70, null, 70)]
    [InlineData(60, 58, 61, null, 58)]
    [InlineData(60, 58, 61, 57, 58)]
    [InlineData(60, 58, 61, 59, 59)]
    public void A_second_end_makes_no_call_shorter(int first, int? firstReported, int second, int? secondReported, int seconds) =>
        Assert.Equal(seconds, Replay(Ended(first, firstReported), Ended(second, secondReported, CallStatus.Failed)).DurationSeconds);

    [Fact]
    public void What_was_stashed_is_in_the_record_of_the_call()
    {
        var call = Replay(
            new CallFact.ContextGiven(Context, Start), Heard(5, "call.noted", 1),
            new CallFact.Stashed(new WriteIntent.Summary("s"), 3), Answered(2), Ended(62));
        var record = call.ToRecord();

        Assert.Equal(call.Stash, record.Intents);
        Assert.Equal([new WriteIntent.Summary("s")], record.Intents.Standing);
        Assert.Equal((new BusinessId(1), new LeadId(7), CallStatus.Completed, 60), (record.BusinessId, record.LeadId, record.Status, record.DurationSeconds));
        Assert.Equal([5UL], record.SeenEvents);
        Assert.True(record.Final);
        Assert.False(call.ToRecord(final: false).Final);
    }

    [Fact]
    public void A_call_begins_with_being_opened()
    {
        Assert.Throws<InvalidOperationException>(() => Call.Apply(null, Ended(1)));
        Assert.Throws<InvalidOperationException>(() => Call.Replay([]));
    }

    [Fact]
    public void A_restored_call_stands_as_it_stood_whatever_was_before()
    {
        var call = Replay(new CallFact.ContextGiven(Context, Start), Heard(5, "call.noted", 1), Answered(2));

        Assert.Same(call, Call.Apply(null, new CallFact.Restored(call)));
        Assert.Same(call, Call.Apply(Replay(Ended(9)), new CallFact.Restored(call)));
        Assert.Equal(Replay(Answered(2), Ended(9)), Call.Replay([new CallFact.Restored(Replay(Answered(2))), Ended(9)]));
    }

    private sealed record Unheard : CallFact;

    [Fact]
    public void A_fact_nobody_knows_is_not_swallowed() => Assert.Throws<InvalidOperationException>(() => Call.Apply(Replay(), new Unheard()));

    [Fact]
    public void The_live_state_is_the_replayed_state() => Facts.Array[0, 30].Sample(facts =>
    {
        var live = Call.Apply(null, Opened);
        foreach (var fact in facts) live = Call.Apply(live, fact);

        Assert.Equal(live, Replay(facts));
        Assert.Equal(live.GetHashCode(), Replay(facts).GetHashCode());
    });

    private static Gen<CallFact> Facts => Gen.Select(Gen.Int[0, 5], Gen.Int[0, 20]).Select((kind, n) => (CallFact)(kind switch
    {
        0 => Heard((ulong)n, "call.noted", n),
        1 => new CallFact.ContextGiven(Context, Start.AddSeconds(n)),
        2 => Answered(n),
        3 => new CallFact.WentLive("played", Start.AddSeconds(n)),
        4 => new CallFact.Stashed(new WriteIntent.Summary($"{n}"), n % 2 == 0 ? n : null),
        _ => Ended(n, n % 3 == 0 ? n : null, (CallStatus)(3 + (n % 5))),
    }));

    private static Call Replay(params CallFact[] facts) => Call.Replay([Opened, .. facts]);

    private static CallFact.Heard Heard(ulong fingerprint, string type, int second) =>
        new(fingerprint, type, Start.AddSeconds(second), Start.AddSeconds(second), null);

    private static CallFact.StatusAdvanced Answered(int second) => new(CallStatus.InProgress, Start.AddSeconds(second), Start.AddSeconds(second));

    private static CallFact.Ended Ended(int second, int? reported = null, CallStatus status = CallStatus.Completed) =>
        new(EndReason.HungUp, null, status, Start.AddSeconds(second), reported);
}
