using System.Text;
using CallActors.Host.Api;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace CallActors.Host.Dashboard;

/// <summary><c>/</c>: the dashboard, and how a browser comes to it.</summary>
internal sealed class DashboardEndpoints(DashboardPages pages, Door door, KeyRing ring, TimeProvider time)
{
    public const string Path = "/";
    public const string SignInPath = "/sign-in";
    public const string SignOutPath = "/sign-out";
    public const string FilePath = "/dashboard/{file}";
    private const int LongestForm = 3 * SessionSeal.LongestKey + 1024;
    private const string Field = "key";
    private static readonly string TooLong = $"A key of at most {SessionSeal.LongestKey} characters is expected: no longer one fits into a cookie.";

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

    /// <summary>
    /// A program that fills in the form without following where it is sent to may send it to where it found it. The guard lets it pass as it does the
    /// form's own address; what is no form is answered here as by the guard.
    /// </summary>
    public Task Post(HttpContext context)
    {
        if (IsForm(context.Request)) return SignIn(context);
        var keys = ring.Current;
        if (!keys.AnyoneMayCall && door.KeyOf(context, keys) is null) return door.AskForKey(context);
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = $"{HttpMethods.Get}, {HttpMethods.Head}";
        return Task.CompletedTask;
    }

    public static Task SignOut(HttpContext context)
    {
        SessionCookie.Delete(context.Response);
        return SeeDashboard(context.Response);
    }

    private static async Task<(string? Key, int Status, string? Why)> ReadKey(HttpContext context)
    {
        if (SameOrigin.Tells(context.Request) is false)
            return (null, StatusCodes.Status403Forbidden, "That form was not sent by this page. Enter the key here.");
        if (!IsForm(context.Request))
            return (null, StatusCodes.Status401Unauthorized, "A form is expected: application/x-www-form-urlencoded, the key in its field key.");
        try
        {
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = LongestForm;

            // As UTF-8 whatever charset is named, as browsers send it. Where percent signs are in it, one byte of the key takes three.
            var reader = new FormPipeReader(
                context.Request.BodyReader)
            { ValueCountLimit = 4, KeyLengthLimit = 64, ValueLengthLimit = 3 * SessionSeal.LongestKey };
            var form = await reader.ReadFormAsync(context.RequestAborted);
            if (!form.TryGetValue(Field, out var keys) || keys is not [{ } key] || key.Trim() is not { Length: > 0 } given)
                return (null, StatusCodes.Status401Unauthorized, "Enter one of the configured keys.");
            return Encoding.UTF8.GetByteCount(given) > SessionSeal.LongestKey ? (null, StatusCodes.Status413PayloadTooLarge, TooLong) : (given, 0, null);
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge })
        {
            return (null, StatusCodes.Status413PayloadTooLarge, TooLong);
        }
    }

    private static bool IsForm(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static Task SeeDashboard(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status303SeeOther;
        response.Headers.Location = Path;
        response.Headers.CacheControl = "no-store";
        return Task.CompletedTask;
    }
}
