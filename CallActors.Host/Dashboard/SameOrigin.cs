namespace CallActors.Host.Dashboard;

/// <summary>Whether somebody else's page sent a request, as the browser tells it.</summary>
internal static class SameOrigin
{
    /// <summary>
    /// A cookie comes with whatever the browser sends here. <c>SameSite</c> keeps out other sites, but not a page from another port or name of the same one.
    /// What changes nothing is let pass: its answer is not shown to other origins. So is what tells nothing: it comes from a program, which sends what it was
    /// given.
    /// </summary>
    public static bool IsForged(HttpRequest request) => !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method) && Tells(request) is false;

    /// <summary>What the browser tells of it.</summary>
    /// <returns>False where it was another's page; null where nothing is told: browsers in use tell it of every form, other programs need not.</returns>
    public static bool? Tells(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site) return site is ["same-origin" or "none"];

        // Browsers say it over TLS and to this machine only; elsewhere there is the origin.
        if (request.Headers.Origin.Count == 0) return null;
        return request.Headers.Origin is [{ } text]
            && Uri.TryCreate(text, UriKind.Absolute, out var origin)
            && request.Host.HasValue
            && Uri.TryCreate($"{origin.Scheme}://{request.Host.Value}", UriKind.Absolute, out var asked)
            && Uri.Compare(origin, asked, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
    }
}
