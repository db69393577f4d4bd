using Akka.Actor;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Tests.Actors;

/// <summary>What a client may hold and start, counted by the sessions there are.</summary>
public sealed class AdmissionSpecs(ITestOutputHelper output) : TestKit("akka.loglevel = WARNING", output: output)
{
    private IActorRef Admission(CallLimits? limits = null) => Sys.ActorOf(Props.Create<AdmissionActor>(limits ?? CallLimits.Default));

    private static Admit Of(IActorRef session, string? client, int? live = null, int? rate = null, bool held = false) =>
        new(session) { Client = client, Limits = new ClientLimits(live, rate), IsHeld = held };

    private Problem? Ask(IActorRef admission, Func<IActorRef, Admit> admit, out IActorRef session)
    {
        var probe = CreateTestProbe();
        session = probe.Ref;
        admission.Tell(admit(probe.Ref));
        return probe.ExpectMsg<object>() is NotAdmitted refused ? refused.Problem : null;
    }

    [Fact]
    public void A_client_holds_as_many_calls_as_it_may_and_one_more_when_one_is_gone_however_it_went()
    {
        var admission = Admission();
        Assert.Null(Ask(admission, session => Of(session, "a", live: 2), out var first));
        Assert.Null(Ask(admission, session => Of(session, "a", live: 2), out var second));
        var refused = Ask(admission, session => Of(session, "a", live: 2), out _)!;
        Assert.Equal((ProblemType.TooManyCalls, true), (refused.Type, refused.RetryAfter > TimeSpan.Zero));
        Assert.Contains("'a'", refused.Detail, StringComparison.Ordinal);
        Assert.Null(Ask(admission, session => Of(session, "b", live: 2), out _));
        Assert.Null(Ask(admission, session => Of(session, null), out _));

        // One dies without a word, one ends and waits for its commit.
        Sys.Stop(first);
        AwaitAssert(() => Assert.Null(Ask(admission, session => Of(session, "a", live: 2), out _)));
        Assert.NotNull(Ask(admission, session => Of(session, "a", live: 2), out _));
        admission.Tell(new Release(second));
        Assert.Null(Ask(admission, session => Of(session, "a", live: 2), out _));
    }

    [Fact]
    public void A_call_of_an_earlier_life_counts_and_is_not_refused_whatever_the_limit()
    {
        var admission = Admission(new CallLimits(2, null));
        var held = new IActorRef[4];
        for (var i = 0; i < held.Length; i++) Assert.Null(Ask(admission, session => Of(session, "a", held: true), out held[i]));
        Assert.Contains("holds 4 calls", Ask(admission, session => Of(session, null), out _)!.Detail, StringComparison.Ordinal);

        // Two more than the limit have to be gone before there is room, and its key still has one.
        foreach (var over in held[..2]) admission.Tell(new Release(over));
        Assert.NotNull(Ask(admission, session => Of(session, null), out _));
        admission.Tell(new Release(held[2]));
        Assert.Contains("'a' holds 1 calls", Ask(admission, session => Of(session, "a", live: 1), out _)!.Detail, StringComparison.Ordinal);
        Assert.Null(Ask(admission, session => Of(session, "a", live: 2), out _));
    }

    [Fact]
    public void A_call_of_an_earlier_life_counts_though_many_wait_for_their_commit()
    {
        var admission = Admission(new CallLimits(1, null));
        for (var i = 0; i < AdmissionActor.LeastWaiting; i++) admission.Tell(new Release(CreateTestProbe()));
        Assert.Null(Ask(admission, session => Of(session, null, held: true), out _));
    }

    [Fact]
    public void Few_that_wait_for_their_commit_keep_nobody_out_and_many_do()
    {
        var admission = Admission(new CallLimits(1, null));
        for (var i = 0; i < AdmissionActor.LeastWaiting; i++)
        {
            Assert.Null(Ask(admission, session => Of(session, null), out var ended));
            admission.Tell(new Release(ended));
        }

        Assert.Equal(ProblemType.Overloaded, Ask(admission, session => Of(session, null), out _)!.Type);
    }

    [Fact]
    public void A_call_that_is_over_takes_no_place_of_those_that_are_live()
    {
        var admission = Admission(new CallLimits(1, null));
        Assert.Null(Ask(admission, session => Of(session, "a", live: 1) with { IsOver = true }, out var over));
        Assert.Null(Ask(admission, session => Of(session, "a", live: 1), out _));
        admission.Tell(new Release(over));
        Assert.Equal(ProblemType.TooManyCalls, Ask(admission, session => Of(session, null), out _)!.Type);
        Assert.Null(Ask(admission, session => Of(session, "a", live: 1, rate: 1) with { IsOver = true }, out _));
    }

    [Fact]
    public void More_starts_than_a_client_may_make_in_a_second_are_told_when_to_come_again()
    {
        var admission = Admission();
        var probes = Enumerable.Range(0, 50).Select(_ => CreateTestProbe()).ToArray();
        foreach (var probe in probes) admission.Tell(Of(probe.Ref, "a", rate: 1));
        var answers = probes.Select(probe => probe.ExpectMsg<object>()).ToArray();
        Assert.IsType<Admitted>(answers[0]);
        var refused = answers.OfType<NotAdmitted>().ToArray();
        Assert.InRange(refused.Length, 30, 49);
        Assert.All(refused, answer => Assert.InRange(answer.Problem.RetryAfter!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(2)));

        // Another client, and calls that are no starts, have nothing to do with it.
        Assert.Null(Ask(admission, session => Of(session, "b", rate: 1), out _));
        Assert.Null(Ask(admission, session => Of(session, "a", rate: 1, held: true), out _));
        AwaitAssert(() => Assert.Null(Ask(admission, session => Of(session, "a", rate: 1), out _)));
    }
}
