using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Api;
using CallActors.Host.Dashboard;
using CallActors.Tests.Fixtures;
using CallActors.Tests.Host.Api;
using Microsoft.Extensions.Time.Testing;

namespace CallActors.Tests.Host.Dashboard;

/// <summary>How a browser comes to the dashboard, and how far its cookie reaches.</summary>
public sealed class SignInSpecs : GatewayFixture
{
    private const string Hashed = "only-its-hash-is-known";
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero));

    protected override string Keys => $"{Key},sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Hashed)))}";

    protected override TimeProvider Time => _time;

    private BrowserlessClient Browser => new(Client.BaseAddress!);

    internal static void IsForm(Answer answer, int status, string? why = null)
    {
        Assert.Equal((status, "text/html; charset=utf-8"), (answer.Status, answer.Type));
        Assert.Contains("<form method=\"post\" action=\"/sign-in\">", answer.Body, StringComparison.Ordinal);
        if (why is null) Assert.DoesNotContain("role=\"alert\"", answer.Body, StringComparison.Ordinal);
        else Assert.Contains($"<p class=\"why\" role=\"alert\">{why}</p>", answer.Body, StringComparison.Ordinal);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/sign-in")]
    public async Task A_browser_without_a_key_gets_its_401_as_a_form(string path)
    {
        using var browser = Browser;
        var answer = await browser.Visit(path);
        IsForm(answer, 401);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        var head = await browser.Visit(path, method: "HEAD");
        Assert.Equal((401, answer.Type, "", answer.ContentHeaders.ContentLength), (head.Status, head.Type, head.Body, head.ContentHeaders.ContentLength));
    }

    [Theory]
    [InlineData("GET", "/", "*/*")]
    [InlineData("GET", "/", "application/json")]
    [InlineData("GET", "/", "text/html;q=0")]
    [InlineData("GET", "/", "")]
    [InlineData("POST", "/", BrowserlessClient.Html)]
    [InlineData("GET", "/v1/stats", BrowserlessClient.Html)]
    [InlineData("GET", "/dashboard/dashboard.js", BrowserlessClient.Html)]
    [InlineData("GET", "/no/such/path", BrowserlessClient.Html)]
    public async Task Everybody_else_gets_a_problem(string method, string path, string accept)
    {
        using var browser = Browser;
        var answer = await browser.Send(method, path, null, ("Accept", accept));
        answer.IsProblem("unauthorized", 401);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData(Key)]
    [InlineData(Hashed)]
    public async Task A_right_key_becomes_a_cookie_that_opens_the_dashboard_and_the_API(string key)
    {
        using var browser = Browser;
        var answer = await browser.SignIn(key);
        Assert.Equal((303, "/", ""), (answer.Status, answer.Headers.Location?.ToString(), answer.Body));
        var cookie = BrowserlessClient.CookieOf(answer);
        Assert.Equal(["path=/", "samesite=strict", "httponly"], cookie.Split("; ")[1..]);
        Assert.DoesNotContain(key, cookie, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(key)).TrimEnd('='), cookie, StringComparison.Ordinal);

        var page = await browser.Visit("/", cookie.Split(';')[0]);
        Assert.Equal((200, "text/html; charset=utf-8"), (page.Status, page.Type));
        Assert.Contains("<html data-session ", page.Body, StringComparison.Ordinal);
        Assert.Equal(200, (await browser.Visit("/v1/stats", cookie.Split(';')[0])).Status);
        Assert.Equal(200, (await browser.Visit("/dashboard/dashboard.css", cookie.Split(';')[0])).Status);
        Assert.Equal(303, (await browser.Visit("/sign-in", cookie.Split(';')[0])).Status);
    }

    [Fact]
    public async Task The_key_in_the_header_opens_the_dashboard_too_and_there_is_nothing_to_sign_out_of()
    {
        using var browser = Browser;
        var page = await browser.Send("GET", "/", null, ("Authorization", $"Bearer {Key}"));
        Assert.Equal(200, page.Status);
        Assert.DoesNotContain("data-session ", page.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_cookie_is_for_TLS_only_where_the_browser_came_by_it()
    {
        using var browser = Browser;
        var answer = await browser.SignIn(Key, ("Origin", "https://calls.example.com"), ("Sec-Fetch-Site", "same-origin"));
        Assert.Contains("secure", BrowserlessClient.CookieOf(answer).Split("; "));
    }

    [Theory]
    [InlineData("0123456789abcde", 401, "That is none of the configured keys.")]
    [InlineData("<script>alert(1)</script>", 401, "That is none of the configured keys.")]
    [InlineData("", 401, "Enter one of the configured keys.")]
    public async Task A_wrong_key_gets_the_form_again_and_is_not_repeated(string key, int status, string why)
    {
        using var browser = Browser;
        var answer = await browser.SignIn(key);
        IsForm(answer, status, why);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        if (key.Length > 0) Assert.DoesNotContain(key, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_ends_with_its_key_at_once_with_its_time_and_with_the_sign_out()
    {
        using var browser = Browser;
        var cookie = await browser.Cookie(Hashed);
        Ring.Replace(ApiKeysOf(Key));
        IsForm(await browser.Visit("/", cookie), 401, "The session has ended, or its key is no longer one of those configured.");
        (await browser.Visit("/v1/stats", cookie)).IsProblem("unauthorized", 401);

        cookie = await browser.Cookie(Key);
        _time.Advance(TimeSpan.FromHours(12) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await browser.Visit("/", cookie)).Status);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(401, (await browser.Visit("/", cookie)).Status);

        cookie = await browser.Cookie(Key);
        var answer = await browser.Send("POST", "/sign-out", null, ("Accept", BrowserlessClient.Html), ("Cookie", cookie), ("Sec-Fetch-Site", "same-origin"));
        Assert.Equal((303, "/"), (answer.Status, answer.Headers.Location?.ToString()));
        Assert.StartsWith("callactors=; expires=Thu, 01 Jan 1970", BrowserlessClient.CookieOf(answer), StringComparison.Ordinal);
        IsForm(await browser.Send("POST", "/sign-out", null, ("Accept", BrowserlessClient.Html)), 401);
        Assert.Equal(401, (await browser.Send("POST", "/sign-out")).Status);
    }

    [Fact]
    public async Task Where_there_is_a_header_too_it_counts()
    {
        using var browser = Browser;
        var cookie = await browser.Cookie(Key);
        Assert.Equal(401, (await browser.Send("GET", "/v1/stats", null, ("Cookie", cookie), ("Authorization", "Bearer wrong"))).Status);
        Assert.Equal(200, (await browser.Send("POST", "/v1/drain", null, ("Cookie", "callactors=wrong"), ("Authorization", $"Bearer {Key}"))).Status);
        Assert.Equal(200,
            (await browser.Send("POST", "/v1/drain", null, ("Cookie", cookie), ("Authorization", $"Bearer {Key}"), ("Sec-Fetch-Site", "cross-site"))).Status);
    }

    [Fact]
    public async Task What_a_proxy_asked_for_itself_and_passes_on_does_not_count()
    {
        using var browser = Browser;
        var cookie = await browser.Cookie(Key);
        Assert.Equal(200, (await browser.Send("GET", "/v1/stats", null, ("Cookie", cookie), ("Authorization", "Basic b3BlcmF0b3I6c2VjcmV0"))).Status);
        Assert.Equal(403,
            (await browser.Send(
            "POST", "/v1/drain", null, ("Cookie", cookie), ("Authorization", "Basic b3BlcmF0b3I6c2VjcmV0"), ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(401, (await browser.Send("GET", "/v1/stats", null, ("Authorization", "Basic b3BlcmF0b3I6c2VjcmV0"))).Status);
        Assert.Equal(401, (await browser.Send("GET", "/v1/stats", null, ("Cookie", cookie), ("Authorization", "Bearer"))).Status);
        Assert.Equal(401, (await browser.Send("GET", "/v1/stats", null, ("Authorization", $"Bearers {Key}"))).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    [InlineData("Sec-Fetch-Site", "none", 200)]
    [InlineData("Sec-Fetch-Site", "same-site", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Origin", "self", 200)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "http://127.0.0.1:1", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("X-Nothing", "x", 200)]
    public async Task What_changes_something_is_refused_where_another_page_sent_it(string name, string value, int status)
    {
        using var browser = Browser;
        var cookie = await browser.Cookie(Key);
        var answer = await browser.Send(
            "POST", "/v1/drain", null, ("Cookie", cookie), (name, value == "self" ? Client.BaseAddress!.GetLeftPart(UriPartial.Authority) : value));
        Assert.Equal(status, answer.Status);
        if (status == 403) answer.IsProblem("forbidden", 403);
        Assert.Equal(status == 200 ? 1 : 0, Calls.Asked.Count);
    }

    [Fact]
    public async Task A_program_that_is_no_browser_may_fill_in_the_form_too()
    {
        using var browser = Browser;
        Assert.Equal(303, (await browser.SignIn(Key, ("X-Nothing", "x"))).Status);
    }

    [Theory]
    [InlineData("GET", "/", 401, "text/html")]
    [InlineData("HEAD", "/sign-in", 401, null)]
    [InlineData("POST", "/sign-in", 401, "text/html")]
    [InlineData("POST", "/sign-out", 401, "text/html")]
    public async Task What_a_browser_is_answered_is_in_the_document(string method, string path, int status, string? type)
    {
        using var browser = Browser;
        var answer = await browser.Visit(path, method: method);
        Assert.Equal((status, "text/html; charset=utf-8"), (answer.Status, answer.Type));
        var document = new ApiDocument((await browser.Send("GET", "/openapi/v1.json", null, ("Authorization", $"Bearer {Key}"))).Body);
        var response = document["paths"][path]![method.ToLowerInvariant()]!["responses"]![$"{status}"]!;
        if (type is not null) Assert.NotNull(response["content"]![type]);
        Assert.All(document.Headers(method, path, status), header => Assert.True(answer.Headers.Contains(header), header));
        Assert.Equal(SessionCookie.Name, (string?)document["components"]["securitySchemes"]!["session"]!["name"]);
    }

    [Fact]
    public async Task The_cookie_opens_no_socket()
    {
        using var browser = Browser;
        var cookie = await browser.Cookie(Key);
        (string, string)[] handshake = [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"),
            ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), ("Sec-WebSocket-Protocol", "cloudevents.json")];
        Assert.Equal(401, (await browser.Send("GET", "/v1/gateway", null, [("Cookie", cookie), .. handshake])).Status);
    }

    [Fact]
    public async Task Who_offers_another_protocol_keeps_the_cookie()
    {
        using var browser = Browser;
        var cookie = await browser.Cookie(Key);
        Assert.Equal(200,
            (await browser.Send("GET", "/v1/stats", null, ("Cookie", cookie), ("Connection", "Upgrade, HTTP2-Settings"), ("Upgrade", "h2c"),
            ("HTTP2-Settings", "AAMAAABkAAQCAAAAAAIAAAAA"))).Status);
        Assert.Equal(401, (await browser.Send("GET", "/v1/stats", null, ("Cookie", cookie), ("Connection", "Upgrade"), ("Upgrade", "h2c, WebSocket"))).Status);
    }

    private static ApiKeys ApiKeysOf(string key) =>
        new([new ApiKey(SHA256.HashData(Encoding.UTF8.GetBytes(key)), null, CallActors.Messages.ClientLimits.None)]);
}
