using CallActors.Domain;
using CallActors.Messages;
using CsCheck;
using static CallActors.Tests.Domain.CallScripts;

namespace CallActors.Tests.Domain;

public sealed class CallDeciderSpecs
{
    private readonly Run _run = new();

    private static Slot At(int halfHours, int length = 1) => new(Noon.AddMinutes(30 * halfHours), Noon.AddMinutes(30 * (halfHours + length)));

    [Fact]
    public void For_any_script_of_events_the_replayed_state_is_the_live_state() => Script.Sample(script =>
    {
        var run = new Run();
        foreach (var told in script) run.Tell(told);
        Assert.Equal(run.Call, Call.Replay(run.Facts));
    });

    [Fact]
    public void For_any_script_the_status_never_goes_backwards_and_the_end_is_the_end() => Script.Sample(script =>
    {
        var run = new Run();
        foreach (var told in script)
        {
            var before = run.Call;
            var decision = run.Tell(told);
            Assert.True(run.Call.Status >= before.Status);
            Assert.True(run.Call.Phase >= before.Phase);
            if (before.Phase == CallPhase.Flushing && decision.Outcome == CallOutcome.Applied)
            {
                Assert.True(told is CallEvents.Ended && before.Status == CallStatus.Completed);
                Assert.Equal(before.Stash, run.Call.Stash);
            }

            if (decision.Outcome != CallOutcome.Applied) Assert.Equal(before, run.Call);
        }
    });

    [Fact]
    public void For_any_script_events_sent_twice_leave_what_they_leave_sent_once() => Script.Sample(script =>
    {
        var once = new Run();
        var twice = new Run();
        foreach (var told in script)
        {
            once.Tell(told);
            var first = twice.Tell(told);
            var second = twice.Tell(told);
            if (first.Outcome == CallOutcome.Applied) Assert.Equal(CallOutcome.Duplicate, second.Outcome);
        }

        Assert.Equal(once.Call, twice.Call);
    });

    [Fact]
    public void For_any_script_no_two_appointments_of_a_call_overlap() => Script.Sample(script =>
    {
        var run = new Run();
        foreach (var told in script) run.Tell(told);
        var slots = run.Call.Stash.Appointments.Select(appointment => appointment.Slot).OrderBy(slot => slot.Start).ToArray();
        for (var i = 1; i < slots.Length; i++) Assert.False(slots[i - 1].Overlaps(slots[i]));
    });

    [Fact]
    public void A_late_answer_does_not_bring_a_busy_call_back()
    {
        _run.Tell(new CallEvents.Ended(Header("1"), CallStatus.Busy, null, null));
        Assert.Same(ProblemType.CallEnded, _run.Tell(new CallEvents.Answered(Header("2"))).Problem!.Type);
        Assert.Equal(CallStatus.Busy, _run.Call.Status);
    }

    [Theory]
    [InlineData(EndReason.Idle, true)]
    [InlineData(EndReason.Lost, true)]
    [InlineData(EndReason.Operator, false)]
    [InlineData(EndReason.Drained, false)]
    [InlineData(EndReason.MaxDuration, false)]
    public void An_end_that_was_guessed_yields_to_the_word_of_the_gateway(EndReason reason, bool guessed)
    {
        _run.Tell(new CallEvents.Ringing(Header("1", seconds: 2)));
        _run.Keep(CallDecider.End(_run.Call, reason, null, Noon.AddMinutes(10)));
        var told = _run.Tell(new CallEvents.Ended(Header("2", seconds: 700), CallStatus.Completed, 690, "bye"));
        Assert.Equal(guessed ? CallOutcome.Applied : CallOutcome.Refused, told.Outcome);
        if (!guessed) return;
        Assert.Equal(
            (EndReason.HungUp, "bye", CallStatus.Completed, Noon.AddSeconds(700), 690),
            (_run.Call.EndReason!.Value, _run.Call.EndDetail, _run.Call.Status, _run.Call.EndedAt!.Value, _run.Call.DurationSeconds!.Value));
        Assert.Equal(_run.Call, Call.Replay(_run.Facts));
        Assert.Same(ProblemType.CallEnded, _run.Tell(new CallEvents.Ended(Header("3", seconds: 800), CallStatus.Completed, 790, null)).Problem!.Type);
    }

    [Fact]
    public void Ringing_that_comes_after_the_answer_is_taken_in_and_moves_nothing()
    {
        _run.Tell(new CallEvents.Answered(Header("1", seconds: 3)));
        Assert.Equal(CallOutcome.Applied, _run.Tell(new CallEvents.Ringing(Header("2", seconds: 1))).Outcome);
        Assert.Equal(CallStatus.InProgress, _run.Call.Status);
        Assert.Equal(Noon.AddSeconds(3), _run.Call.AnsweredAt);
    }

    [Theory]
    [InlineData(10, null, 50, 40)]
    [InlineData(null, null, 50, 50)]
    [InlineData(10, 38, 50, 38)]
    [InlineData(10, null, 5, 0)]
    public void The_duration_runs_from_the_answer_unless_the_gateway_reports_it(int? answered, int? reported, int ended, int expected)
    {
        if (answered is { } at) _run.Tell(new CallEvents.Answered(Header("1", seconds: at)));
        _run.Tell(new CallEvents.Ended(Header("2", seconds: ended), CallStatus.Completed, reported, null));
        Assert.Equal(expected, _run.Call.DurationSeconds);
    }

    [Fact]
    public void An_unusable_detected_name_is_applied_and_ignored_and_the_timeline_says_so()
    {
        var decision = _run.Tell(new CallEvents.NameDetected(Header("1"), "Customer", null, null));
        Assert.Equal(CallOutcome.Applied, decision.Outcome);
        Assert.Equal(0, _run.Call.Stash.Count);
        Assert.Contains(_run.Call.Timeline, entry => entry.What == "customer.name_detected" && entry.Note!.StartsWith("ignored", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("12345")]
    [InlineData("@@@@")]
    [InlineData("unknown")]
    public void A_first_name_is_not_lost_with_an_unusable_last_one(string last)
    {
        _run.Tell(new CallEvents.NameDetected(Header("1"), "Dana", last, null));
        Assert.Equal(new WriteIntent.Name("Dana", null, null), _run.Call.Stash.Find<WriteIntent.Name>());
        Assert.Contains(_run.Call.Timeline, entry => entry.Note == "without the last name: not usable as one");
    }

    [Theory]
    [InlineData("Dana", "unknown", "Levi")]
    [InlineData("Dana", "  ", null)]
    [InlineData("Ruth", "unknown", null)]
    public void A_last_name_is_not_lost_to_an_unusable_one_of_the_same_first_name(string first, string last, string? kept)
    {
        _run.Tell(new CallEvents.NameDetected(Header("1"), "Dana", "Levi", null));
        _run.Tell(new CallEvents.NameDetected(Header("2"), first, last, null));
        Assert.Equal(new WriteIntent.Name(first, kept, null), _run.Call.Stash.Find<WriteIntent.Name>());
    }

    [Theory]
    [InlineData(5, 9, 20)]
    [InlineData(9, 5, 10)]
    [InlineData(null, 9, 10)]
    [InlineData(9, null, 10)]
    [InlineData(9, 9, 10)]
    public void Of_two_answers_the_higher_sequence_wins_whichever_came_first(int? first, int? second, int answered)
    {
        _run.Tell(new CallEvents.Answered(Header("1", seconds: 10, sequence: first)));
        _run.Tell(new CallEvents.Answered(Header("2", seconds: 20, sequence: second)));
        _run.Tell(new CallEvents.Ended(Header("3", seconds: 60), CallStatus.Completed, null, null));
        Assert.Equal((Noon.AddSeconds(answered), 60 - answered), (_run.Call.AnsweredAt, _run.Call.DurationSeconds));
        Assert.Equal(_run.Call, Call.Replay(_run.Facts));
    }

    [Fact]
    public void Of_two_writes_of_one_field_the_higher_sequence_wins_whichever_came_first()
    {
        _run.Tell(new CallEvents.NameDetected(Header("1", sequence: 9), "דנה", null, null));
        _run.Tell(new CallEvents.NameDetected(Header("2", sequence: 10), "רות", null, null));
        _run.Tell(new CallEvents.NameDetected(Header("3", sequence: 2), "Yossi", null, null));
        Assert.Equal("רות", _run.Call.Stash.Find<WriteIntent.Name>()!.FirstName);
    }

    [Fact]
    public void A_confirmed_appointment_and_its_marker_are_stashed_and_go_when_it_is_cancelled()
    {
        var confirmed = _run.Tell(new CallEvents.AppointmentConfirmed(Header("1"), At(2), null, null, null, null));
        Assert.Equal("confirmed", confirmed.Slot!.State);
        Assert.Equal(At(2).Start, _run.Call.Stash.LastConfirmedStart);
        Assert.Equal("cancelled", _run.Tell(new CallEvents.AppointmentCancelled(Header("2"), At(2).Start)).Slot!.State);
        Assert.Equal(0, _run.Call.Stash.Count);
        Assert.Null(_run.Call.Stash.LastConfirmedStart);
    }

    [Fact]
    public void The_answer_says_what_the_slot_is_and_not_what_an_overtaken_event_wanted()
    {
        _run.Tell(new CallEvents.AppointmentConfirmed(Header("1", sequence: 5), At(2), null, null, null, null));
        var late = _run.Tell(new CallEvents.AppointmentConfirmed(Header("2", sequence: 3), At(2, length: 2), null, null, null, null));
        Assert.Equal(("confirmed", At(2).End), (late.Slot!.State, late.Slot.End));
        Assert.Equal("confirmed", _run.Tell(new CallEvents.AppointmentCancelled(Header("3", sequence: 4), At(2).Start)).Slot!.State);
        Assert.Contains(_run.Call.Timeline, entry => entry.Note?.Contains("overtaken", StringComparison.Ordinal) == true);

        _run.Tell(new CallEvents.AppointmentCancelled(Header("4", sequence: 20), At(6).Start));
        Assert.Equal("cancelled", _run.Tell(new CallEvents.AppointmentConfirmed(Header("5", sequence: 19), At(6), null, null, null, null)).Slot!.State);
    }

    [Fact]
    public void A_late_end_brings_its_reported_duration()
    {
        _run.Tell(new CallEvents.Ended(Header("1", seconds: 60), CallStatus.Completed, null, null));
        _run.Tell(new CallEvents.Ended(Header("2", seconds: 60), CallStatus.Busy, 99, null));
        Assert.Equal((CallStatus.Busy, 99), (_run.Call.Status, _run.Call.DurationSeconds));
    }

    [Fact]
    public void Asking_again_for_a_slot_the_call_holds_is_the_same_answer_even_when_its_time_has_come()
    {
        _run.Tell(new CallEvents.AppointmentConfirmed(Header("1"), At(2), null, null, null, null));
        var again = _run.Tell(new CallEvents.AppointmentConfirmed(Header("2", seconds: 2 * 3600), At(2), null, null, null, null));
        Assert.Equal((CallOutcome.Applied, "confirmed"), (again.Outcome, again.Slot!.State));
        Assert.Equal(1, _run.Call.Stash.Count);
    }

    [Fact]
    public void A_slot_that_overlaps_one_the_call_holds_is_refused_with_alternatives_clear_of_it()
    {
        _run.Tell(new CallEvents.AppointmentConfirmed(Header("1"), At(2, length: 2), null, null, null, null));
        var refused = _run.Tell(new CallEvents.AppointmentConfirmed(Header("2"), At(3), null, null, null, null));
        Assert.Same(ProblemType.SlotNotBookable, refused.Problem!.Type);
        Assert.Equal("overlap", refused.Problem.Reason);
        Assert.Equal(2, refused.Problem.Alternatives.Length);
        Assert.All(refused.Problem.Alternatives, slot => Assert.False(slot.Overlaps(At(2, length: 2))));
    }

    [Fact]
    public void A_slot_outside_the_hours_is_refused_and_leaves_nothing()
    {
        var refused = _run.Tell(new CallEvents.AppointmentRequested(Header("1"), At(-24), null));
        Assert.Same(ProblemType.SlotNotBookable, refused.Problem!.Type);
        Assert.Equal(0, _run.Call.Stash.Count);
        Assert.False(_run.Call.HasSeen(Header("1").Fingerprint));
    }

    [Fact]
    public void Without_any_known_hours_no_slot_is_promised()
    {
        _run.Keep(CallDecider.GiveContext(MinimalContext.Of(Id, _run.Call.Start, null), Noon));
        Assert.Equal(503, _run.Tell(new CallEvents.AppointmentRequested(Header("1"), At(2), null)).Problem!.Type.Status);
    }

    [Fact]
    public void A_reload_keeps_the_lead_the_call_locked_on_to()
    {
        var dana = new LeadRow(new LeadId(1), null, null, "Dana", null, null);
        var ruth = new LeadRow(new LeadId(2), null, null, "Ruth", null, null);
        _run.Keep(CallDecider.Reload(_run.Call, new LoadedCall(Salon, null, null, null, null, null, dana, null, null), Noon));
        Assert.Equal(dana.Id, _run.Call.Context!.Customer.LeadId);
        _run.Keep(CallDecider.Reload(_run.Call, new LoadedCall(Salon with { Name = "New" }, null, null, null, null, null, ruth, null, null), Noon));
        Assert.Equal(("New", dana.Id), (_run.Call.Context!.Business.Name, _run.Call.Context.Customer.LeadId));
        Assert.Contains("Dana", _run.Call.Context.Greeting, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fact_that_no_call_knows_throws()
    {
        Assert.Throws<InvalidOperationException>(() => Call.Apply(_run.Call, new Unheard()));
        Assert.Throws<InvalidOperationException>(() => Call.Apply(null, new CallFact.WentLive("played", Noon)));
    }

    [Fact]
    public void A_slot_confirmed_again_is_not_said_to_be_overtaken()
    {
        var slot = At(2);
        for (var i = 0; i < 2; i++) _run.Tell(new CallEvents.AppointmentConfirmed(Header($"again-{i}"), slot, null, null, null, null));
        Assert.DoesNotContain(_run.Call.Timeline, entry => entry.Note?.Contains("overtaken", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void A_call_remembers_a_bounded_number_of_events()
    {
        for (var i = 0; i < Call.SeenCapacity + 10; i++) _run.Tell(new CallEvents.Ringing(Header($"h{i}")));
        Assert.Equal(Call.SeenCapacity, _run.Call.Seen.Count);
        Assert.Equal(CallOutcome.Duplicate, _run.Tell(new CallEvents.Ringing(Header($"h{Call.SeenCapacity}"))).Outcome);
    }

    private sealed record Unheard : CallFact;

    [Fact]
    public void The_title_a_slot_was_asked_for_with_is_remembered_and_counts_for_nothing_yet()
    {
        var reply = _run.Tell(new CallEvents.AppointmentRequested(Header("1"), At(2), "Haircut"));
        Assert.Equal(("requested", 1), (reply.Slot!.State, _run.Call.Stash.Count));
        Assert.Equal("Haircut", _run.Call.Stash.RequestedTitleOf(At(2).Start));
    }
}
