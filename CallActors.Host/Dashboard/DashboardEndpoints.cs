using CallActors.Host.Api;
using Microsoft.AspNetCore.Http.Features;

namespace CallActors.Host.Dashboard;

/// <summary><c>/</c>: the dashboard, and how a browser comes to it.</summary>
internal sealed class DashboardEndpoints(DashboardPages pages, KeyRing ring, TimeProvider time)
{
    public const string Path = "/";
    public const string SignInPath = "/sign-in";
    public const string SignOutPath = "/sign-out";
    public const string FilePath = "/dashboard/{file}";
    private const int LongestForm = 3 * SessionSeal.LongestKey + 1024;
    private const string Field = "key";

    public Task Get(HttpContext context) => pages.Dashboard(context.Response, context.Features.Get<Session>() is not null);

    public async Task File(HttpContext context)
    {
        if (!await pages.TrySendFile(context, context.Request.RouteValues["file"] as string ?? "")) context.Response.StatusCode = StatusCodes.Status404NotFound;
    }

    /// <summary>Who is signed in and comes here, with the browser's own reload perhaps, wants the dashboard.</summary>
    public static Task GetSignIn(HttpContext context) => SeeDashboard(context.Response);

    /// <summary>A key comes out of the form. The guard lets it pass: it is what is guarded here.</summary>
    public async Task SignIn(HttpContext context)
    {
        var response = context.Response;
        var (key, status, why) = await ReadKey(context);
        if (key is null)
        {
            await pages.Form(response, status, why);
            return;
        }

        var keys = ring.Current;
        if (keys.Find(key) is { } found) SessionCookie.Set(response, found, key, time.GetUtcNow());
        else if (!keys.AnyoneMayCall)
        {
            await pages.Form(response, StatusCodes.Status401Unauthorized, "That is none of the configured keys.");
            return;
        }

        await SeeDashboard(response);
    }

    public static Task SignOut(HttpContext context)
    {
        SessionCookie.Delete(context.Response);
        return SeeDashboard(context.Response);
    }

    private static async Task<(string? Key, int Status, string? Why)> ReadKey(HttpContext context)
    {
        if (SameOrigin.Tells(context.Request) is false) return (null, StatusCodes.Status403Forbidden, "That form was not sent by this page. Enter the key here.");
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) is not true)
            return (null, StatusCodes.Status401Unauthorized, "A form is expected: application/x-www-form-urlencoded, the key in its field key.");
        try
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LongestForm;
            var form = await context.Request.ReadFormAsync(new FormOptions { ValueCountLimit = 4, KeyLengthLimit = 64, ValueLengthLimit = SessionSeal.LongestKey }, context.RequestAborted);
            return form[Field] is [{ } key] && key.Trim() is { Length: > 0 } given
                ? (given, 0, null)
                : (null, StatusCodes.Status401Unauthorized, "Enter one of the configured keys.");
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return (null, StatusCodes.Status413PayloadTooLarge, $"A key of at most {SessionSeal.LongestKey} characters is expected: no longer one fits into a cookie.");
        }
    }

    private static Task SeeDashboard(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = Path;
        response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
