using Akka.Actor;
using CallActors.Messages;
using static CallActors.Actors.JournalMessages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>
/// What is asked about calls that are not here, while it is not known whether the partition still is: after a silence it waits for a write to its log. A node
/// that stood still would tell gateways otherwise that live calls do not exist, and ask the database about them.
/// </summary>
internal sealed partial class CallSupervisor
{
    private const string TakenOver = "The call's partition was taken over by another node.";
    private readonly Queue<(object Message, IActorRef By)> _unsure = new();
    private readonly LogProof _proof;

    /// <summary>Who came earlier and still waits goes first.</summary>
    private bool IsUnsure => _unsure.Count > 0 || IsUnproved;

    /// <summary>Only in a cluster is there anybody to take a log over.</summary>
    private bool IsUnproved => _parts is { OutBy: { }, IsJournaled: true } && _journalIsReady && !_proof.IsFresh;

    private void WaitForProof(object message, IActorRef by)
    {
        _unsure.Enqueue((message, by));
        if (_unsure.Count == 1) _journal!.Tell(Prove.Instance);
    }

    private void OnProved()
    {
        if (IsUnproved)
        {
            // It took so long to hear of the write that it says nothing of now.
            if (_unsure.Count > 0) _journal!.Tell(Prove.Instance);
            return;
        }

        var waiting = _unsure.ToArray();
        _unsure.Clear();
        foreach (var (message, by) in waiting)
        {
            if (message is ContextLoaded loaded) OnLedgerRead(loaded);
            else Route((ICallMessage)message, by);
        }
    }

    /// <summary>That a call is not in the ledger either is said only where it could not be live elsewhere meanwhile.</summary>
    private void OnLedgerRead(ContextLoaded loaded)
    {
        if (IsUnproved && !_isMoving) WaitForProof(loaded, Self);
        else _gone.Found(loaded);
    }

    /// <summary>It is not ours, or nobody knows: whoever asked asks again.</summary>
    private void LeaveUnsure(string why)
    {
        foreach (var (message, by) in _unsure)
            if (message is ICallMessage asked) by.Tell(NotNow(asked, why));
        _unsure.Clear();

        // What the ledger says to those who wait for it is no news of a call that may be live elsewhere.
        if (_parts.OutBy is { }) _gone.Leave(why);
    }
}
