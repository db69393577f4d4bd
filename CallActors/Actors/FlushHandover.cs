using Akka.Actor;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Telemetry;

namespace CallActors.Actors;

/// <summary>A decision that counts only if the batch it belongs to is the one that is written.</summary>
internal sealed record Amendment(Decision Decision, IActorRef By, string? EventId);

/// <summary>A session's side of the flush: numbers its batches, and hands the newest over again and again until the writer says one stands.</summary>
internal sealed class FlushHandover(IActorRef writer, IActorRef session, TimeSpan patience)
{
    private static readonly TimeSpan LongestPatience = TimeSpan.FromMinutes(5);
    private CallRecord? _amended;
    private Amendment? _amendment;
    private int _sent;

    /// <summary>The newest batch's number.</summary>
    public int Attempt { get; private set; }

    /// <summary>When the batch is handed over again, should the writer have lost it; it knows a batch it still has.</summary>
    public DateTimeOffset? DueAt { get; private set; }

    /// <summary>A late status waits to be told whether it still counts.</summary>
    public bool IsAmending => _amendment is { };

    public int NextAttempt() => ++Attempt;

    public void Begin(DateTimeOffset now, CallRecord record)
    {
        NextAttempt();
        Send(record);
        Patience(now);
        CrashPoint.Reach(CrashPoint.FlushHanded);
    }

    public void SendAgain(DateTimeOffset now, CallRecord record)
    {
        Send(record);
        Patience(now);
    }

    public void Send(CallRecord record) => writer.Tell(new DatabaseMessages.FlushBatch(_amended ?? record, Attempt), session);

    public void Amend(Amendment amendment, CallRecord amended)
    {
        _amendment = amendment;
        _amended = amended;
        NextAttempt();
        Send(amended);
    }

    /// <summary>The writer took the amended batch in the place of the earlier one.</summary>
    /// <returns>The amendment, settled; null where another batch is meant.</returns>
    public Amendment? Settle(int attempt) => attempt == Attempt ? TakeAmendment() : null;

    public Amendment? TakeAmendment()
    {
        var amendment = _amendment;
        _amendment = null;
        _amended = null;
        return amendment;
    }

    private void Patience(DateTimeOffset now)
    {
        var wait = patience * Math.Pow(2, Math.Min(_sent++, 10));
        DueAt = now + (wait < LongestPatience ? wait : LongestPatience);
    }
}
