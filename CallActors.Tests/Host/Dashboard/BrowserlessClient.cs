using CallActors.Tests.Host.Api;

namespace CallActors.Tests.Host.Dashboard;

/// <summary>Says what a browser says, header by header; it keeps no cookie and follows no redirect.</summary>
internal sealed class BrowserlessClient(Uri address) : IDisposable
{
    public const string Html = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };

    /// <summary>Sends a request with these headers.</summary>
    public async Task<Answer> Send(string method, string path, HttpContent? content = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(path, UriKind.Relative)) { Content = content };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _http.SendAsync(request);
        return await Answer.Of(response);
    }

    /// <summary>As a browser comes to a page.</summary>
    public Task<Answer> Visit(string path, string? cookie = null, string method = "GET") =>
        Send(method, path, null, cookie is null ? [("Accept", Html)] : [("Accept", Html), ("Cookie", cookie)]);

    /// <summary>The form, as the page that shows it sends it.</summary>
    public Task<Answer> SignIn(string key, params (string Name, string Value)[] headers) =>
        Send("POST", "/sign-in", new FormUrlEncodedContent([new("key", key)]),
            [("Accept", Html), .. headers is [] ? [("Sec-Fetch-Site", "same-origin")] : headers]);

    /// <summary>Signs in with a right key.</summary>
    /// <returns>The cookie, as it is sent back.</returns>
    public async Task<string> Cookie(string key) => CookieOf(await SignIn(key)).Split(';')[0];

    public static string CookieOf(Answer answer) => Assert.Single(answer.Headers.GetValues("Set-Cookie"));

    public void Dispose() => _http.Dispose();
}
