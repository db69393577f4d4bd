namespace CallActors.Storage;

/// <summary>The ledger as its keeper sees it: what is old can be forgotten, and nothing else be read or written.</summary>
public interface ILedger
{
    /// <summary>Rows that one <see cref="ForgetAsync"/> takes at the most.</summary>
    const int PieceRows = 1_000;

    /// <summary>Whether an index leads to the oldest rows: without one each piece would read the whole table.</summary>
    /// <exception cref="CrmException">The database is away or refused the statement.</exception>
    Task<bool> IsIndexedAsync(CancellationToken cancel);

    /// <summary>
    /// Deletes the oldest rows that were committed in a span of time, in one statement of its own; those that another is deleting are passed over.
    /// </summary>
    /// <param name="since">What is older has been deleted, or is for another time. Saves the index from being read over and over where it begins.</param>
    /// <param name="before">What is younger stays.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="before"/> is less than <see cref="Domain.LedgerMemory.LeastKept"/> ago.</exception>
    /// <exception cref="CrmException">The database is away or refused the statement; it is not known whether rows were deleted.</exception>
    Task<Forgotten> ForgetAsync(DateTimeOffset since, DateTimeOffset before, CancellationToken cancel);
}

/// <param name="Rows">How many were deleted; fewer than <see cref="ILedger.PieceRows"/>: there are no more, or another is at them.</param>
/// <param name="Youngest">When the youngest of them was committed; null: there was none.</param>
public readonly record struct Forgotten(int Rows, DateTimeOffset? Youngest);
