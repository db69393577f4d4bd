using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Tests.Domain;

public sealed class LedgerMemorySpecs
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CallRecord Ended = new(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "+1", "+2"), Noon)
    {
        OpenedAt = Noon,
        EndedAt = Noon.AddMinutes(1),
        Status = CallStatus.Completed,
        DurationSeconds = 60,
    };

    private static readonly CallRecord Booked = Ended with
    {
        Intents = IntentStash.Empty
            .With(new WriteIntent.RequestedSlot(Noon.AddDays(1)), null)
            .With(new WriteIntent.Appointment(new Slot(Noon.AddDays(1), Noon.AddDays(1).AddMinutes(30)), null, null, null, null), null)
            .With(new WriteIntent.Name("Dana", null, null), null)
            .With(new WriteIntent.Summary("said"), null)
            .With(new WriteIntent.Transcription("all that was said"), null)
            .With(new WriteIntent.RecordingUrl("https://recordings/1"), null),
    };

    private static readonly TracesOfCall.CallLogTrace Bare = new(true, Noon.AddMinutes(1), "completed", 60);
    private static readonly TracesOfCall.SessionTrace NoMarkers = new(null, null);
    private static readonly TracesOfCall.SessionTrace Markers = new("2026-03-02T12:00:00+00:00", "2026-03-02T12:00:00+00:00");
    private static readonly TracesOfCall.CallLogTrace Full = Bare with
    {
        HasCustomerName = true,
        HasSummary = true,
        HasTranscription = true,
        HasRecordingUrl = true,
        Appointments = 1
    };

    [Theory]
    [InlineData(0, 0, 60, false)]
    [InlineData(0, 0, 60.1, true)]
    [InlineData(59, 0, 60.1, true)]
    [InlineData(0, 59, 60.1, true)]
    [InlineData(59, 59, 60.1, false)]
    public void Only_of_a_call_that_neither_its_gateway_nor_this_node_knows_for_long_nothing_can_be_forgotten(
        double started, double opened, double now, bool mayBe) =>
        Assert.Equal(
            mayBe, LedgerMemory.MayHaveForgotten(Ended with { StartedAt = Noon.AddHours(started), OpenedAt = Noon.AddHours(opened) }, Noon.AddHours(now)));

    [Fact]
    public void A_dead_letter_that_does_not_say_when_it_was_opened_is_as_old_as_its_gateway_says() =>
        Assert.Equal((true, false),
            (LedgerMemory.MayHaveForgotten(Ended with { OpenedAt = null }, Noon.AddHours(61)),
            LedgerMemory.MayHaveForgotten(Ended with { OpenedAt = null }, Noon)));

    [Fact]
    public void What_is_sure_by_one_nodes_clock_is_not_forgotten_by_anothers_and_a_CRM_that_is_away_for_two_days_makes_no_call_unsure() =>
        Assert.Equal((TimeSpan.FromHours(12), TimeSpan.FromHours(60)), (LedgerMemory.LeastKept - LedgerMemory.SureFor, LedgerMemory.SureFor));

    [Fact]
    public void A_call_that_has_no_row_or_one_without_an_end_was_never_flushed()
    {
        Assert.Equal(PastFlush.Never, LedgerMemory.Judge(Booked, new TracesOfCall(null, null)));
        // An operator's snapshot.
        Assert.Equal(PastFlush.Never, LedgerMemory.Judge(Booked, new TracesOfCall(Full with { HasEnd = false, EndedAt = null }, Markers)));
    }

    [Fact]
    public void A_call_that_has_a_session_and_no_row_may_have_lost_it() =>
        Assert.Equal(PastFlush.Unclear, LedgerMemory.Judge(Booked, new TracesOfCall(null, Markers)));

    [Fact]
    public void A_call_whose_rows_have_all_that_the_batch_holds_was_flushed() => Assert.All(
        new (CallRecord Record, TracesOfCall.CallLogTrace Call, TracesOfCall.SessionTrace Session)[]
        {
            (Booked, Full, Markers),
            (Ended, Bare, NoMarkers),
            // What this batch does not have somebody else may have brought.
            (Ended, Full, Markers),
            (Ended with { EndedAt = Noon.AddMinutes(1).AddMilliseconds(999) }, Bare, NoMarkers),
            // A later end was told, and committed with this batch's in one.
            (Booked, Full with { EndedAt = Noon.AddMinutes(2), DurationSeconds = 120, Status = "busy" }, Markers),
        },
        written => Assert.Equal(PastFlush.Committed, LedgerMemory.Judge(written.Record, new TracesOfCall(written.Call, written.Session))));

    [Fact]
    public void A_call_that_has_an_end_and_lacks_anything_of_the_batch_is_for_a_person_to_look_at()
    {
        Assert.All(
            new[]
            {
                Full with { EndedAt = Noon },
                Full with { EndedAt = null },
                Full with { Status = "in-progress" },
                Full with { Status = "queued" },
                Full with { Status = null },
                Full with { DurationSeconds = 59 },
                Full with { DurationSeconds = null },
                Full with { HasCustomerName = false },
                Full with { HasSummary = false },
                Full with { HasTranscription = false },
                Full with { HasRecordingUrl = false },
                Full with { Appointments = 0 },
            },
            call => Assert.Equal(PastFlush.Unclear, LedgerMemory.Judge(Booked, new TracesOfCall(call, Markers))));
        Assert.All(
            new[] { null, NoMarkers, Markers with { LastRequestedSlot = null }, Markers with { LastConfirmedSlot = "2026-03-02T13:00:00+00:00" } },
            session => Assert.Equal(PastFlush.Unclear, LedgerMemory.Judge(Booked, new TracesOfCall(Full, session))));
        Assert.Equal(PastFlush.Unclear, LedgerMemory.Judge(Ended with { CustomerName = "Dana" }, new TracesOfCall(Bare, NoMarkers)));
    }

    [Fact]
    public void A_record_says_when_its_node_heard_of_the_call()
    {
        var opened = new CallFact.Opened(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "+1", "+2"), Noon.AddDays(9), Noon);
        var record = Call.Replay([opened, new CallFact.Ended(EndReason.HungUp, null, CallStatus.Completed, Noon.AddDays(9), null)]).ToRecord();
        Assert.Equal((Noon, Noon), (record.OpenedAt, record.KnownSince));
    }
}
