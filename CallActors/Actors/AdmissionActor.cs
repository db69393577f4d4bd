using Akka.Actor;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Actors;

/// <summary>How many calls may be held at once.</summary>
/// <param name="PerNode">Live on this node; as many again may wait for their commit.</param>
/// <param name="PerBusiness">Of one business; null: any number.</param>
public sealed record CallLimits(int PerNode, int? PerBusiness)
{
    public static readonly CallLimits Default = new(100_000, null);
}

/// <summary>
/// Holds the limits. What it counts are the sessions themselves, watched: a session that is gone is not counted, however it went, so nothing leaks.
/// </summary>
internal sealed class AdmissionActor(CallLimits limits) : UntypedActor
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private readonly HashSet<IActorRef> _held = [];
    private readonly HashSet<IActorRef> _waitingForCommit = [];
    private readonly Dictionary<BusinessId, HashSet<IActorRef>> _byBusiness = [];
    private readonly Dictionary<IActorRef, BusinessId> _businessOf = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Admit { BusinessId: null } admit: AdmitToNode(admit); break;
            case Admit { BusinessId: { } business } admit: AdmitToBusiness(admit, business); break;
            case Release release:
                Forget(release.Session);
                if (_waitingForCommit.Add(release.Session)) Context.Watch(release.Session);
                break;
            case Terminated gone:
                Forget(gone.ActorRef);
                _waitingForCommit.Remove(gone.ActorRef);
                break;
            default: Unhandled(message); break;
        }
    }

    private void AdmitToNode(Admit admit)
    {
        if (_held.Count >= limits.PerNode && !_held.Contains(admit.Session))
        {
            Refuse(admit, $"This node holds {_held.Count} calls, which is its limit.");
            return;
        }

        // A database that is away for long must not fill the node with what waits for it: as many as may be live may wait.
        if (_waitingForCommit.Count >= limits.PerNode)
        {
            var why = $"{_waitingForCommit.Count} ended calls wait for the database already.";
            admit.Session.Tell(new NotAdmitted(null, new Problem(ProblemType.Overloaded, why) { RetryAfter = RetryAfter }));
            return;
        }

        if (_held.Add(admit.Session)) Context.Watch(admit.Session);
        admit.Session.Tell(new Admitted(null));
    }

    private void AdmitToBusiness(Admit admit, BusinessId business)
    {
        if (!_byBusiness.TryGetValue(business, out var calls)) _byBusiness[business] = calls = [];
        if (limits.PerBusiness is { } limit && calls.Count >= limit && !calls.Contains(admit.Session))
        {
            Refuse(admit, $"Business {business.Value} holds {calls.Count} calls, which is its limit.");
            return;
        }

        if (_held.Contains(admit.Session) && calls.Add(admit.Session)) _businessOf[admit.Session] = business;
        admit.Session.Tell(new Admitted(business));
    }

    private static void Refuse(Admit admit, string why) =>
        admit.Session.Tell(new NotAdmitted(admit.BusinessId, new Problem(ProblemType.TooManyCalls, why) { RetryAfter = RetryAfter }));

    private void Forget(IActorRef session)
    {
        if (!_held.Remove(session)) return;
        Context.Unwatch(session);
        if (!_businessOf.Remove(session, out var business) || !_byBusiness.TryGetValue(business, out var calls)) return;
        calls.Remove(session);
        if (calls.Count == 0) _byBusiness.Remove(business);
    }
}
