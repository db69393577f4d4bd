namespace CallActors.Host.Verbs;

/// <summary>Waits for a database as long as it answers: what is bounded is its silence, not how long all that is asked of it takes.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _longest;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _either;

    /// <param name="longest">A silence of this length ends the waiting.</param>
    /// <param name="time">By whose clock.</param>
    /// <param name="cancel">Ends it, too.</param>
    public Patience(TimeSpan longest, TimeProvider time, CancellationToken cancel)
    {
        _longest = longest;
        _silence = new CancellationTokenSource(longest, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, cancel);
    }

    /// <summary>Cancelled when the waiting is over.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>It has answered; the silence begins anew.</summary>
    public void Heard() => _silence.CancelAfter(_longest);

    public void Dispose()
    {
        _either.Dispose();
        _silence.Dispose();
    }
}
