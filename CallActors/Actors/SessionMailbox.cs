using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Dispatch.MessageQueues;
using CallActors.Journal;

namespace CallActors.Actors;

/// <summary>
/// The mailbox of a call. There is one for each that is live, and nearly always nothing is in it; Akka's own keeps room for 32 messages and two cache lines in
/// each, 1.2 KiB of the 4.7 that a call weighed.
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
        // Is its own lock: another object would be a third of it. Few ever write to one call at a time.
        private Envelope _next;
        private bool _hasNext;

        /// <summary>What came behind the next one. Null where nothing is.</summary>
        private Queue<Envelope>? _behind;

        /// <summary>What a stash gave back, the last on top. Null where nothing is.</summary>
        private Stack<Envelope>? _first;

        public bool HasMessages => Count > 0;

        public int Count
        {
            get
            {
                lock (this) return (_first?.Count ?? 0) + (_hasNext ? 1 : 0) + (_behind?.Count ?? 0);
            }
        }

        public void Enqueue(IActorRef receiver, Envelope envelope)
        {
            lock (this)
            {
                if (_hasNext) (_behind ??= new Queue<Envelope>()).Enqueue(envelope);
                else (_next, _hasNext) = (envelope, true);
            }
        }

        public void EnqueueFirst(Envelope envelope)
        {
            lock (this) (_first ??= new Stack<Envelope>()).Push(envelope);
        }

        public bool TryDequeue(out Envelope envelope)
        {
            lock (this)
            {
                if (_first is { } first)
                {
                    envelope = first.Pop();
                    if (first.Count == 0) _first = null;
                    return true;
                }

                (envelope, var found) = (_next, _hasNext);
                _hasNext = _behind?.TryDequeue(out _next) is true;
                if (_hasNext) return found;
                (_next, _behind) = (default, null);
                return found;
            }
        }

        public void CleanUp(IActorRef owner, IMessageQueue deadletters)
        {
            while (TryDequeue(out var left)) deadletters.Enqueue(owner, left);
        }
    }
}
