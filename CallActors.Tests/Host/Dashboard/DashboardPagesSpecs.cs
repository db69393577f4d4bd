using System.Text.RegularExpressions;
using CallActors.Tests.Host.Api;

namespace CallActors.Tests.Host.Dashboard;

/// <summary>The dashboard's pages, without keys.</summary>
public sealed partial class DashboardPagesSpecs : GatewayFixture
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    [Fact]
    public async Task Without_keys_the_dashboard_is_there_at_once()
    {
        using var browser = new BrowserlessClient(Client.BaseAddress!);
        var page = await browser.Visit("/");
        Assert.Equal((200, "text/html; charset=utf-8", "no-store"), (page.Status, page.Type, page.Headers.CacheControl?.ToString()));
        Assert.DoesNotContain("data-session ", page.Body, StringComparison.Ordinal);
        var head = await browser.Visit("/", method: "HEAD");
        Assert.Equal((200, page.Type, "", page.ContentHeaders.ContentLength), (head.Status, head.Type, head.Body, head.ContentHeaders.ContentLength));
        Assert.Equal(303, (await browser.SignIn("anything")).Status);
        Assert.Equal(303, (await browser.Visit("/sign-in")).Status);
    }

    [Fact]
    public async Task A_page_from_elsewhere_gets_none_of_it()
    {
        using var browser = new BrowserlessClient(Client.BaseAddress!);
        Assert.Equal(421, (await browser.Send("GET", "/", null, ("Host", "evil.example"))).Status);
        Assert.Equal(421, (await browser.Send("POST", "/sign-in", null, ("Origin", "http://evil.example"))).Status);
    }

    [Fact]
    public async Task Another_method_is_not_served()
    {
        var answer = await Post("/");
        answer.IsProblem("method-not-allowed", 405);
        Assert.Equal(["GET", "HEAD"], answer.ContentHeaders.Allow.Order());
    }

    [Theory]
    [InlineData("/", "text/html; charset=utf-8")]
    [InlineData("/dashboard/dashboard.js", "text/javascript; charset=utf-8")]
    [InlineData("/dashboard/dashboard.css", "text/css; charset=utf-8")]
    public async Task Nothing_from_elsewhere_is_let_in(string path, string type)
    {
        var answer = await Get(path);
        Assert.Equal((200, type), (answer.Status, answer.Type));
        Assert.Equal(Policy, Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("same-origin", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
    }

    [Fact]
    public async Task Everything_a_page_and_its_modules_name_is_there()
    {
        var page = (await Get("/")).Body;
        var waiting = new Queue<string>(Named().Matches(page).Select(match => match.Groups[1].Value));
        var seen = new HashSet<string>();
        while (waiting.TryDequeue(out var path))
        {
            if (!seen.Add(path)) continue;
            var answer = await Get(path);
            Assert.True(answer.Status == 200, path);
            foreach (Match import in Imported().Matches(answer.Body)) waiting.Enqueue($"/dashboard/{import.Groups[1].Value}");
        }

        Assert.True(seen.Count > 5);
        Assert.DoesNotContain("<style", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<script[^>]*>[^<]|\son[a-z]+=|\sstyle=", page);
    }

    [Fact]
    public async Task A_file_is_sent_again_only_once_it_is_another()
    {
        using var browser = new BrowserlessClient(Client.BaseAddress!);
        var first = await browser.Send("GET", "/dashboard/dashboard.css");
        Assert.Equal("no-cache", first.Headers.CacheControl?.ToString());
        var again = await browser.Send("GET", "/dashboard/dashboard.css", null, ("If-None-Match", first.Headers.ETag!.ToString()));
        Assert.Equal((304, ""), (again.Status, again.Body));
        Assert.Equal(200, (await browser.Send("GET", "/dashboard/dashboard.css", null, ("If-None-Match", "\"another\""))).Status);
    }

    [Theory]
    [InlineData("/dashboard/none.js")]
    [InlineData("/dashboard/index.html")]
    [InlineData("/dashboard/sign-in.html")]
    [InlineData("/dashboard/..%2Fappsettings.json")]
    [InlineData("/dashboard/")]
    public async Task There_is_no_other_file(string path) => (await Get(path)).IsProblem("not-found", 404);

    [Fact]
    public void No_text_of_a_call_can_become_a_part_of_the_page()
    {
        var files = typeof(CallActors.Host.Api.ApiKeys).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(".js", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(files);
        Assert.All(files, name =>
        {
            using var reader = new StreamReader(typeof(CallActors.Host.Api.ApiKeys).Assembly.GetManifestResourceStream(name)!);
            Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|eval\\(|new Function|DOMParser|setHTML|srcdoc", reader.ReadToEnd());
        });
    }

    [GeneratedRegex("(?:src|href)=\"(/dashboard/[^\"]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("from '\\./([^']+)'")]
    private static partial Regex Imported();
}
