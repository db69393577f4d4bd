using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using CallActors.Journal;

namespace CallActors.Actors;

/// <summary>
/// The mailbox of a call. There is one for each that is live, and nearly always nothing is in it; Akka's own keeps room for 32 messages and two cache lines in each,
/// 1.2 KiB of the 4.7 that a call weighed.
/// </summary>
internal sealed class SessionMailbox(Settings settings, Config config) : MailboxType(settings, config), IProducesMessageQueue<SessionMailbox.Messages>
{
    /// <summary>Where its configuration stands.</summary>
    public const string Name = "callactors.session-mailbox";

    public static readonly Config Hocon = ConfigurationFactory.ParseString(
        $$"""
        {{Name}} {
          mailbox-type = {{JournalConfiguration.TypeName<SessionMailbox>()}}
          stash-capacity = -1
        }
        """);

    public override IMessageQueue Create(IActorRef owner, ActorSystem system) => new Messages();

    /// <summary>Messages in the order they came, from any thread.</summary>
    internal sealed class Messages : IMessageQueue, IUnboundedDequeBasedMessageQueueSemantics
    {
        // Is its own lock: another object would be a fifth of it. Few ever write to one call at a time.
        private readonly Queue<Envelope> _waiting = new();

        /// <summary>What a stash gave back, the last on top. Null where nothing is.</summary>
        private Stack<Envelope>? _first;

        public bool HasMessages => Count > 0;

        public int Count
        {
            get
            {
                lock (_waiting) return _waiting.Count + (_first?.Count ?? 0);
            }
        }

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            lock (_waiting) _waiting.Enqueue(envelope);
        }

        public void EnqueueFirst(Envelope envelope)
        {
            lock (_waiting) (_first ??= new Stack<Envelope>()).Push(envelope);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            lock (_waiting)
            {
                if (_first is null) return _waiting.TryDequeue(out envelope);
                envelope = _first.Pop();
                if (_first.Count == 0) _first = null;
                return true;
            }
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (TryDequeue(out var left)) deadletters.Enqueue(owner, left);
        }
    }
}
