using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Actors;

/// <summary>Events for calls that are not held: the ledger is asked, together with the loads, and once for all of a call that came meanwhile.</summary>
internal sealed class GoneCalls(IActorRef loader)
{
    private readonly Dictionary<CallId, Queue<(CallEvents.CallEvent Event, IActorRef By)>> _waiting = [];

    public void Ask(CallEvents.CallEvent told, IActorRef by)
    {
        if (_waiting.TryGetValue(told.CallId, out var waiting))
        {
            waiting.Enqueue((told, by));
            return;
        }

        _waiting[told.CallId] = new Queue<(CallEvents.CallEvent, IActorRef)>([(told, by)]);
        loader.Tell(new LoadContext(ContextQuery.ForLedger(told.CallId), 0));
    }

    public void Found(ContextLoaded loaded)
    {
        foreach (var (told, by) in Take(loaded.CallId)) by.Tell(Answer(told, loaded.Found.Ledger));
    }

    public void NotFound(ContextLoadFailed failed)
    {
        foreach (var (told, by) in Take(failed.CallId)) by.Tell(NotNow(told, $"The ledger was not reached: {failed.Reason}"));
    }

    /// <summary>No answer is waited for any more.</summary>
    public void Leave(string why)
    {
        foreach (var callId in _waiting.Keys.ToList())
        {
            foreach (var (told, by) in Take(callId)) by.Tell(NotNow(told, why));
        }
    }

    public static Problem Unknown(CallId callId) => new(ProblemType.UnknownCall, $"There is no call '{callId.Value}'; a call begins with call.started.");

    /// <summary>Whoever is told so comes again.</summary>
    public static CallReply NotNow(ICallMessage message, string why) =>
        CallReply.Refuse(
            message.CallId, (message as CallEvents.CallEvent)?.Header.Key.Id,
            new Problem(ProblemType.Overloaded, why) { RetryAfter = TimeSpan.FromSeconds(1) });

    public static CallReply Answer(CallEvents.CallEvent told, LedgerRow? ledger)
    {
        var eventId = told.Header.Key.Id;
        if (ledger is null) return CallReply.Refuse(told.CallId, eventId, Unknown(told.CallId));
        if (ledger.Events.AsSpan().Contains(told.Header.Fingerprint)) return new CallReply(told.CallId, eventId, CallOutcome.Duplicate);
        return CallReply.Refuse(told.CallId, eventId,
            new Problem(ProblemType.CallEnded, $"The call ended and was handed over at {ledger.CommittedAt.ToUniversalTime():yyyy-MM-ddTHH:mm:ssZ}."));
    }

    private Queue<(CallEvents.CallEvent Event, IActorRef By)> Take(CallId callId) => _waiting.Remove(callId, out var waiting) ? waiting : [];
}
