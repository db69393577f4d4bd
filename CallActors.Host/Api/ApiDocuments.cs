using System.Text.Json;
using System.Text.Json.Nodes;

namespace CallActors.Host.Api;

/// <summary>
/// The documents of the interface: OpenAPI 3.1 of HTTP, AsyncAPI 3 of the socket. They are written by hand, and a spec holds them against the service.
/// The schemas stand in a file that both share; whoever adds routes adds a file of its own, <c>….paths.json</c>, anywhere in this project: its
/// <c>paths</c> and <c>components</c> are joined to the rest.
/// </summary>
internal sealed class ApiDocuments
{
    private const string Folder = "CallActors.Host.Api.Documents.";
    private const string Fragment = ".paths.json";

    private readonly byte[] _openApi = Join([$"{Folder}openapi.json", $"{Folder}schemas.json", .. Fragments]);
    private readonly byte[] _asyncApi = Join([$"{Folder}asyncapi.json", $"{Folder}schemas.json"]);

    private static IEnumerable<string> Fragments =>
        typeof(ApiDocuments).Assembly.GetManifestResourceNames().Where(name => name.EndsWith(Fragment, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    public Task OpenApi(HttpContext context) => Answer(context, _openApi);

    public Task AsyncApi(HttpContext context) => Answer(context, _asyncApi);

    /// <summary>Two documents as one: objects member by member.</summary>
    /// <exception cref="InvalidOperationException">They say different things in one place.</exception>
    internal static void Join(JsonObject into, JsonObject other, string path = "")
    {
        foreach (var (name, value) in other)
        {
            if (!into.TryGetPropertyValue(name, out var there)) into[name] = value?.DeepClone();
            else if (there is JsonObject one && value is JsonObject two) Join(one, two, $"{path}/{name}");
            else throw new InvalidOperationException($"{path}/{name} stands in two documents.");
        }
    }

    private static byte[] Join(IEnumerable<string> resources)
    {
        var document = new JsonObject();
        foreach (var name in resources)
        {
            using var stream = typeof(ApiDocuments).Assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"{name} is not in the assembly.");
            Join(document, JsonNode.Parse(stream)?.AsObject() ?? throw new InvalidOperationException($"{name} is no object."));
        }

        return JsonSerializer.SerializeToUtf8Bytes(document);
    }

    private static Task Answer(HttpContext context, byte[] document)
    {
        context.Response.ContentType = JsonReply.Json;
        context.Response.ContentLength = document.Length;
        return context.Response.Body.WriteAsync(document, context.RequestAborted).AsTask();
    }
}
