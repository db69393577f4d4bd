using System.Text;

namespace CallActors.Host.Dashboard;

/// <summary>The dashboard's pages and what they load, with the headers that keep anything else out of them.</summary>
internal sealed class DashboardPages
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    private const string Index = "index.html";
    private const string SignIn = "sign-in.html";
    private const string Why = "<!-- why -->";

    private readonly Dictionary<string, DashboardFile> _files;
    private readonly DashboardFile _open;
    private readonly DashboardFile _signedIn;
    private readonly string _form;
    private readonly string _formPolicy;

    public DashboardPages()
    {
        var files = DashboardFile.ReadAll();
        var index = Encoding.UTF8.GetString(files[Index]);
        _open = Page(index);
        _signedIn = Page(index.Replace("<html ", "<html data-session ", StringComparison.Ordinal));
        _form = Encoding.UTF8.GetString(files[SignIn]);

        // Whoever has no key is given nothing but the form, so its style is in it.
        var style = _form.Split("<style>")[1].Split("</style>")[0];
        _formPolicy = $"default-src 'none'; style-src {DashboardFile.HashOf(style)}; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        _files = files.Where(file => file.Key is not (Index or SignIn))
            .ToDictionary(file => file.Key, file => new DashboardFile(file.Value, DashboardFile.TypeOf(file.Key)));
    }

    /// <summary>The dashboard itself.</summary>
    /// <param name="response">The response.</param>
    /// <param name="isSession">A cookie opened it: one may sign out.</param>
    public Task Dashboard(HttpResponse response, bool isSession) => Send(response, isSession ? _signedIn : _open, Policy, "no-store");

    /// <summary>The form that asks for a key.</summary>
    /// <param name="response">The response.</param>
    /// <param name="status">Its status.</param>
    /// <param name="why">A sentence of ours above it; null: none.</param>
    public Task Form(HttpResponse response, int status, string? why = null)
    {
        response.StatusCode = status;
        if (status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = "Bearer";
        return Send(response, Page(_form.Replace(Why, why is null ? "" : $"<p class=\"why\" role=\"alert\">{why}</p>", StringComparison.Ordinal)), _formPolicy,
            "no-store");
    }

    /// <summary>What a page loads.</summary>
    /// <returns>False where there is no such file; nothing has been answered then.</returns>
    public async Task<bool> TrySendFile(HttpContext context, string name)
    {
        if (!_files.TryGetValue(name, out var file)) return false;
        var response = context.Response;
        response.Headers.ETag = file.ETag;
        if (context.Request.Headers.IfNoneMatch.Contains(file.ETag))
        {
            AddHeaders(response, Policy, "no-cache");
            response.StatusCode = StatusCodes.Status304NotModified;
        }
        else
        {
            await Send(response, file, Policy, "no-cache");
        }

        return true;
    }

    private static DashboardFile Page(string html) => new(Encoding.UTF8.GetBytes(html), DashboardFile.TypeOf(Index));

    private static async Task Send(HttpResponse response, DashboardFile file, string policy, string caching)
    {
        AddHeaders(response, policy, caching);
        response.ContentType = file.ContentType;
        response.ContentLength = file.Bytes.Length;
        if (!HttpMethods.IsHead(response.HttpContext.Request.Method)) await response.Body.WriteAsync(file.Bytes, response.HttpContext.RequestAborted);
    }

    /// <summary>With <c>no-referrer</c> browsers would hide the origin of the form, too, which is asked for.</summary>
    private static void AddHeaders(HttpResponse response, string policy, string caching)
    {
        response.Headers.ContentSecurityPolicy = policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        response.Headers.CacheControl = caching;
        response.Headers.Vary = "Accept, Authorization, Cookie";
    }
}
