using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Journal;

/// <summary>A partition in a cluster, of a node that may have stood still: what is asked of calls that are not there waits for a write to the log.</summary>
public sealed class WokenNodeSpecs : JournaledSpec
{
    private static readonly CallId Other = CallId.Parse("CA-elsewhere");

    public WokenNodeSpecs(ITestOutputHelper output) : base(output)
    {
        UntilReady();
        Watch(Supervisor);
        Sys.Stop(Supervisor);
        ExpectTerminated(Supervisor);
        Parts.Journals.Away(0, "restarting");
        Supervisor = StartSupervisor(Parts with { OutBy = () => Task.FromResult<string?>(null) });
        UntilReady();
        UntilAnswers();
    }

    /// <summary>Ready is said before the supervisor serves.</summary>
    private void UntilAnswers() => ExpectGone();

    private void StandStill() => Advance(LogProof.Lasts);

    private object AskOf(object message)
    {
        var asking = CreateTestProbe();
        Supervisor.Tell(message, asking.Ref);
        return asking.ExpectMsg<object>();
    }

    [Fact]
    public void What_was_just_written_to_needs_no_proof()
    {
        var entries = EntriesInLog();
        Tell(new CallEvents.Answered(Header(Other)));
        Loader.ExpectMsg<LoadContext>();
        Assert.IsType<CallUnknown>(AskOf(new GetCall(Other)));
        Assert.Equal(entries, EntriesInLog());
    }

    [Fact]
    public void After_a_silence_the_log_is_written_to_first_and_who_comes_meanwhile_keeps_his_place()
    {
        StandStill();
        Fail(StoreFault.StandsStill);
        Tell(Started(Other));
        Tell(new CallEvents.Answered(Header(Other)));
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
        Fail(StoreFault.None);
        AnswerLoad();
        Assert.Equal((CallOutcome.Applied, CallOutcome.Applied), (Reply().Outcome, Reply().Outcome));
        Assert.Equal(Other, Look(Other).Call.Id);
    }

    [Fact]
    public void Where_the_log_cannot_be_written_nobody_is_told_that_a_call_is_not_there_and_the_database_is_not_asked()
    {
        StandStill();
        Fail(StoreFault.RefusesWrites);
        Assert.Same(ProblemType.Overloaded, Ask(new CallEvents.Answered(Header(Other))).Problem!.Type);
        Assert.Same(ProblemType.Overloaded, Ask(Started(Other)).Problem!.Type);
        Assert.IsType<CallUnreadable>(AskOf(new GetCall(Other)));
        Assert.Same(ProblemType.Overloaded, Assert.IsType<CallReply>(AskOf(new CallCommands.EndCall(Other, null))).Problem!.Type);
        Loader.ExpectNoMsg(TimeSpan.FromMilliseconds(100));
    }

    [Fact]
    public void What_the_ledger_said_before_the_silence_is_told_only_after_a_write()
    {
        Tell(new CallEvents.Answered(Header(Other)));
        var asked = Loader.ExpectMsg<LoadContext>();
        StandStill();
        Fail(StoreFault.RefusesWrites);
        Loader.Reply(new ContextLoaded(asked.CallId, asked.Attempt, Found(), new StatementCost(1, TimeSpan.FromMilliseconds(2), 1)));
        Assert.Same(ProblemType.Overloaded, Reply().Problem!.Type);
        Fail(StoreFault.None);
        UntilBack();
        Tell(new CallEvents.Answered(Header(Other)));
        asked = Loader.ExpectMsg<LoadContext>();
        StandStill();
        Loader.Reply(new ContextLoaded(asked.CallId, asked.Attempt, Found(), new StatementCost(1, TimeSpan.FromMilliseconds(2), 1)));
        Assert.Same(ProblemType.UnknownCall, Reply().Problem!.Type);
    }
}
