namespace CallActors.Storage;

/// <summary>
/// Whether a group's locks are worth guessing. A guess that holds saves one of two looks, a wrong one costs a transaction begun in vain: where rows come to be
/// while calls go on, as where a telephony webhook makes one for each call, nearly all would be wrong. Thread-safe.
/// </summary>
internal sealed class LockGuesses
{
    /// <summary>
    /// Groups after a wrong guess for which none is made: so even where all are wrong it is one group in thirty, or as many as are under way at once.
    /// </summary>
    internal const int Rest = 30;
    private int _rest;

    /// <summary>Whether to guess for the next group.</summary>
    public bool Next()
    {
        if (Volatile.Read(ref _rest) <= 0) return true;
        Interlocked.Decrement(ref _rest);
        return false;
    }

    public void WasWrong() => Volatile.Write(ref _rest, Rest);
}
