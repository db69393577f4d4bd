using CallActors.Host.Gateways.WebSockets;
using CallActors.Messages;
using CsCheck;

namespace CallActors.Tests.Host.Gateways.WebSockets;

public class ReplyLanesSpecs
{
    [Fact]
    public void In_whatever_order_answers_come_each_is_sent_once_and_those_of_a_call_in_the_order_of_its_events() =>
        (from calls in Gen.Int[0, 4].Array[1, 40]
         from order in Gen.Shuffle(Enumerable.Range(0, calls.Length).ToArray())
         select (calls, order)).Sample(x =>
        {
            var sent = new List<AwaitedReply>();
            var lanes = new ReplyLanes(sent.Add);
            var awaited = x.calls.Select((call, i) => new AwaitedReply(CallId.Parse($"CA-{call}"), "spec", i)).ToArray();
            foreach (var one in awaited) lanes.Await(one);
            foreach (var i in x.order) lanes.Answer(awaited[i], Reply(awaited[i], i));
            Assert.Equal(awaited.Length, sent.Distinct().Count());
            foreach (var call in sent.GroupBy(one => one.CallId)) Assert.Equal(call.Select(one => one.Bytes).Order(), call.Select(one => one.Bytes));
        });

    [Fact]
    public void A_call_does_not_wait_for_another_and_what_has_no_call_waits_for_none()
    {
        var sent = new List<AwaitedReply>();
        var lanes = new ReplyLanes(sent.Add);
        var slow = new AwaitedReply(CallId.Parse("CA-1"), "spec", 1);
        var behind = new AwaitedReply(CallId.Parse("CA-1"), "spec", 2);
        var other = new AwaitedReply(CallId.Parse("CA-2"), "spec", 3);
        var nobody = new AwaitedReply(null, null, 4);
        foreach (var one in new[] { slow, behind, other, nobody }) lanes.Await(one);
        foreach (var one in new[] { nobody, behind, other }) lanes.Answer(one, Reply(one, one.Bytes));
        Assert.Equal([nobody, other], sent);
        lanes.Answer(slow, Reply(slow, 1));
        Assert.Equal([nobody, other, slow, behind], sent);
    }

    [Fact]
    public void An_answer_may_come_before_the_next_event_of_the_call_is_read()
    {
        var sent = new List<AwaitedReply>();
        var lanes = new ReplyLanes(sent.Add);
        for (var i = 0; i < 3; i++)
        {
            var one = new AwaitedReply(CallId.Parse("CA-1"), "spec", i);
            lanes.Await(one);
            lanes.Answer(one, Reply(one, i));
        }

        Assert.Equal([0, 1, 2], sent.Select(one => one.Bytes));
    }

    private static CallReply Reply(AwaitedReply awaited, int i) => new(awaited.CallId ?? default, $"e-{i}", CallOutcome.Applied);
}
