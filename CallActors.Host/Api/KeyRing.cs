namespace CallActors.Host.Api;

/// <summary>The keys as they are now; they may be changed while the service runs. Thread-safe.</summary>
internal sealed class KeyRing(ApiKeys keys)
{
    private volatile ApiKeys _current = keys;

    public ApiKeys Current => _current;

    /// <summary>Raised after the keys have changed.</summary>
    public event Action? Changed;

    public void Replace(ApiKeys keys)
    {
        _current = keys;
        Changed?.Invoke();
    }
}
