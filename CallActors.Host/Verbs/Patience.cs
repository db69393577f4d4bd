namespace CallActors.Host.Verbs;

/// <summary>Waits for a database as long as it answers: its silence has a narrow bound, all that is asked of it a wide one.</summary>
internal sealed class Patience : IDisposable
{
    private readonly TimeSpan _longestSilence;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _whole;
    private readonly CancellationTokenSource _any;

    /// <param name="longestSilence">A silence of this length ends the waiting.</param>
    /// <param name="longest">So does all of it together.</param>
    /// <param name="time">By whose clock.</param>
    /// <param name="cancel">Ends it, too.</param>
    public Patience(TimeSpan longestSilence, TimeSpan longest, TimeProvider time, CancellationToken cancel)
    {
        _longestSilence = longestSilence;
        _silence = new CancellationTokenSource(longestSilence, time);
        _whole = new CancellationTokenSource(longest, time);
        _any = CancellationTokenSource.CreateLinkedTokenSource(_silence.Token, _whole.Token, cancel);
    }

    /// <summary>Cancelled when the waiting is over.</summary>
    public CancellationToken Token => _any.Token;

    /// <summary>It has answered; the silence begins anew.</summary>
    public void Heard() => _silence.CancelAfter(_longestSilence);

    public void Dispose()
    {
        _any.Dispose();
        _whole.Dispose();
        _silence.Dispose();
    }
}
