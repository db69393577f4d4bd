using CallActors.Messages;
using static CallActors.Actors.JournalMessages;
using static CallActors.Actors.SessionMessages;

namespace CallActors.Actors;

/// <summary>Messages that wait until an answer has come.</summary>
internal sealed partial class CallSessionActor
{
    /// <summary>Messages that may wait for the context or for a database message under way; more are refused, so nothing is lost unseen.</summary>
    private const int WaitingCapacity = 1_000;

    private int _waiting;

    /// <summary>While something is awaited: looking is always served, everything else waits its turn.</summary>
    private void ServeOrWait(object message)
    {
        if (message is CallEvents.CallEvent or ICallCommand or IDatabaseMessage) Wait(message);
        else if (message is Checkpoint or MoveAway or EndDrained) Stash.Stash();
        else Serve(message);
    }

    private void Wait(object message)
    {
        if (_waiting < WaitingCapacity)
        {
            _waiting++;
            Stash.Stash();
            return;
        }

        var full = new Problem(ProblemType.Overloaded, $"{WaitingCapacity} messages wait for this call already.") { RetryAfter = RetryAfter };
        Tell(Sender, CallReply.Refuse(Call.Id, EventIdOf(message), full));
    }

    private void StopWaiting()
    {
        _waiting = 0;
        Stash.UnstashAll();
    }
}
