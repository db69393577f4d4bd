using Akka.Actor;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>A call and the limits it starts under: its node's and its business's.</summary>
public sealed class AdmittedCallSpecs(ITestOutputHelper output) : CallSpec(output)
{
    [Fact]
    public void The_node_s_limit_is_held_by_live_actors()
    {
        var other = CallId.Parse("CA-2");
        var limited = StartSupervisor(PartsWith(new CallLimits(1, null)));
        limited.Tell(Started(), Gateway.Ref);
        AnswerLoad();
        Reply();
        limited.Tell(Started(other), Gateway.Ref);
        var refused = Reply();
        Assert.Same(ProblemType.TooManyCalls, refused.Problem!.Type);
        Assert.NotNull(refused.Problem.RetryAfter);

        limited.Tell(EndedWith(), Gateway.Ref);
        Reply();
        Commit(ExpectFlush());
        AwaitAssert(() =>
        {
            limited.Tell(Started(other), Gateway.Ref);
            var load = Loader.ExpectMsg<LoadContext>(TimeSpan.FromSeconds(1));
            Assert.Equal(other, load.CallId);
        });
    }

    [Fact]
    public void A_call_that_waits_for_the_database_takes_nobody_s_place()
    {
        var limited = StartSupervisor(PartsWith(new CallLimits(1, null)));
        limited.Tell(Started(), Gateway.Ref);
        AnswerLoad();
        Reply();
        limited.Tell(EndedWith(), Gateway.Ref);
        Reply();
        ExpectFlush();
        limited.Tell(Started(CallId.Parse("CA-2")), Gateway.Ref);
        AnswerLoad();
        Assert.Equal(CallOutcome.Applied, Reply().Outcome);
    }

    [Fact]
    public void A_business_s_limit_refuses_the_next_call()
    {
        var other = CallId.Parse("CA-2");
        Supervisor = StartSupervisor(PartsWith(new CallLimits(100, 1)));
        InGreeting();
        Assert.Same(ProblemType.TooManyCalls, InGreeting(other).Problem!.Type);

        Ask(EndedWith());
        Assert.Equal(CallOutcome.Applied, InGreeting(other).Outcome);
    }

    [Fact]
    public void A_call_whose_reload_finds_its_business_counts_there_and_no_more_where_it_was()
    {
        var other = CallId.Parse("CA-2");
        Supervisor = StartSupervisor(PartsWith(new CallLimits(100, 1)));
        InGreeting();
        Tell(new ReloadContext(Id));
        AnswerLoad(Found(Salon with { Id = new BusinessId(8), Name = "Spa" }));
        Assert.Equal("Spa", Reply().Context!.Business.Name);
        Assert.Equal(CallOutcome.Applied, InGreeting(other).Outcome);
        Assert.Same(ProblemType.TooManyCalls, InGreeting(CallId.Parse("CA-3"), Found(Salon with { Id = new BusinessId(8) })).Problem!.Type);
    }

    [Fact]
    public void A_call_that_waits_for_an_admission_which_waits_for_its_partition_does_not_hold_that_up()
    {
        var businesses = StartBefore();
        AnswerLoad();
        businesses.ExpectMsg<AdmissionMessages.AdmitToBusiness>();
        Tell(new CallEvents.Ringing(Header()));
        Supervisor.Tell(SessionMessages.StopPartition.Instance);
        Assert.Equal((503, 503), (Reply().Problem!.Type.Status, Reply().Problem!.Type.Status));
        ExpectTerminated(Supervisor);
    }

    [Fact]
    public void A_call_that_still_loads_as_its_partition_moves_is_not_asked_for_admission()
    {
        var businesses = StartBefore();
        var load = Loader.ExpectMsg<LoadContext>();
        Supervisor.Tell(SessionMessages.StopPartition.Instance);

        // Its supervisor has told the session before it answers this.
        Tell(new CallQueries.GetCall(Id));
        Gateway.ExpectMsg<CallQueries.CallUnreadable>();
        Loader.Reply(new ContextLoaded(load.CallId, load.Attempt, Found(), new StatementCost(1, TimeSpan.Zero, 1)));
        Assert.Equal(503, Reply().Problem!.Type.Status);
        businesses.ExpectNoMsg(TimeSpan.Zero);
        ExpectTerminated(Supervisor);
    }

    [Fact]
    public void A_start_that_no_admission_answers_is_told_to_come_again()
    {
        var businesses = StartBefore();
        AnswerLoad();
        for (var asked = 0; asked < 3; asked++)
        {
            businesses.ExpectMsg<AdmissionMessages.AdmitToBusiness>();
            UntilAlarmIsSet();
            Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Same(ProblemType.Overloaded, Reply().Problem!.Type);
        ExpectGone();
    }

    /// <summary>A call is started whose business's admission answers what the spec says, and nothing by itself; the end of its partition is watched.</summary>
    private Akka.TestKit.TestProbe StartBefore()
    {
        var businesses = CreateTestProbe();
        Supervisor = StartSupervisor(Parts with { Businesses = businesses });
        Watch(Supervisor);
        Tell(Started());
        return businesses;
    }
}
