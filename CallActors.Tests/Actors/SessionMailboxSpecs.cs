using Akka.Actor;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CsCheck;
using Xunit.Abstractions;

namespace CallActors.Tests.Actors;

/// <summary>The mailbox of a call: light, and nothing is lost in it.</summary>
public sealed class SessionMailboxSpecs(ITestOutputHelper output) : TestKit(SessionMailbox.Hocon, output: output)
{
    [Fact]
    public async Task What_many_tell_at_once_all_arrives_each_one_s_in_its_order()
    {
        const int Tellers = 8, Messages = 2_000;
        var listener = Sys.ActorOf(Props.Create<Listener>(Tellers * Messages).WithMailbox(SessionMailbox.Name));
        var heard = listener.Ask<List<(int Teller, int Number)>>(Listener.WhenAllCame.Instance, TimeSpan.FromSeconds(60));
        await Task.WhenAll(Enumerable.Range(0, Tellers).Select(teller => Task.Run(() =>
        {
            for (var number = 0; number < Messages; number++) listener.Tell((teller, number));
        })));

        foreach (var ofOne in (await heard).GroupBy(said => said.Teller)) Assert.Equal(Enumerable.Range(0, Messages), ofOne.Select(said => said.Number));
    }

    [Fact]
    public void What_was_stashed_comes_first_in_the_order_it_came()
    {
        var messages = new SessionMailbox.Messages();
        messages.Enqueue(TestActor, new Envelope(3, TestActor));
        messages.EnqueueFirst(new Envelope(2, TestActor));
        messages.EnqueueFirst(new Envelope(1, TestActor));
        messages.Enqueue(TestActor, new Envelope(4, TestActor));
        for (var number = 1; number <= 4; number++)
        {
            Assert.True(messages.TryDequeue(out var envelope));
            Assert.Equal(number, envelope.Message);
        }

        Assert.False(messages.HasMessages);
    }

    [Fact]
    public void However_messages_come_and_are_read_their_order_is_that_of_a_list() => Gen.Int[0, 3].Array[0, 40].Sample(steps =>
    {
        var (messages, list) = (new SessionMailbox.Messages(), new LinkedList<object>());
        for (var i = 0; i < steps.Length; i++)
        {
            switch (steps[i])
            {
                case 0:
                    messages.EnqueueFirst(new Envelope(i, TestActor));
                    list.AddFirst(i);
                    break;
                case 1:
                    Assert.Equal(list.Count > 0, messages.TryDequeue(out var envelope));
                    Assert.Equal(list.First?.Value, envelope.Message);
                    if (list.Count > 0) list.RemoveFirst();
                    break;
                default:
                    messages.Enqueue(TestActor, new Envelope(i, TestActor));
                    list.AddLast(i);
                    break;
            }

            Assert.Equal((list.Count > 0, list.Count), (messages.HasMessages, messages.Count));
        }
    });

    [Fact]
    public async Task What_an_actor_left_unread_goes_to_the_dead_letters()
    {
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters, typeof(Akka.Event.DeadLetter));
        var messages = new SessionMailbox.Messages();
        messages.Enqueue(TestActor, new Envelope("two", TestActor));
        messages.EnqueueFirst(new Envelope("one", TestActor));
        Assert.Equal((true, 2), (messages.HasMessages, messages.Count));

        messages.CleanUp(TestActor, Sys.Mailboxes.DeadLetterMailbox.MessageQueue);
        Assert.Equal((false, 0), (messages.HasMessages, messages.Count));
        Assert.False(messages.TryDequeue(out _));
        Assert.Equal("one", (await letters.ExpectMsgAsync<Akka.Event.DeadLetter>(TimeSpan.FromSeconds(30))).Message);
        Assert.Equal("two", (await letters.ExpectMsgAsync<Akka.Event.DeadLetter>(TimeSpan.FromSeconds(30))).Message);
    }

    private sealed class Listener(int expected) : UntypedActor
    {
        private readonly List<(int Teller, int Number)> _heard = [];
        private IActorRef _asker = ActorRefs.Nobody;

        public sealed record WhenAllCame
        {
            public static readonly WhenAllCame Instance = new();
        }

        protected override void OnReceive(object message)
        {
            if (message is WhenAllCame) _asker = Sender;
            else _heard.Add(((int, int))message);
            if (_heard.Count == expected) _asker.Tell(_heard);
        }
    }
}
