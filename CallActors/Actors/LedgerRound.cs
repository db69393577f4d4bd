using CallActors.Storage;

namespace CallActors.Actors;

/// <summary>One look for what the ledger need not keep: how far it has come, and when it goes on.</summary>
/// <param name="before">What was committed since then stays.</param>
internal sealed class LedgerRound(DateTimeOffset before)
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(250);

    public DateTimeOffset Before => before;

    /// <summary>From where the next piece is taken.</summary>
    public DateTimeOffset Since { get; private set; } = DateTimeOffset.UnixEpoch;

    public long Rows { get; private set; }

    /// <summary>A piece is gone.</summary>
    /// <param name="forgotten">How much it was.</param>
    /// <param name="took">What the database took for it.</param>
    /// <returns> How long to wait before the next one; null: that was the last one. A database that takes long is left alone for longer: of its time this takes
    /// a tenth at the most.
    /// </returns>
    public TimeSpan? PauseAfter(Forgotten forgotten, TimeSpan took)
    {
        Rows += forgotten.Rows;
        Since = forgotten.Youngest ?? Since;
        if (forgotten.Rows < ILedger.PieceRows) return null;
        return took * 9 > LeastPause ? took * 9 : LeastPause;
    }
}
