using Akka.Actor;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Actors;

/// <summary>How many calls may be held at once.</summary>
/// <param name="PerNode">Live on this node; as many again may wait for their commit.</param>
/// <param name="PerBusiness">Of one business, on all nodes together; null: any number.</param>
public sealed record CallLimits(int PerNode, int? PerBusiness)
{
    public static readonly CallLimits Default = new(100_000, null);
}

/// <summary>
/// Holds the node's limit. What it counts are the sessions themselves, watched: a session that is gone is not counted, however it went, so nothing leaks.
/// </summary>
internal sealed class AdmissionActor(CallLimits limits) : UntypedActor
{
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private readonly HashSet<IActorRef> _held = [];
    private readonly HashSet<IActorRef> _waitingForCommit = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Admit admit:
                Consider(admit);
                break;
            case Release release:
                if (_held.Remove(release.Session)) Context.Unwatch(release.Session);
                if (_waitingForCommit.Add(release.Session)) Context.Watch(release.Session);
                break;
            case Terminated gone:
                _held.Remove(gone.ActorRef);
                _waitingForCommit.Remove(gone.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Consider(Admit admit)
    {
        if (_held.Count >= limits.PerNode && !_held.Contains(admit.Session))
        {
            Refuse(admit, ProblemType.TooManyCalls, $"This node holds {_held.Count} calls, which is its limit.");
            return;
        }

        // A database that is away for long must not fill the node with what waits for it: as many as may be live may wait.
        if (_waitingForCommit.Count >= limits.PerNode)
        {
            Refuse(admit, ProblemType.Overloaded, $"{_waitingForCommit.Count} ended calls wait for the database already.");
            return;
        }

        if (_held.Add(admit.Session)) Context.Watch(admit.Session);
        admit.Session.Tell(Admitted.Instance);
    }

    private static void Refuse(Admit admit, ProblemType type, string why) =>
        admit.Session.Tell(new NotAdmitted(new Problem(type, why) { RetryAfter = RetryAfter }));
}
