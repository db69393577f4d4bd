using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>
/// What sessions, their supervisor and the partition's journal say to each other. An epoch is one life of the journal: what a session sends
/// to a journal that has died meanwhile is told by it.
/// </summary>
internal static class JournalMessages
{
    /// <summary>To the journal, by way of the supervisor: keep these facts. Answered with <see cref="Appended"/> or <see cref="NotAppended"/>.</summary>
    /// <param name="CallId">The call.</param>
    /// <param name="Epoch">The journal's life as the session knows it.</param>
    /// <param name="Number">Of this entry among the call's: 1, 2, 3, …</param>
    /// <param name="Facts">In order.</param>
    /// <param name="Closes">The call is in the CRM; nothing of it is needed any more.</param>
    public sealed record Append(CallId CallId, int Epoch, long Number, ImmutableArray<CallFact> Facts, bool Closes)
    {
        /// <summary>Of a closing entry: the business that the call has booked slots of. Its other calls must find them taken after a restart, too.</summary>
        public BusinessId? Booked { get; init; }
    }

    /// <summary>
    /// The entry is on disk. Epoch and number are those of the <see cref="Append"/> it answers: what one life of the journal says of a number is nothing that
    /// the next says of it.
    /// </summary>
    public sealed record Appended(int Epoch, long Number);

    /// <summary>The entry is not in the log, and will not be.</summary>
    public sealed record NotAppended(int Epoch, long Number, string Reason);

    /// <summary>To every session: the journal has died. What was sent to it is in doubt until <see cref="LogSays"/>.</summary>
    public sealed record JournalLost(string Reason);

    /// <summary>To a session, once the journal is back: what the log holds of this call.</summary>
    /// <param name="Epoch">The journal's new life.</param>
    /// <param name="Number">Of the last entry; 0: there is none.</param>
    public sealed record LogSays(int Epoch, long Number);

    /// <summary>To the supervisor: the log has been read.</summary>
    public sealed record Recovered(ImmutableArray<RecoveredCall> Calls);

    /// <summary>To the supervisor: the log has another writer now. This one must not go on with its calls.</summary>
    /// <param name="Node">Where that one is.</param>
    public sealed record Superseded(string Node);

    /// <summary>A call that is not closed, as the log has it.</summary>
    public sealed record RecoveredCall(Call State, long Number);

    /// <summary>To the journal: tell this call's new session what the log holds of it.</summary>
    public sealed record Remind(CallId CallId, int Epoch);

    /// <summary>To the supervisor: the store takes writes, not only reads. Until then the journal's next death waits longer for its next life.</summary>
    public sealed record JournalWrites
    {
        public static readonly JournalWrites Instance = new();
    }

    /// <summary>To the journal: write something, so that it is known whose the log is. Answered with <see cref="Proved"/>, or by its death.</summary>
    public sealed record Prove
    {
        public static readonly Prove Instance = new();
    }

    /// <summary>To the supervisor: a write that was begun after <see cref="Prove"/> stands in the log.</summary>
    public sealed record Proved
    {
        public static readonly Proved Instance = new();
    }

    /// <summary>To the supervisor: these calls' entries hold up the log; have them write their state anew.</summary>
    public sealed record CarryForward(ImmutableArray<CallId> Calls);

    /// <summary>To the journal: nobody holds these calls any more; they are over, whatever became of their closing entries.</summary>
    public sealed record CloseForgotten(ImmutableArray<CallId> Calls);

    /// <summary>To a session: write your state anew.</summary>
    public sealed record Checkpoint
    {
        public static readonly Checkpoint Instance = new();
    }

    /// <summary>To the supervisor, from itself: start the journal again.</summary>
    public sealed record StartJournal
    {
        public static readonly StartJournal Instance = new();
    }
}
