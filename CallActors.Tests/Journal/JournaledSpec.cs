using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Tests.Actors;
using Xunit.Abstractions;
using static CallActors.Actors.JournalMessages;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Tests.Journal;

/// <summary>Sessions with a log behind them, and a store that fails on cue.</summary>
public abstract class JournaledSpec(ITestOutputHelper output)
    : CallSpec(output, ConfigurationFactory.ParseString(FaultyJournal.Hocon), journaled: true, leastWaste: 20)
{
    /// <summary>Each look moves the clock: seldom ones, as the library has them, would not come to the end of a back-off.</summary>
    protected static readonly TimeSpan OftenEnough = TimeSpan.FromMilliseconds(20);

    /// <summary>An event that no decision knows: what a defect looks like to a session.</summary>
    private protected sealed record Poison(EventHeader Header) : CallEvents.CallEvent(Header)
    {
        public override string Type => "poison";
    }

    /// <summary>The log is read before the first call is taken.</summary>
    protected void UntilReady() => AwaitCondition(() => Parts.Journals.IsAvailable);

    private protected void Fail(StoreFault fault) => FaultyJournal.Set(Sys, fault);

    /// <summary>Moves the clock until the journal has come back from its back-off.</summary>
    protected void UntilBack() => AwaitCondition(
        () =>
        {
            Advance(TimeSpan.FromMilliseconds(500));
            return Parts.Journals.IsAvailable;
        },
        TimeSpan.FromSeconds(10),
        OftenEnough);

    /// <summary>As if the process had died: a new supervisor, and nothing but the log to start from.</summary>
    protected void Restart(Func<bool>? journalIsThere = null, BusyBook? busy = null)
    {
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);
        Parts.Journals.Away(0, "restarting");
        Supervisor = StartSupervisor(Parts with { JournalIsThere = journalIsThere ?? (() => true), Busy = busy ?? Parts.Busy });
        UntilReady();
    }

    /// <summary>Calls that come, end and are closed, one after the other.</summary>
    protected void TakeBriefCalls(int calls, int first = 0, BusinessProfile? of = null)
    {
        for (var i = first; i < first + calls; i++)
        {
            var brief = CallId.Parse($"brief-{i}");
            InLive(brief, Found(of, Dana));
            Ask(EndedWith(call: brief));
            Commit(ExpectFlush());
            ExpectGone(brief);
        }
    }

    /// <summary>A call that is committed while the store takes no closing entry.</summary>
    protected void LoseClosingEntry()
    {
        InLive();
        Ask(EndedWith());
        var batch = ExpectFlush();
        Fail(StoreFault.RefusesWrites);
        Commit(batch);
        AwaitCondition(() => !Parts.Journals.IsAvailable);
        Fail(StoreFault.None);
        UntilBack();
        ExpectGone();
    }

    protected int EntriesInLog()
    {
        var counting = CreateTestProbe();
        var counter = Sys.ActorOf(Props.Create<LogCounter>("calls-0", counting.Ref));
        var count = counting.ExpectMsg<int>();
        Sys.Stop(counter);
        return count;
    }

    private protected IActorRef SessionOf(TestProbe supervisor, CallCell cell, SessionParts? parts = null)
    {
        var session = supervisor.ChildActorOf(CallSessionActor.PropsOf(parts ?? Parts));
        session.Tell(new Take(cell));
        return session;
    }

    /// <summary>One that has its context and whose opening stands in the log.</summary>
    private protected IActorRef OpenedSessionOf(TestProbe supervisor, CallCell cell)
    {
        var session = SessionOf(supervisor, cell);
        session.Tell(Started(), Gateway.Ref);
        AnswerLoad();
        supervisor.FishForMessage<Append>(append => append.Number == 1);
        session.Tell(new Appended(1, 1));
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
        return session;
    }

    protected void KillAndWait(IActorRef session)
    {
        Watch(session);
        session.Tell(Kill.Instance);
        ExpectTerminated(session);
    }

    [Fact]
    public void A_session_that_fails_learns_from_the_log_what_became_of_its_last_append()
    {
        UntilReady();
        InLive();
        Ask(new CallEvents.Noted(Header(), "kept", null, null));
        Tell(new Poison(Header()));
        Assert.Same(ProblemType.Failed, Reply().Problem!.Type);
        AwaitAssert(() => Assert.Equal(1, Counters.SessionFailures));
        Advance(TimeSpan.FromSeconds(1));
        AwaitAssert(() => Assert.Equal(CallOutcome.Applied, Ask(new CallEvents.Heartbeat(Header())).Outcome));
        Assert.Equal(1, Ask(EndedWith()).Stashed);
    }
}
