namespace CallActors.Host.Verbs;

/// <summary>
/// HTTP to a service of ours. The environment's proxy is not asked: .NET would send even what goes to this machine through it, where it means another one.
/// </summary>
internal static class DirectHttp
{
    /// <param name="service">The address that others are relative to; null: each request has a whole one.</param>
    /// <param name="patience">How long an answer may take; null: as long as the library's default.</param>
    public static HttpClient ClientOf(Uri? service = null, TimeSpan? patience = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service };
        if (patience is { } given) client.Timeout = given;
        return client;
    }
}
