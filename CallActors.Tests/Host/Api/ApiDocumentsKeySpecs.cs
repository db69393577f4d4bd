using System.Net.Http.Headers;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Host.Api;

/// <summary>The documents where a key is needed.</summary>
public sealed class ApiDocumentsKeySpecs : GatewayFixture
{
    protected override string Keys => Key;

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/asyncapi/v1.json")]
    public async Task The_documents_need_a_key_like_everything_and_say_so(string path)
    {
        var refused = await Get(path);
        refused.IsProblem("unauthorized", 401);
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        new ApiDocument((await Get("/openapi/v1.json")).Body).Promises("GET", path, refused.Status, refused.Type, refused.Body);
    }

    [Fact]
    public async Task A_route_of_an_adapter_that_is_not_configured_needs_a_key_and_is_not_there()
    {
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        var document = new ApiDocument((await Get("/openapi/v1.json")).Body);
        var adapters = document.Operations.Where(one => one.Path.StartsWith("/v1/gateways/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(adapters);
        foreach (var (method, path) in adapters)
        {
            async Task Is(int status)
            {
                var answer = method == "GET" ? await Get(path) : await Post(path, Content("{}", "application/json"));
                Assert.Equal((status, path), (answer.Status, path));
                document.Promises(method, path, answer.Status, answer.Type, answer.Body);
                Assert.All(document.Headers(method, path, status),
                    header => Assert.True(answer.Headers.Contains(header), $"{path} answered {status} without {header}"));
            }

            Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
            await Is(404);
            Client.DefaultRequestHeaders.Authorization = null;
            await Is(401);
        }
    }
}
