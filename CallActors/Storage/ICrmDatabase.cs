using System.Collections.Immutable;
using CallActors.Domain;

namespace CallActors.Storage;

/// <summary>
/// The CRM database. Only <c>ContextLoaderActor</c> and <c>DbWriterActor</c> are given one: that no statement runs while a caller talks
/// is a matter of who can reach this interface.
/// </summary>
public interface ICrmDatabase
{
    /// <summary>Answers a list of queries with ONE statement.</summary>
    /// <returns>One <see cref="LoadedCall"/> a query, in the queries' order, whether any row exists or not; and what the statement cost.</returns>
    /// <exception cref="CrmException">The database is away or refused the statement.</exception>
    Task<Loaded> LoadAsync(IReadOnlyList<ContextQuery> queries, CancellationToken cancel);

    /// <summary>Commits a group of calls in one transaction: all of it or nothing. A final record whose ledger row exists already writes nothing.</summary>
    /// <exception cref="CrmException">Nothing was written, or (<see cref="CrmFault.Away"/>) it is not known whether it was: commit the same group
    /// again.</exception>
    Task<Committed> CommitAsync(IReadOnlyList<CallRecord> records, CancellationToken cancel);

    /// <summary>Keeps a batch that was refused. A second one for the same call takes the first one's place.</summary>
    /// <exception cref="CrmException">It could not be kept.</exception>
    Task KeepDeadLetterAsync(CallRecord record, string reason, string? sqlState, CancellationToken cancel);

    /// <summary>The newest dead letters, newest first.</summary>
    /// <exception cref="CrmException">The database is away or refused the statement.</exception>
    Task<ImmutableArray<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancel);

    /// <summary>How many dead letters there are.</summary>
    /// <exception cref="CrmException">The database is away or refused the statement.</exception>
    Task<long> CountDeadLettersAsync(CancellationToken cancel);

    /// <summary>The record a dead letter was made of; null where there is no such letter.</summary>
    /// <exception cref="CrmException">The database is away or refused the statement.</exception>
    Task<CallRecord?> ReadDeadLetterAsync(string id, CancellationToken cancel);

    /// <summary>Forgets a dead letter whose batch has been committed.</summary>
    /// <exception cref="CrmException">The database is away or refused the statement.</exception>
    Task RemoveDeadLetterAsync(string id, CancellationToken cancel);
}

/// <param name="Calls">One a query, in order.</param>
/// <param name="Cost">The one statement.</param>
public sealed record Loaded(ImmutableArray<LoadedCall> Calls, StatementCost Cost);

/// <param name="AlreadyThere">Which of the records (by index) had been committed before and were not written again.</param>
/// <param name="Cost">The statements of the transaction.</param>
public sealed record Committed(ImmutableHashSet<int> AlreadyThere, StatementCost Cost)
{
    /// <summary>Those among <see cref="AlreadyThere"/> of which the ledger knows nothing any more, and their rows tell.</summary>
    public ImmutableHashSet<int> ByTheirRows { get; init; } = [];
}

/// <summary>What is wrong when a statement fails: the one distinction on which it hangs what is done next.</summary>
public enum CrmFault
{
    /// <summary>The database is away, slow, full, read-only or out of connections, or a deadlock or serialization failure hit: try the same again.</summary>
    Away,

    /// <summary>The database will not have this: a constraint, a type, a permission, a trigger, or no business for the call.</summary>
    Refused,
}

/// <summary>A statement on the CRM failed. Classified where it arises; carries its cause.</summary>
public sealed class CrmException(CrmFault fault, string message, string? sqlState = null, int? culprit = null, Exception? cause = null, bool inDoubt = false)
    : Exception(message, cause)
{
    /// <summary>The transaction's end is not known: it may stand. Otherwise it does not.</summary>
    public bool InDoubt => inDoubt;

    public CrmFault Fault => fault;

    /// <summary>Five characters, where the database gave one.</summary>
    public string? SqlState => sqlState;

    /// <summary>
    /// What of a failure may be told to whoever asks: a driver's own words may name hosts, users and databases, which are the operator's, in the log.
    /// </summary>
    public static string PublicWordsOf(Exception failure) => failure switch
    {
        CrmException { Fault: CrmFault.Refused } refused => $"the database refused a statement (SQLSTATE {refused.SqlState ?? "none"})",
        CrmException { SqlState: { } state } => $"the database is away (SQLSTATE {state})",
        CrmException => "the database is away",
        OperationCanceledException => "the database did not answer in time",
        _ => $"the service failed ({failure.GetType().Name})",
    };

    /// <summary>The index of the record that was refused, where that is known; null: split the group to find it.</summary>
    public int? Culprit => culprit;

    /// <summary>Where one look has found several that are refused for the same reason: all of them.</summary>
    public ImmutableArray<int> Culprits { get; init; } = culprit is { } one ? [one] : [];
}
