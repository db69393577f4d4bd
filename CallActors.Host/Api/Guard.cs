using System.Net;
using CallActors.Host.Dashboard;
using CallActors.Host.Gateways.Signatures;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>
/// Who may call. With keys: whoever presents one, or the cookie of a browser that did. Without: the service listens on loopback only, so whoever is on this
/// machine; but a browser on this machine also runs the pages of strangers. A page whose name was pointed at 127.0.0.1 (DNS rebinding) is known by its Host
/// header, a page that posts here from elsewhere by its Origin; a proxy that carries strangers here mostly says so. All are answered 421.
/// </summary>
internal sealed class Guard(RequestDelegate next, KeyRing ring, Door door)
{
    private static readonly string[] Forwarding = ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via"];
    private static readonly Problem NotOurs = new(
        ApiProblems.Misdirected, "Without keys only the names of this machine are answered to, such as localhost, and nobody who comes through a proxy.");

    public Task InvokeAsync(HttpContext context)
    {
        // Probes come with whatever name they like, and learn nothing worth hiding.
        if (IsProbe(context.Request.Path)) return next(context);

        // A route that knows its gateway by a signature is asked for under its public name, by somebody without a key.
        if (context.GetEndpoint()?.Metadata.GetMetadata<AuthenticatesItself>() is not null) return next(context);
        var keys = ring.Current;
        if (keys.AnyoneMayCall)
        {
            // Beside the gateways' routes there is nothing: whoever comes under the public name with a wrong path or method is told so.
            return IsLocal(context.Request)
                || (context.GetEndpoint() is not RouteEndpoint && context.Request.Path.StartsWithSegments("/v1/gateways", StringComparison.OrdinalIgnoreCase))
                ? next(context)
                : ProblemJson.Answer(context.Response, NotOurs);
        }

        if (context.GetEndpoint()?.Metadata.GetMetadata<TakesKey>() is not null) return next(context);
        if (door.KeyOf(context, keys) is not { } key) return door.AskForKey(context);
        if (Door.IsForged(context)) return Door.RefuseForged(context);
        context.Features.Set(key);
        return next(context);
    }

    /// <summary>Whether something is asked for below <c>/health</c>; that itself is a path like any other.</summary>
    private static bool IsProbe(PathString path) =>
        path.StartsWithSegments("/health", StringComparison.OrdinalIgnoreCase, out var probe) && probe.Value.AsSpan().ContainsAnyExcept('/');

    private static bool IsLocal(HttpRequest request)
    {
        if (request.Host.HasValue && !IsLoopback(request.Host.Host)) return false;
        if (Forwarding.Any(request.Headers.ContainsKey)) return false;
        var origin = request.Headers.Origin;
        return origin.Count == 0 || origin is [{ } text] && Uri.TryCreate(text, UriKind.Absolute, out var uri) && IsLoopback(uri.Host);
    }

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address);
}
