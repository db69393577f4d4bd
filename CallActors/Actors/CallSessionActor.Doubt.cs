using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Actors.JournalMessages;
using static CallActors.Messages.CallQueries;

namespace CallActors.Actors;

/// <summary>The session while it is not known what the log holds of its call, and what follows once that is known.</summary>
internal sealed partial class CallSessionActor
{
    /// <summary>
    /// The journal is away and was not asked, or has died on an append of this call's. The state stays, and nothing changes it until the log is read.
    /// </summary>
    private void InDoubt(object message)
    {
        switch (message)
        {
            case LogSays says:
                Learn(says);
                break;
            case GetCall:
                Sender.Tell(new CallView(Call, _cell.Cost));
                break;
            case CallEvents.CallEvent or ICallCommand or IDatabaseMessage:
                if (message is CallEvents.CallEvent) Hear(Now);
                Tell(Sender, CallReply.Refuse(Call.Id, EventIdOf(message), JournalAway("it is being started again")));
                break;
            case JournalLost:
                break;
            case SessionMessages.MoveAway:
                // Whoever waited has been told to come again.
                Context.Stop(Self);
                break;
            default:
                WaitForLog(message);
                break;
        }
    }

    /// <summary>Compares what the log holds with what was in hand.</summary>
    private void Learn(LogSays says)
    {
        var append = _appending ?? throw new InvalidOperationException("Nothing is in doubt.");
        _cell.Epoch = says.Epoch;
        var stands = says.Number == _cell.Number + 1
            ? !append.IsResumed || _cell.Appending is { }
            : append.State is null && says.Number == 0;
        if (stands)
        {
            if (append.IsResumed) append = append with { State = _cell.Appending };
            _cell.Number++;
            GoOn();
            Settle(append, ActorRefs.Nobody);
        }
        else
        {
            GoOn();
            append.NotKept();
            WriteAnewUnless(says);
        }
    }

    /// <summary>The journal is back, and this call had nothing in hand.</summary>
    private void Compare(LogSays says)
    {
        // A journal that has died again since has more to say.
        if (says.Epoch < _cell.Epoch) return;
        _cell.Epoch = says.Epoch;
        WriteAnewUnless(says);
    }

    /// <summary>The log knows less, or more, than was acknowledged: its store was damaged. The state in memory is what callers were told.</summary>
    private void WriteAnewUnless(LogSays says)
    {
        if (says.Number == _cell.Number) return;
        Log.Error("The log holds entry {0} of call {1}, whose session knows of {2}; its state is written anew", says.Number, Call.Id, _cell.Number);
        _cell.Number = says.Number;
        WriteAnew();
    }

    /// <summary>A session that goes on where one failed does not know what became of that one's last append.</summary>
    private void Resume()
    {
        if (Call.Phase == CallPhase.Loading) _opening = [new CallFact.Restored(Call)];
        var before = Call;
        _appending = new Appending([], Call, null, ActorRefs.Nobody, null, Kept, () => EnterPhase(Call.Phase)) { IsResumed = true };
        Become(Behaviour.InDoubt);

        void Kept()
        {
            TellOfChangedBusiness(before);
            EnterPhase(Call.Phase);
        }
    }
}
