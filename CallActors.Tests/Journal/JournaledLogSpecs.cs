using CallActors.Journal;
using CallActors.Messages;
using Xunit.Abstractions;

namespace CallActors.Tests.Journal;

/// <summary>What becomes of the log itself: short while calls are long, whole while its store is not.</summary>
public sealed class JournaledLogSpecs(ITestOutputHelper output) : JournaledSpec(output)
{
    [Fact]
    public void A_closing_entry_that_could_not_be_kept_is_made_up_for()
    {
        UntilReady();
        LoseClosingEntry();
        Restart();
        var again = ExpectFlush();
        Commit(again, attempt: 0);
        ExpectGone();
        Restart();
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void A_long_call_in_a_stream_of_short_ones_does_not_hold_the_log()
    {
        UntilReady();
        InLive();
        Ask(new CallEvents.Noted(Header(), "from the beginning", null, null));
        TakeBriefCalls(40);

        var before = Look().Call;
        AwaitAssert(() => Assert.InRange(EntriesInLog(), 1, 60));
        Restart();
        AwaitAssert(() => Assert.Equal(before with { LastHeardAt = Look().Call.LastHeardAt }, Look().Call));
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_call_that_talks_for_hours_is_written_anew_and_does_not_hold_the_log()
    {
        UntilReady();
        InLive();
        for (var i = 0; i < 6 * OpenCalls.LongestHistory; i++) Ask(new CallEvents.Noted(Header(), $"so far {i}", null, null));
        AwaitAssert(() => Assert.InRange(EntriesInLog(), 1, 2 * OpenCalls.LongestHistory));
        var before = Look().Call;
        Restart();
        AwaitAssert(() => Assert.Equal(before with { LastHeardAt = Look().Call.LastHeardAt }, Look().Call));
    }

    [Fact]
    public void A_closing_entry_that_was_lost_does_not_keep_the_log_from_being_trimmed()
    {
        UntilReady();
        LoseClosingEntry();
        TakeBriefCalls(40);

        AwaitAssert(() => Assert.InRange(EntriesInLog(), 0, 60));
    }

    [Fact]
    public void Whether_there_is_a_call_is_not_known_before_its_log_has_been_read()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.RefusesWrites);
        Ask(new CallEvents.Heartbeat(Header()));
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Gateway.Send(Supervisor, new CallQueries.GetCall(CallId.Parse("CA-elsewhere")));
        Gateway.ExpectMsg<CallQueries.CallUnreadable>();
        Assert.Equal(Id, Look().Call.Id);
    }

    [Fact]
    public void What_would_be_written_into_a_store_that_is_gone_is_refused()
    {
        var isThere = true;
        UntilReady();
        Restart(() => isThere);
        InLive();
        isThere = false;
        Assert.Equal(503, Ask(new CallEvents.Noted(Header(), "lost?", null, null)).Problem!.Type.Status);
        isThere = true;
        UntilBack();
        AwaitAssert(() => Assert.Equal(CallOutcome.Applied, Ask(new CallEvents.Noted(Header(), "kept", null, null)).Outcome));
    }
}
