using System.Net.Http.Headers;

namespace CallActors.Tests.Host.Api;

public class WithKeysSpecs : GatewayFixture
{
    protected override string Keys => $"{Key},fedcba9876543210";

    [Theory]
    [InlineData("/v1/stats")]
    [InlineData("/v1/calls/CA1")]
    [InlineData("/no/such/path")]
    [InlineData("/")]
    [InlineData("/healthy")]
    [InlineData("/health")]
    [InlineData("/health/")]
    [InlineData("/health//")]
    [InlineData("/health/../v1/stats")]
    public async Task Everything_needs_a_key(string path)
    {
        var answer = await Get(path);
        answer.IsProblem("unauthorized", 401);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task Probes_need_none(string path) => Assert.Equal(200, (await Get(path)).Status);

    [Fact]
    public async Task Nor_does_whoever_asks_for_a_probe_that_is_not_there() => (await Get("/health/other")).IsProblem("not-found", 404);

    [Theory]
    [InlineData("Bearer 0123456789abcdef", 200)]
    [InlineData("bearer fedcba9876543210", 200)]
    [InlineData("Bearer 0123456789abcde", 401)]
    [InlineData("Bearer 0123456789abcdef,fedcba9876543210", 401)]
    [InlineData("Bearer", 401)]
    [InlineData("Basic 0123456789abcdef", 401)]
    [InlineData("0123456789abcdef", 401)]
    public async Task A_key_opens(string authorization, int status)
    {
        Client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        Assert.Equal(status, (await Get("/v1/stats")).Status);
    }

    [Fact]
    public async Task With_a_key_what_is_not_there_is_not_found()
    {
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        (await Get("/no/such/path")).IsProblem("not-found", 404);
    }
}

public class WithoutKeysSpecs : GatewayFixture
{
    [Theory]
    [InlineData("localhost", 200)]
    [InlineData("127.0.0.1:8080", 200)]
    [InlineData("[::1]:8080", 200)]
    [InlineData("app.localhost", 200)]
    [InlineData("evil.example", 421)]
    [InlineData("localhost.evil.example", 421)]
    [InlineData("10.0.0.1", 421)]
    public async Task Only_the_names_of_this_machine_are_answered(string host, int status)
    {
        Client.DefaultRequestHeaders.Host = host;
        Assert.Equal(status, (await Get("/v1/stats")).Status);
        Assert.Equal(200, (await Get("/health/ready")).Status);
    }

    [Theory]
    [InlineData("Forwarded", "for=203.0.113.7")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Real-IP", "203.0.113.7")]
    [InlineData("Via", "1.1 proxy")]
    public async Task Whoever_comes_through_a_proxy_may_be_anybody(string header, string value)
    {
        Client.DefaultRequestHeaders.TryAddWithoutValidation(header, value);
        Assert.Equal(421, (await Get("/v1/stats")).Status);
    }

    [Theory]
    [InlineData("http://localhost:3000", 200)]
    [InlineData("http://evil.example", 421)]
    [InlineData("null", 421)]
    public async Task A_page_from_elsewhere_is_not_served(string origin, int status)
    {
        Client.DefaultRequestHeaders.TryAddWithoutValidation("Origin", origin);
        Assert.Equal(status, (await Post("/v1/drain")).Status);
    }
}
