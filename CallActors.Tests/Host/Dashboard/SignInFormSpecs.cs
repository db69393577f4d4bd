using CallActors.Tests.Host.Api;
using static CallActors.Tests.Host.Dashboard.SignInSpecs;

namespace CallActors.Tests.Host.Dashboard;

/// <summary>What is taken for the form that signs a browser in, and what is not.</summary>
public sealed class SignInFormSpecs : GatewayFixture
{
    protected override string Keys => Key;

    private BrowserlessClient Browser => new(Client.BaseAddress!);

    [Fact]
    public async Task What_is_no_form_of_this_page_is_refused_with_a_form()
    {
        using var browser = Browser;
        IsForm(await browser.SignIn(new string('x', 2049)), 413, "A key of at most 2048 characters is expected: no longer one fits into a cookie.");
        IsForm(await browser.SignIn(new string('x', 20_000)), 413, "A key of at most 2048 characters is expected: no longer one fits into a cookie.");
        IsForm(await browser.SignIn(Key, ("Sec-Fetch-Site", "cross-site")), 403, "That form was not sent by this page. Enter the key here.");
        IsForm(await browser.SignIn(Key, ("Origin", "http://evil.example")), 403, "That form was not sent by this page. Enter the key here.");
        IsForm(await browser.Send("POST", "/sign-in"), 401, "A form is expected: application/x-www-form-urlencoded, the key in its field key.");
        var json = Content($"{{\"key\":\"{Key}\"}}", "application/json");
        IsForm(await browser.Send("POST", "/sign-in", json, ("Sec-Fetch-Site", "same-origin")), 401,
            "A form is expected: application/x-www-form-urlencoded, the key in its field key.");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=\"")]
    [InlineData("application/x-www-form-urlencoded;;=")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    [InlineData(",")]
    public async Task A_content_type_that_is_no_form_s_is_told_so(string type)
    {
        using var browser = Browser;
        using var content = new FormUrlEncodedContent([new("key", Key)]);
        content.Headers.Remove("Content-Type");
        Assert.True(content.Headers.TryAddWithoutValidation("Content-Type", type));
        IsForm(await browser.Send("POST", "/sign-in", content), 401, "A form is expected: application/x-www-form-urlencoded, the key in its field key.");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16")]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED ; charset=none-such")]
    public async Task A_form_is_UTF_8_whatever_it_says(string type)
    {
        using var browser = Browser;
        Assert.Equal(303, (await browser.Send("POST", "/sign-in", Content($"key={Key}", type))).Status);
    }

    [Theory]
    [InlineData("+", 2048, 401)]
    [InlineData("+", 2049, 413)]
    [InlineData("é", 1024, 401)]
    [InlineData("é", 1025, 413)]
    public async Task A_key_is_as_long_as_it_is_not_as_it_is_written(string part, int times, int status)
    {
        using var browser = Browser;
        Assert.Equal(status, (await browser.SignIn(string.Concat(Enumerable.Repeat(part, times)))).Status);
    }

    [Fact]
    public async Task The_form_may_be_sent_to_the_page_it_stands_on()
    {
        using var browser = Browser;
        var right = await browser.Send("POST", "/", new FormUrlEncodedContent([new("key", Key)]));
        Assert.Equal((303, "/"), (right.Status, right.Headers.Location?.ToString()));
        Assert.Equal(200, (await browser.Visit("/", BrowserlessClient.CookieOf(right).Split(';')[0])).Status);
        IsForm(await browser.Send("POST", "/", new FormUrlEncodedContent([new("key", "wrong")])), 401, "That is none of the configured keys.");
        IsForm(await browser.Send("POST", "/", new FormUrlEncodedContent([new("key", Key)]), ("Sec-Fetch-Site", "cross-site")), 403,
            "That form was not sent by this page. Enter the key here.");
        (await browser.Send("POST", "/", Content("{}", "application/json"))).IsProblem("unauthorized", 401);
        (await browser.Send("POST", "/", Content("{}", "application/json"), ("Authorization", $"Bearer {Key}"))).IsProblem("method-not-allowed", 405);
        (await browser.Send("PUT", "/", new FormUrlEncodedContent([new("key", Key)]), ("Authorization", $"Bearer {Key}"))).IsProblem("method-not-allowed", 405);
    }
}
