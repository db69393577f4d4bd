using static CallActors.Messages.CallQueries;

namespace CallActors.Telemetry;

/// <summary>What one node holds.</summary>
/// <param name="Calls">Its calls by state.</param>
/// <param name="Partitions">How many partitions live there.</param>
public sealed record HeldHere(CallCounts Calls, int Partitions);

/// <summary>
/// What this node held when it was last asked. Instruments are read in one go and wait for nobody, so whoever collects them has the actors asked before.
/// Several may at once. Thread-safe.
/// </summary>
public sealed class HeldCalls
{
    private volatile HeldHere? _known;

    /// <summary>Null: nobody has asked, or there was no answer. Old figures are not told for new ones.</summary>
    public HeldHere? Known => _known;

    /// <summary>Asks anew.</summary>
    /// <param name="ask">Whatever it throws is thrown here.</param>
    public async Task AskAsync(Func<Task<HeldHere>> ask)
    {
        var before = _known;
        try
        {
            _known = await ask().ConfigureAwait(false);
        }
        catch
        {
            // What somebody else has heard meanwhile stays.
            Interlocked.CompareExchange(ref _known, null, before);
            throw;
        }
    }
}
