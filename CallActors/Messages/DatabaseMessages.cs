using System.Collections.Immutable;
using CallActors.Domain;

namespace CallActors.Messages;

/// <summary>A message that ends in a statement on the CRM database. A session in the live call refuses every one of them.</summary>
public interface IDatabaseMessage : ICallMessage;

/// <summary>What is said between the sessions and the two actors that touch the CRM database.</summary>
public static class DatabaseMessages
{
    /// <summary>An operator asks for the context anew. Answered with a <see cref="CallReply"/>.</summary>
    public sealed record ReloadContext(CallId CallId) : IDatabaseMessage;

    /// <summary>An operator asks for what is stashed to be written now. Answered with a <see cref="CallReply"/>.</summary>
    public sealed record FlushNow(CallId CallId) : IDatabaseMessage;

    /// <summary>
    /// To the loader: what does the database know of this call? Answered with <see cref="ContextLoaded"/> or <see cref="ContextLoadFailed"/>.
    /// </summary>
    /// <param name="Query">What to look for.</param>
    /// <param name="Attempt">Named again in the answer, so that a late one is told from the one waited for.</param>
    public sealed record LoadContext(ContextQuery Query, int Attempt) : IDatabaseMessage
    {
        public CallId CallId => Query.CallId;
    }

    /// <summary>
    /// To the loader: the call cannot wait any longer. Answered at once with <see cref="ContextLoadFailed"/>, from what the loader remembers.
    /// </summary>
    public sealed record AbandonLoad(ContextQuery Query, int Attempt) : IDatabaseMessage
    {
        public CallId CallId => Query.CallId;
    }

    /// <summary>
    /// To the loader: businesses as calls that were read from the log have them. It knows them from then on, unless it knows them already. Not answered.
    /// </summary>
    /// <param name="Businesses">The latest version of each that has an id.</param>
    public sealed record BusinessesRecalled(ImmutableArray<BusinessProfile> Businesses);

    /// <param name="CallId">The call.</param>
    /// <param name="Attempt">The attempt it answers.</param>
    /// <param name="Found">What the database knows.</param>
    /// <param name="Cost">The statement that found it.</param>
    public sealed record ContextLoaded(CallId CallId, int Attempt, LoadedCall Found, StatementCost Cost);

    /// <param name="CallId">The call.</param>
    /// <param name="Attempt">The attempt it answers.</param>
    /// <param name="Reason">Why, in one sentence.</param>
    /// <param name="LastKnown">The business of this number or id as its last good load had it, where there was one.</param>
    public sealed record ContextLoadFailed(CallId CallId, int Attempt, string Reason, BusinessProfile? LastKnown);

    /// <summary>
    /// To the writer: what a call found out, to be committed whole and once. Answered with <see cref="FlushCommitted"/> or <see cref="FlushDeadLettered"/>.
    /// </summary>
    /// <param name="Record">The call as it ended, or (not <see cref="CallRecord.Final"/>) as it stands.</param>
    /// <param name="Attempt">Counts the versions of one call's batch: a higher one takes the place of a lower one that is not under way.</param>
    public sealed record FlushBatch(CallRecord Record, int Attempt) : IDatabaseMessage
    {
        public CallId CallId => Record.CallId;
    }

    /// <param name="CallId">The call.</param>
    /// <param name="Attempt">The version that stands in the database; 0 where an earlier life of the service wrote it.</param>
    /// <param name="Cost">What the commit cost.</param>
    public sealed record FlushCommitted(CallId CallId, int Attempt, StatementCost Cost)
    {
        /// <summary>False: a snapshot stands there; the end of the call is still to come.</summary>
        public bool Final { get; init; } = true;
    }

    /// <summary>A batch took the place of one that was not under way: what it says will be what is written.</summary>
    public sealed record FlushReplaced(CallId CallId, int Attempt);

    /// <summary>A snapshot of a call that goes on was not written. It is not tried again.</summary>
    public sealed record SnapshotFailed(CallId CallId, int Attempt, string Reason);

    /// <summary>
    /// To the writer: this call's batch is not wanted here any more. The end of a call is withdrawn only if no transaction contains it. A snapshot is withdrawn
    /// even from a running transaction, unless that contains ended calls as well.
    /// </summary>
    public sealed record WithdrawFlush(CallId CallId);

    /// <summary>To the writer: do not wait for the back-off, try what is queued now.</summary>
    public sealed record HurryFlush
    {
        public static readonly HurryFlush Instance = new();
    }

    /// <summary>The database will not have this batch; it is kept as a dead letter.</summary>
    public sealed record FlushDeadLettered(CallId CallId, int Attempt, string Reason, string? SqlState);

    /// <summary>To the writer: the newest dead letters. Answered with <see cref="DeadLetterList"/>.</summary>
    public sealed record ListDeadLetters(int Limit);

    /// <param name="Letters">The newest first.</param>
    /// <param name="Failure">Why they could not be read; null: they were.</param>
    public sealed record DeadLetterList(ImmutableArray<DeadLetter> Letters, string? Failure);

    /// <summary>To the writer: a dead letter's second chance. Answered with <see cref="DeadLetterRetried"/>.</summary>
    public sealed record RetryDeadLetter(string Id);

    /// <param name="Id">The dead letter.</param>
    /// <param name="Outcome">What became of it.</param>
    /// <param name="Reason">Why not, where it was refused again or could not be tried.</param>
    public sealed record DeadLetterRetried(string Id, DeadLetterOutcome Outcome, string? Reason);

    /// <summary>What became of a dead letter that was tried again.</summary>
    public enum DeadLetterOutcome
    {
        Committed,
        Unknown,
        RefusedAgain,
        DatabaseAway,
    }
}
