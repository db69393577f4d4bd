using Akka.Actor;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Messages;
using Xunit.Abstractions;
using static CallActors.Messages.AdmissionMessages;
using static CallActors.Messages.PartitionMessages;

namespace CallActors.Tests.Actors;

/// <summary>A business's limit for all nodes: what is counted are calls that are held, whatever moves, dies or comes back meanwhile.</summary>
public sealed class BusinessCallsSpecs(ITestOutputHelper output) : TestKit(output: output)
{
    private const int Partitions = 2;
    private static readonly BusinessId Salon = new(7);

    [Fact]
    public void Nobody_is_admitted_before_every_partition_has_said_what_it_holds()
    {
        var (admission, partitions) = Start(limit: 2);
        var session = CreateTestProbe();
        Admit(admission, "CA-new", session);
        Answer(partitions, 0, Held("CA-1", 0));
        session.ExpectNoMsg(TimeSpan.FromMilliseconds(50));
        Answer(partitions, 1);
        session.ExpectMsg<AdmittedToBusiness>();
        Admit(admission, "CA-more", session);
        Assert.Same(ProblemType.TooManyCalls, session.ExpectMsg<NotAdmittedToBusiness>().Problem.Type);
    }

    [Fact]
    public void An_answer_to_a_question_that_was_not_put_is_another_life_s()
    {
        var calls = new BusinessCalls(1);
        var asked = calls.Asked(0);
        calls.Answered(new CallsOfBusiness(0, Salon, [], []) { Number = asked + 1 });
        Assert.False(calls.IsKnown);
        calls.Answered(new CallsOfBusiness(0, Salon, [], []) { Number = asked });
        Assert.True(calls.IsKnown);
    }

    [Fact]
    public void A_call_whose_node_died_counts_until_its_partition_has_answered_elsewhere()
    {
        var (admission, partitions) = Start(limit: 1);
        Answer(partitions, 0);
        Answer(partitions, 1);
        var dying = CreateTestProbe();
        var call = CallOf(0);
        Admit(admission, call.Value, dying);
        dying.ExpectMsg<AdmittedToBusiness>();
        Sys.Stop(dying);

        Assert.Equal(0, partitions.ExpectMsg<FindCallsOfBusiness>().Partition);
        var waiting = CreateTestProbe();
        Admit(admission, "CA-other", waiting);
        waiting.ExpectMsg<NotAdmittedToBusiness>();

        // Its partition was asked again meanwhile; it came back with the call, then the call ended there.
        var again = CreateTestProbe();
        partitions.Reply(new CallsOfBusiness(0, Salon, [new HeldCall(call, again)], []));
        Admit(admission, "CA-other", waiting);
        waiting.ExpectMsg<NotAdmittedToBusiness>();
        admission.Tell(new ReleaseFromBusiness(Salon, call));
        Admit(admission, "CA-other", waiting);
        waiting.ExpectMsg<AdmittedToBusiness>();
    }

    [Fact]
    public void A_call_that_is_gone_with_its_session_is_not_counted()
    {
        var (admission, partitions) = Start(limit: 1);
        Answer(partitions, 0);
        Answer(partitions, 1);
        var (dying, next) = (CreateTestProbe(), CreateTestProbe());
        Admit(admission, CallOf(1).Value, dying);
        dying.ExpectMsg<AdmittedToBusiness>();
        Sys.Stop(dying);
        Answer(partitions, 1);
        AwaitAssert(() =>
        {
            Admit(admission, "CA-next", next);
            next.ExpectMsg<AdmittedToBusiness>(TimeSpan.FromSeconds(1));
        });
    }

    [Fact]
    public void More_starts_than_a_business_may_have_in_a_second_are_told_when_to_come_again()
    {
        var (admission, partitions) = Start(new CallLimits(100, null) { StartsPerSecondPerBusiness = 1 });
        Answer(partitions, 0);
        Answer(partitions, 1);
        var sessions = Enumerable.Range(0, 30).Select(_ => CreateTestProbe()).ToArray();
        for (var i = 0; i < sessions.Length; i++) Admit(admission, $"CA-{i}", sessions[i]);
        var answers = sessions.Select(session => session.ExpectMsg<object>()).ToArray();
        Assert.IsType<AdmittedToBusiness>(answers[0]);
        var refused = answers.OfType<NotAdmittedToBusiness>().ToArray();
        Assert.InRange(refused.Length, 10, 29);
        Assert.All(refused, answer => Assert.InRange(answer.Problem.RetryAfter!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(2)));
        AwaitAssert(() =>
        {
            Admit(admission, "CA-again", sessions[0]);
            sessions[0].ExpectMsg<AdmittedToBusiness>(TimeSpan.FromSeconds(1));
        });
    }

    [Fact]
    public void Calls_whose_node_dies_with_all_of_them_have_their_partition_asked_once()
    {
        var (admission, partitions) = Start(limit: 500);
        Answer(partitions, 0);
        Answer(partitions, 1);
        var calls = Enumerable.Range(0, 1_000).Select(i => CallId.Parse($"CA-{i}")).Where(call => CallPartition.Of(call, Partitions) == 0).Take(200).ToArray();
        var dying = calls.Select(call =>
        {
            var session = CreateTestProbe();
            Admit(admission, call.Value, session);
            session.ExpectMsg<AdmittedToBusiness>();
            return session;
        }).ToArray();
        foreach (var session in dying) Sys.Stop(session);
        partitions.ExpectMsg<FindCallsOfBusiness>();
        var asked = 1;
        AwaitAssert(() =>
        {
            // Asked again each half second while an answer may be older than what was lost since.
            while (partitions.HasMessages)
            {
                partitions.ExpectMsg<FindCallsOfBusiness>();
                asked++;
                partitions.Reply(new CallsOfBusiness(0, Salon, [], []));
            }

            var next = CreateTestProbe();
            Admit(admission, "CA-last", next);
            next.ExpectMsg<AdmittedToBusiness>(TimeSpan.FromSeconds(1));
            Assert.True(asked > 1);
        }, TimeSpan.FromSeconds(10));
        Assert.InRange(asked, 2, 20);
    }

    [Fact]
    public void An_answer_from_before_a_call_ended_does_not_bring_it_back()
    {
        var calls = Known();
        var (lost, session) = (CreateTestProbe(), CreateTestProbe());
        calls.Hold(CallOf(0), session, out _);
        calls.Hold(CallOf(0, 1), lost, out _);
        calls.Lost(lost);
        calls.Asked(0);
        var looked = new CallsOfBusiness(0, Salon, [new HeldCall(CallOf(0), session), new HeldCall(CallOf(0, 2), session)], []);
        Assert.Null(calls.Release(CallOf(0)));
        Assert.Null(calls.Release(CallOf(0, 2)));
        Assert.False(calls.Contains(CallOf(0)));
        Assert.Equal(1, calls.Count);
        Assert.Equal([session.Ref], calls.Answered(looked).Unwatch);
        Assert.Equal(0, calls.Count);
        Assert.Empty(calls.InDoubt);
    }

    [Fact]
    public void The_end_of_a_session_whose_call_is_over_puts_nothing_in_doubt()
    {
        var calls = new BusinessCalls(Partitions);
        var session = CreateTestProbe();
        calls.Hold(CallOf(0), session, out _);
        calls.Asked(0);
        calls.Release(CallOf(0));
        Assert.Null(calls.Lost(session));
        calls.Answered(new CallsOfBusiness(0, Salon, [], []));
        Assert.Equal([1], calls.InDoubt);
        Assert.Equal(0, calls.Count);
    }

    [Fact]
    public void An_answer_counts_for_the_question_it_names()
    {
        var calls = Known();
        var (old, since) = (CreateTestProbe(), CreateTestProbe());
        calls.Hold(CallOf(0), old, out _);
        calls.Lost(old);
        var first = calls.Asked(0);
        calls.Hold(CallOf(0, 1), since, out _);
        calls.Asked(0);
        calls.Answered(new CallsOfBusiness(0, Salon, [], []) { Number = first });
        Assert.True(calls.Contains(CallOf(0, 1)));
        Assert.False(calls.Contains(CallOf(0)));
    }

    [Fact]
    public void What_came_back_counts_whatever_the_limit()
    {
        var calls = Known();
        foreach (var id in new[] { "CA-1", "CA-2", "CA-3" }) Assert.True(calls.Hold(CallId.Parse(id), CreateTestProbe(), out _));
        Assert.Equal(3, calls.Count);
    }

    [Fact]
    public void An_answer_does_not_undo_what_was_admitted_since_it_was_asked_for()
    {
        var calls = Known();
        var (old, fresh) = (CreateTestProbe(), CreateTestProbe());
        calls.Hold(CallOf(0), old, out _);
        calls.Lost(old);
        calls.Asked(0);
        var since = CallOf(0, 1);
        calls.Hold(since, fresh, out _);
        calls.Answered(new CallsOfBusiness(0, Salon, [], []));
        Assert.False(calls.Contains(CallOf(0)));
        Assert.True(calls.Contains(since));
    }

    [Fact]
    public void A_call_of_which_its_partition_does_not_know_yet_whose_it_is_stays()
    {
        var calls = Known();
        var (opening, lost) = (CreateTestProbe(), CreateTestProbe());
        calls.Hold(CallOf(0), opening, out _);
        calls.Hold(CallOf(0, 1), lost, out _);
        calls.Lost(lost);
        calls.Asked(0);
        calls.Answered(new CallsOfBusiness(0, Salon, [], [CallOf(0)]));
        Assert.True(calls.Contains(CallOf(0)));
        Assert.False(calls.Contains(CallOf(0, 1)));
    }

    [Fact]
    public void An_answer_that_nobody_asked_for_is_passed_over()
    {
        var calls = Known();
        calls.Hold(CallOf(0), CreateTestProbe(), out _);
        calls.Answered(new CallsOfBusiness(0, Salon, [], []));
        Assert.Equal(1, calls.Count);
    }

    private (IActorRef Admission, Akka.TestKit.TestProbe Partitions) Start(int limit) => Start(new CallLimits(100, limit));

    private (IActorRef Admission, Akka.TestKit.TestProbe Partitions) Start(CallLimits limits)
    {
        var partitions = CreateTestProbe();
        return (Sys.ActorOf(Props.Create<BusinessAdmission>(Salon, limits, partitions.Ref, Partitions)), partitions);
    }

    [Fact]
    public void A_call_whose_session_is_away_is_asked_for_until_there_is_somebody_to_be_watched()
    {
        var calls = new BusinessCalls(1);
        var (call, session) = (CallOf(0), CreateTestProbe());
        calls.Asked(0);
        calls.Answered(new CallsOfBusiness(0, Salon, [new HeldCall(call, null)], []));
        Assert.True(calls.IsKnown);
        Assert.Equal([0], calls.InDoubt);

        calls.Asked(0);
        Assert.Equal([session.Ref], calls.Answered(new CallsOfBusiness(0, Salon, [new HeldCall(call, session)], [])).Watch);
        Assert.Empty(calls.InDoubt);
        Assert.Equal(1, calls.Count);
    }

    private static void Admit(IActorRef admission, string call, Akka.TestKit.TestProbe session) =>
        admission.Tell(new AdmitToBusiness(Salon, CallId.Parse(call), session, IsHeld: false));

    private static void Answer(Akka.TestKit.TestProbe partitions, int partition, params HeldCall[] calls)
    {
        partitions.FishForMessage(message => message is FindCallsOfBusiness { Partition: var asked } && asked == partition);
        partitions.Reply(new CallsOfBusiness(partition, Salon, [.. calls], []));
    }

    private HeldCall Held(string prefix, int partition) =>
        new(Enumerable.Range(0, 100).Select(i => CallId.Parse($"{prefix}-{i}")).First(call => CallPartition.Of(call, Partitions) == partition),
        CreateTestProbe());

    private static CallId CallOf(int partition, int which = 0) =>
        Enumerable.Range(0, 100).Select(i => CallId.Parse($"CA-{i}")).Where(call => CallPartition.Of(call, Partitions) == partition).Skip(which).First();

    private static BusinessCalls Known()
    {
        var calls = new BusinessCalls(Partitions);
        for (var i = 0; i < Partitions; i++)
        {
            calls.Asked(i);
            calls.Answered(new CallsOfBusiness(i, Salon, [], []));
        }

        Assert.True(calls.IsKnown);
        return calls;
    }
}
