using Akka.Actor;

namespace CallActors.Actors;

/// <summary>
/// One reply to one message, for whoever is not an actor: what Ask is, without the name, the registration and the timer of its own that Ask makes for each. It
/// has no address, so that only actors of this process can answer it.
/// </summary>
internal sealed class ReplyPromise(ReplyAddress address) : MinimalActorRef
{
    private readonly TaskCompletionSource<object> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override ActorPath Path => address.Path;

    public override IActorRefProvider Provider => address.Provider;

    public Task<object> Reply => _reply.Task;

    protected override void TellInternal(object message, IActorRef sender) => _reply.TrySetResult(message);
}

/// <summary>What all promises of an actor system call themselves; none is found by it.</summary>
internal sealed class ReplyAddress(ExtendedActorSystem system)
{
    public ActorPath Path { get; } = system.Provider.RootPath / "reply";

    public IActorRefProvider Provider => system.Provider;
}
