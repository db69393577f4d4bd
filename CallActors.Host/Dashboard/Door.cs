using CallActors.Host.Api;
using CallActors.Messages;
using Microsoft.AspNetCore.Http.Headers;

namespace CallActors.Host.Dashboard;

/// <summary>Who is at the door with which key, and how somebody is turned away.</summary>
internal sealed class Door(DashboardPages pages, TimeProvider time)
{
    private const string Scheme = "Bearer";
    private static readonly ProblemType FromElsewhere = new("forbidden", 403, "A page from elsewhere sent this");
    private static readonly Problem Foreign = new(
        FromElsewhere, "The cookie of the dashboard counts for what its own pages send; others send Authorization: Bearer <key>.");
    private static readonly Problem NoKey = new(ProblemType.Unauthorized, "Send one of the configured keys: Authorization: Bearer <key>.");

    /// <summary>The key that the request comes with; null where it is none of ours. A session is left on the request.</summary>
    public ApiKey? KeyOf(HttpContext context, ApiKeys keys)
    {
        var request = context.Request;
        if (request.Headers.Authorization.Any(IsBearer)) return keys.Find(Presented(request));
        if (IsSocket(request) || SessionCookie.Find(request, keys, time.GetUtcNow()) is not { } key) return null;
        context.Features.Set(Session.Open);
        return key;
    }

    /// <summary>Whether it is somebody else's page that sends this with our cookie.</summary>
    public static bool IsForged(HttpContext context) => context.Features.Get<Session>() is not null && SameOrigin.IsForged(context.Request);

    public static Task RefuseForged(HttpContext context)
    {
        context.Features.Set(new Denial("the dashboard", "another page sent it"));
        return ProblemJson.Answer(context.Response, Foreign);
    }

    /// <summary>A browser that comes to the dashboard is asked for a key, everybody else told that one is missing.</summary>
    public Task AskForKey(HttpContext context)
    {
        if (IsBrowser(context.Request))
        {
            var why = SessionCookie.IsPresent(context.Request) ? "The session has ended, or its key is no longer one of those configured." : null;
            return pages.Form(context.Response, StatusCodes.Status401Unauthorized, why);
        }

        context.Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemJson.Answer(context.Response, NoKey);
    }

    private static string Presented(HttpRequest request) => request.Headers.Authorization is [{ } value] ? value[Scheme.Length..].Trim() : "";

    /// <summary>Another scheme is for somebody else, a proxy that asked for a password, say, and passes it on.</summary>
    private static bool IsBearer(string? value) =>
        value is { } && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && (value.Length == Scheme.Length || value[Scheme.Length] == ' ');

    /// <summary>
    /// A page from another port of the same host may open one, with our cookie and without asking; gateways have a key. Who offers another protocol, as
    /// clients offer HTTP/2, goes on in this one.
    /// </summary>
    private static bool IsSocket(HttpRequest request) =>
        HttpMethods.IsConnect(request.Method)
            || request.Headers.Upgrade.Any(offered => offered?.Contains("websocket", StringComparison.OrdinalIgnoreCase) is true);

    private static bool IsBrowser(HttpRequest request)
    {
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        var isOurs = request.Path == DashboardEndpoints.SignOutPath
            ? HttpMethods.IsPost(request.Method)
            : reads && (request.Path == DashboardEndpoints.Path || request.Path == DashboardEndpoints.SignInPath);
        return isOurs
            && new RequestHeaders(request.Headers).Accept.Any(one => one.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase)
            && one.Quality is not 0);
    }
}
