using CallActors.Host.Api;

namespace CallActors.Host.Dashboard;

/// <summary>The cookie of a browser that has signed in.</summary>
internal static class SessionCookie
{
    public const string Name = "callactors";

    /// <summary>The key whose session the request belongs to; null where it has none that counts.</summary>
    public static ApiKey? Find(HttpRequest request, ApiKeys keys, DateTimeOffset now) =>
        request.Cookies[Name] is { } text ? SessionSeal.Open(keys, text, now) : null;

    public static bool IsPresent(HttpRequest request) => request.Cookies.ContainsKey(Name);

    public static void Set(HttpResponse response, ApiKey key, string presented, DateTimeOffset now) =>
        response.Cookies.Append(Name, SessionSeal.Seal(key, presented, now), Attributes(response.HttpContext.Request));

    public static void Delete(HttpResponse response) => response.Cookies.Delete(Name, Attributes(response.HttpContext.Request));

    /// <summary>
    /// It ends with the browser. The service itself speaks no TLS: whether the browser came by it is in the origin of its form. Who sends another one keeps
    /// himself from signing in, and nobody else.
    /// </summary>
    private static CookieOptions Attributes(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = "/",
        Secure = request.IsHttps || request.Headers.Origin is [{ } origin] && origin.StartsWith("https://", StringComparison.OrdinalIgnoreCase),
    };
}
