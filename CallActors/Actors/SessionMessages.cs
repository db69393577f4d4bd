using Akka.Actor;
using Akka.Event;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>What a supervisor and its sessions say to each other, and to admission. None of it leaves the node.</summary>
internal static class SessionMessages
{
    /// <summary>To the supervisor: tell me <see cref="Wake"/> then. A session has one such request under way.</summary>
    public sealed record WakeMe(CallId CallId, DateTimeOffset At);

    public sealed record Wake
    {
        public static readonly Wake Instance = new();
    }

    /// <summary>To a new session, before all else: the call it has.</summary>
    /// <param name="Cell">Empty; or what a failed session of this call left, or what the log holds.</param>
    public sealed record Take(CallCell Cell);

    /// <summary>To the supervisor, from itself: a child has terminated. A supervisor that terminates itself need not hear it, and nobody else.</summary>
    public sealed record SessionGone(IActorRef Session) : IDeadLetterSuppression;

    /// <summary>To the session: the node is drained.</summary>
    public sealed record EndDrained
    {
        public static readonly EndDrained Instance = new();
    }

    /// <summary>To the supervisor: the partition goes to another node. Finish what is in hand, then stop.</summary>
    public sealed record StopPartition : INoSerializationVerificationNeeded
    {
        public static readonly StopPartition Instance = new();
    }

    /// <summary>To the session: finish what is in hand, then stop; the call goes on elsewhere.</summary>
    public sealed record MoveAway
    {
        public static readonly MoveAway Instance = new();
    }

    /// <summary>To the supervisor: nothing is left to do; route nothing to me any more, then say <see cref="Leave"/>.</summary>
    public sealed record CallDone(CallId CallId);

    /// <summary>To the session: everything that was routed to you is behind you.</summary>
    public sealed record Leave
    {
        public static readonly Leave Instance = new();
    }

    /// <summary>To the supervisor, from itself: start a failed session again.</summary>
    public sealed record Respawn(CallId CallId);

    /// <summary>To the node's admission: may this session's call be held here? Answered with <see cref="Admitted"/> or <see cref="NotAdmitted"/>.</summary>
    public sealed record Admit(IActorRef Session)
    {
        /// <summary>Whose call it is, where that is limited by itself.</summary>
        public string? Client { get; init; }

        public ClientLimits Limits { get; init; } = ClientLimits.None;

        /// <summary>It was admitted in an earlier life: it is no start, and a client's limit is none for it.</summary>
        public bool IsHeld { get; init; }

        /// <summary>Its end comes right behind its start: it takes no place of those that are live, and none is asked for.</summary>
        public bool IsOver { get; init; }
    }

    /// <summary>To the node's admission: the call has ended, it only waits for its commit.</summary>
    public sealed record Release(IActorRef Session);

    public sealed record Admitted
    {
        public static readonly Admitted Instance = new();
    }

    public sealed record NotAdmitted(Problem Problem);
}

/// <summary>
/// What is left of a call when its session fails: the state after the last message that was wholly served, and the one that was on its way to the log. Written
/// by the session; by its supervisor only before there is one and after it has terminated. The supervisor looks at the state, which never changes in itself, to
/// list its calls.
/// </summary>
internal class CallCell(CallId callId)
{
    private volatile Call? _call;
    private volatile SlotClaim? _claim;
    private long _flushingSince;

    public CallId Id => callId;

    public Call? Call
    {
        get => _call;
        set => _call = value;
    }

    /// <summary>When the call began to wait for its commit.</summary>
    public DateTimeOffset? FlushingSince
    {
        get => Volatile.Read(ref _flushingSince) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;
        set => Volatile.Write(ref _flushingSince, value?.UtcTicks ?? 0);
    }

    /// <summary>
    /// The slot that is being asked for. Forgotten once it is among the call's facts, or is known not to be; looked at by the supervisor, before it looks at
    /// the call.
    /// </summary>
    public SlotClaim? Claim
    {
        get => _claim;
        set => _claim = value;
    }

    /// <summary>When the supervisor wakes the session, in ticks of UTC; 0: it does not. The supervisor's own.</summary>
    public long AlarmAt { get; set; }

    /// <summary>Which calls of the partition hold or want slots.</summary>
    public SlotHolders Holders { get; init; } = new();

    /// <summary>The number of the last entry of this call in the log.</summary>
    public long Number { get; set; }

    /// <summary>
    /// The state after the entry that is being appended, while one is: true as soon as the log is known to hold it. Null: none is, or it closes the call.
    /// </summary>
    public Call? Appending { get; set; }

    /// <summary>The journal's life as the session knows it; 0: it does not know what became of its last append.</summary>
    public int Epoch { get; set; }

    /// <summary>It had ended in an earlier life of the partition, here or on another node: that one's writer may have its batch.</summary>
    public bool EndedBefore { get; init; }

    public DatabaseCost Cost { get; set; } = DatabaseCost.None;
}
