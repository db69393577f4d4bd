namespace CallActors.Host.Api;

/// <summary>What bodies may take of the memory at once, while it is not known yet who sends them. Thread-safe.</summary>
/// <param name="bound">Bytes.</param>
internal sealed class BodyMemory(long bound)
{
    /// <summary>
    /// What a body may always have. From half of the bound on there is no more for one: a few large ones do not keep out the many small ones.
    /// </summary>
    private const int Small = 64 * 1024;

    private long taken;

    /// <summary>Bytes in use.</summary>
    public long Taken => Interlocked.Read(ref taken);

    /// <summary>Takes more for a body.</summary>
    /// <param name="bytes">How much more.</param>
    /// <param name="altogether">What the body has then.</param>
    /// <returns>False where there is no more.</returns>
    public bool TryTake(int bytes, int altogether)
    {
        if (Interlocked.Add(ref taken, bytes) <= (altogether <= Small ? bound : bound / 2)) return true;
        Give(bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref taken, -bytes);
}
