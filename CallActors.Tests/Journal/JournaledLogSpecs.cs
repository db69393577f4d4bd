using CallActors.Journal;
using CallActors.Messages;
using Xunit.Abstractions;

namespace CallActors.Tests.Journal;

/// <summary>What becomes of the log itself: short while calls are long, whole while its store is not.</summary>
public sealed class JournaledLogSpecs(ITestOutputHelper output) : JournaledSpec(output)
{
    /// <summary>After so many brief calls the log is not yet due for a trim, and after one more it is.</summary>
    private const int BriefBeforeTrim = 4;

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
        UntilLogHolds(atMost: 60);
        Restart();
        AwaitAssert(() => Assert.Equal(before with { LastHeardAt = Look().Call.LastHeardAt }, Look().Call));
        Writer.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
    }

    [Fact]
    public void A_call_that_talks_for_hours_is_written_anew_and_does_not_hold_the_log()
    {
        UntilReady();
        InLive();
        for (var i = 0; i < 6 * OpenCalls.LongestHistory; i++)
        {
            Ask(new CallEvents.Noted(Header(), $"so far {i}", null, null));
            Advance(CutTurns.Again(1));
        }

        UntilLogHolds(atMost: 2 * OpenCalls.LongestHistory);
        var before = Look().Call;
        Restart();
        AwaitAssert(() => Assert.Equal(before with { LastHeardAt = Look().Call.LastHeardAt }, Look().Call));
    }

    /// <summary>
    /// One write brings the answer that kills the session, and the closing entry for which the log is trimmed: it asks a session that is about to be gone.
    /// </summary>
    [Fact]
    public void A_session_that_fails_with_the_log_s_question_unread_does_not_hold_the_log()
    {
        var (closing, other) = (CallId.Parse("closing"), CallId.Parse("other"));
        UntilReady();
        InLive();
        InLive(other);
        TakeBriefCalls(BriefBeforeTrim);
        InLive(closing);
        Ask(EndedWith(call: closing));
        var batch = ExpectFlush();
        // Not due yet: 17 of what was written are needed no more, and 21 when that call is closed; 20 make a trim due.
        AwaitAssert(() => Assert.Equal(24, EntriesInLog()));
        Fail(StoreFault.StandsStill);
        Tell(new CallEvents.Noted(Header(call: other), "keeps the log writing", null, null));
        UntilAppended(other);
        Tell(new CallEvents.Noted(Header(), "the last", null, null));
        Tell(new Poison(Header()));
        UntilAppended(Id);
        Commit(batch);
        UntilAppended(closing);
        Fail(StoreFault.None);
        foreach (var _ in (int[])[1, 2, 3]) Reply();
        AwaitAssert(() => Assert.Equal(1, Counters.SessionFailures));

        Advance(TimeSpan.FromSeconds(1));
        TakeBriefCalls(40, first: BriefBeforeTrim);
        UntilLogHolds(atMost: 60);
    }

    /// <summary>What is long is deleted in portions, with waits between them.</summary>
    private void UntilLogHolds(int atMost, int atLeast = 1) => AwaitAssert(() =>
    {
        Advance(CutTurns.Again(1));
        Assert.InRange(EntriesInLog(), atLeast, atMost);
    });

    /// <summary>A session appends by way of its supervisor, who is asked twice: what the first answer found done has then gone on to the journal.</summary>
    private void UntilAppended(CallId call)
    {
        Look(call);
        Look(call);
    }

    [Fact]
    public void A_store_that_deletes_nothing_is_left_alone_for_a_while()
    {
        UntilReady();
        InLive();
        Fail(StoreFault.RefusesDeletions);
        TakeBriefCalls(20);
        AwaitAssert(() => Assert.Equal(1, FaultyJournal.RefusedDeletions(Sys)));
        TakeBriefCalls(20, first: 20);
        Assert.Equal(1, FaultyJournal.RefusedDeletions(Sys));

        Advance(CutTurns.AfterFailure - TimeSpan.FromSeconds(1));
        TakeBriefCalls(1, first: 60);
        Assert.Equal(1, FaultyJournal.RefusedDeletions(Sys));
        Fail(StoreFault.None);
        Advance(TimeSpan.FromSeconds(1));
        for (var i = 40; i < 60; i++)
        {
            Advance(CutTurns.Again(1));
            TakeBriefCalls(1, first: i);
        }

        UntilLogHolds(atMost: 60);
    }

    /// <summary>The entry with which its history became too long is kept, and the journal dies with the answer: the next one has to ask.</summary>
    [Fact]
    public void A_call_whose_history_was_too_long_when_the_journal_died_is_written_anew()
    {
        UntilReady();
        InLive();
        var inLog = 2;
        for (; inLog < OpenCalls.LongestHistory; inLog++) Ask(new CallEvents.Noted(Header(), $"so far {inLog}", null, null));
        Fail(StoreFault.LosesAnswers);
        Assert.Equal(503, Ask(new CallEvents.Noted(Header(), "too long", null, null)).Problem!.Type.Status);
        Fail(StoreFault.None);
        UntilBack();

        for (var i = 0; i < 2 * OpenCalls.LongestHistory; i++)
        {
            Ask(new CallEvents.Noted(Header(), $"later {i}", null, null));
            Advance(CutTurns.Again(1));
        }

        UntilLogHolds(atMost: 2 * OpenCalls.LongestHistory);
    }

    [Fact]
    public void A_closing_entry_that_was_lost_does_not_keep_the_log_from_being_trimmed()
    {
        UntilReady();
        LoseClosingEntry();
        TakeBriefCalls(40);

        UntilLogHolds(atMost: 60, atLeast: 0);
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
