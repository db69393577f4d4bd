using Akka.Actor;
using CallActors.Messages;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Actors;

/// <summary>How many calls may be held at once.</summary>
/// <param name="PerNode">Live on this node; as many again, or <see cref="AdmissionActor.LeastWaiting"/>, may wait for their commit.</param>
/// <param name="PerBusiness">Of one business, on all nodes together; null: any number.</param>
public sealed record CallLimits(int PerNode, int? PerBusiness)
{
    public static readonly CallLimits Default = new(100_000, null);

    /// <summary>Calls of one business that are started, a second; as many at once. Null: any number.</summary>
    public int? StartsPerSecondPerBusiness { get; init; }

    /// <summary>Whether a business has any limit.</summary>
    public bool LimitBusinesses => PerBusiness is not null || StartsPerSecondPerBusiness is not null;
}

/// <summary>
/// Holds the node's limit, and those of the keys that calls come with, each for this node. What it counts are the sessions themselves, watched: a session that
/// is gone is not counted, however it went, so nothing leaks.
/// </summary>
internal sealed class AdmissionActor(CallLimits limits) : UntypedActor
{
    internal static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    /// <summary>Ended calls that may wait for their commit however few may be live: each waits for a moment, though the database be there.</summary>
    internal const int LeastWaiting = 1_000;

    private readonly HashSet<IActorRef> _held = [];
    private readonly HashSet<IActorRef> _waitingForCommit = [];
    private readonly SessionsBy<string> _byClient = new();
    private readonly StartRates<string> _clientStarts = new();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Admit admit:
                Consider(admit);
                break;
            case Release release:
                Forget(release.Session);
                if (_waitingForCommit.Add(release.Session)) Context.Watch(release.Session);
                break;
            case Terminated gone:
                Forget(gone.ActorRef);
                _waitingForCommit.Remove(gone.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Consider(Admit admit)
    {
        if (admit.IsHeld)
        {
            // It was admitted in an earlier life, here or on a node that is gone: no limit sends it away, and it counts towards all of them.
            Hold(admit);
            return;
        }

        if (_held.Count >= limits.PerNode && !admit.IsOver && !_held.Contains(admit.Session))
        {
            Refuse(admit, ProblemType.TooManyCalls, $"This node holds {_held.Count} calls, which is its limit.", RetryAfter);
            return;
        }

        // A database that is away for long must not fill the node with what waits for it: as many as may be live may wait, or so many as a moment's commits are
        // of.
        if (_waitingForCommit.Count >= Math.Max(limits.PerNode, LeastWaiting))
        {
            Refuse(admit, ProblemType.Overloaded, $"{_waitingForCommit.Count} ended calls wait for the database already.", RetryAfter);
            return;
        }

        if (admit.IsOver)
        {
            // It takes no place: it is counted when it waits for its commit.
            admit.Session.Tell(Admitted.Instance);
            return;
        }

        if (admit.Client is { } client && IsTooMuch(admit, client)) return;
        Hold(admit);
    }

    private void Hold(Admit admit)
    {
        if (admit.Client is { } client) _byClient.Add(client, admit.Session);
        if (_held.Add(admit.Session)) Context.Watch(admit.Session);
        admit.Session.Tell(Admitted.Instance);
    }

    private bool IsTooMuch(Admit admit, string client)
    {
        var count = _byClient.Others(client, admit.Session);
        if (count >= admit.Limits.LiveCalls)
            return Refuse(admit, ProblemType.TooManyCalls, $"The key '{client}' holds {count} calls, which is its limit.", RetryAfter);
        return admit.Limits.StartsPerSecond is { } rate && _clientStarts.Wait(client, rate) is { } wait
            && Refuse(admit, ProblemType.TooManyCalls, $"With the key '{client}' {rate} calls may be started a second.", wait);
    }

    private static bool Refuse(Admit admit, ProblemType type, string why, TimeSpan retryAfter)
    {
        admit.Session.Tell(new NotAdmitted(new Problem(type, why) { RetryAfter = retryAfter }));
        return true;
    }

    private void Forget(IActorRef session)
    {
        if (!_held.Remove(session)) return;
        Context.Unwatch(session);
        _byClient.Remove(session);
    }
}
