namespace CallActors.Host.Api;

/// <summary>What bodies may take of the memory at once, while it is not known yet who sends them. Thread-safe.</summary>
/// <param name="bound">Bytes.</param>
internal sealed class BodyMemory(long bound)
{
    private long taken;

    /// <summary>Bytes in use.</summary>
    public long Taken => Interlocked.Read(ref taken);

    /// <returns>False where there is no more.</returns>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref taken, bytes) <= bound) return true;
        Give(bytes);
        return false;
    }

    public void Give(int bytes) => Interlocked.Add(ref taken, -bytes);
}
