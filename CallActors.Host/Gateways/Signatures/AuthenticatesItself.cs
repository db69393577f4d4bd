namespace CallActors.Host.Gateways.Signatures;

/// <summary>Marks a route that knows its gateway by a signature. It needs no key, and is asked for under a public name.</summary>
internal sealed class AuthenticatesItself
{
    public static readonly AuthenticatesItself Mark = new();
}
