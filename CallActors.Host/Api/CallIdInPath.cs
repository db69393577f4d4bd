using CallActors.Messages;
using Microsoft.AspNetCore.Http.Features;

namespace CallActors.Host.Api;

/// <summary>The call id in <c>/v1/calls/{callId}/…</c>.</summary>
internal static class CallIdInPath
{
    private const int Segment = 3;

    /// <summary>Finds the call id of the request.</summary>
    /// <returns>False where the segment is no call id: then there is no such call either.</returns>
    public static bool TryFind(HttpRequest request, out CallId id) => CallId.TryParse(Decoded(request), out id);

    private static string Decoded(HttpRequest request)
    {
        var routed = request.RouteValues["callId"] as string ?? "";
        if (!routed.Contains('%', StringComparison.Ordinal)) return routed;

        // The server leaves %2F in a path as it is, so in what is routed an id with a slash and an id with a literal "%2F" look the same. Only the
        // request line tells them apart, unless it takes detours (dot segments).
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var raw = target.Split('?', 2)[0].Split('/');
        return raw.Length == (request.Path.Value ?? "").Split('/').Length ? Uri.UnescapeDataString(raw[Segment]) : routed;
    }
}
