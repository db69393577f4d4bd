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
    };

    private static readonly CallRecord Booked = Ended with
    {
        Intents = IntentStash.Empty
            .With(new WriteIntent.RequestedSlot(Noon.AddDays(1)), null)
            .With(new WriteIntent.Appointment(new Slot(Noon.AddDays(1), Noon.AddDays(1).AddMinutes(30)), null, null, null, null), null),
    };

    private static readonly TracesOfCall Written = new(true, Noon.AddMinutes(1), true, "2026-03-02T12:00:00+00:00", "2026-03-02T12:00:00+00:00");

    [Theory]
    [InlineData(0, 0, 12, false)]
    [InlineData(0, 0, 12.1, true)]
    [InlineData(11, 0, 12.1, true)]
    [InlineData(0, 11, 12.1, true)]
    [InlineData(11, 11, 12.1, false)]
    public void Only_of_a_call_that_neither_its_gateway_nor_this_node_knows_for_long_nothing_can_be_forgotten(double started, double opened, double now, bool mayBe) =>
        Assert.Equal(mayBe, LedgerMemory.MayHaveForgotten(Ended with { StartedAt = Noon.AddHours(started), OpenedAt = Noon.AddHours(opened) }, Noon.AddHours(now)));

    [Fact]
    public void A_dead_letter_that_does_not_say_when_it_was_opened_is_as_old_as_its_gateway_says() =>
        Assert.Equal((true, false), (LedgerMemory.MayHaveForgotten(Ended with { OpenedAt = null }, Noon.AddHours(13)), LedgerMemory.MayHaveForgotten(Ended with { OpenedAt = null }, Noon)));

    [Fact]
    public void What_is_sure_by_one_nodes_clock_is_not_forgotten_by_anothers() => Assert.True(LedgerMemory.SureFor * 2 <= LedgerMemory.LeastKept);

    [Fact]
    public void A_call_whose_row_has_no_end_was_never_flushed()
    {
        Assert.Equal(PastFlush.Never, LedgerMemory.Judge(Booked, new TracesOfCall(false, null, false, null, null)));
        // An operator's snapshot.
        Assert.Equal(PastFlush.Never, LedgerMemory.Judge(Booked, Written with { HasEnd = false, EndedAt = null }));
    }

    [Fact]
    public void A_call_whose_rows_are_what_the_batch_would_make_them_was_flushed()
    {
        Assert.Equal(PastFlush.Committed, LedgerMemory.Judge(Booked, Written));
        Assert.Equal(PastFlush.Committed, LedgerMemory.Judge(Ended, Written));
        Assert.Equal(PastFlush.Committed, LedgerMemory.Judge(Ended with { EndedAt = Noon.AddMinutes(1).AddMilliseconds(999) }, Written));
    }

    [Fact]
    public void A_call_whose_rows_say_something_else_is_for_a_person_to_look_at() => Assert.All(
        new[]
        {
            Written with { EndedAt = Noon.AddMinutes(2) },
            Written with { EndedAt = Noon },
            Written with { EndedAt = null },
            Written with { HasSession = false },
            Written with { LastRequestedSlot = null },
            Written with { LastConfirmedSlot = "2026-03-02T13:00:00+00:00" },
        },
        traces => Assert.Equal(PastFlush.Unclear, LedgerMemory.Judge(Booked, traces)));

    [Fact]
    public void A_record_says_when_its_node_heard_of_the_call()
    {
        var opened = new CallFact.Opened(CallId.Parse("CA1"), new CallStart(CallDirection.Inbound, "+1", "+2"), Noon.AddDays(9), Noon);
        var record = Call.Replay([opened, new CallFact.Ended(EndReason.HungUp, null, CallStatus.Completed, Noon.AddDays(9), null)]).ToRecord();
        Assert.Equal((Noon, Noon), (record.OpenedAt, record.KnownSince));
    }
}
