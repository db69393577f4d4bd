using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;

namespace CallActors.Tests.Fixtures;

/// <summary>An OpenAPI or AsyncAPI document as the service gives it, and what it says of an answer.</summary>
internal sealed class ApiDocument
{
    private const string Schemas = "#/components/schemas/";
    private static readonly EvaluationOptions Listing = new() { OutputFormat = OutputFormat.List, RequireFormatValidation = true };
    private readonly JsonObject _document;
    private readonly string _definitions;

    public ApiDocument(string text)
    {
        _document = JsonNode.Parse(text)!.AsObject();
        _definitions = _document["components"]!["schemas"]!.ToJsonString().Replace(Schemas, "#/$defs/", StringComparison.Ordinal);
    }

    /// <summary>Every method and path it speaks of.</summary>
    public IEnumerable<(string Method, string Path)> Operations =>
        from path in _document["paths"]!.AsObject()
        from method in path.Value!.AsObject()
        select (method.Key.ToUpperInvariant(), path.Key);

    public JsonNode Schema(string name) => _document["components"]!["schemas"]![name]!;

    /// <summary>The schema itself, or the one it refers to.</summary>
    public JsonNode Named(JsonNode schema) => (string?)schema["$ref"] is { } reference ? Schema(reference.Split('/')[^1]) : schema;

    public JsonNode this[string member] => _document[member]!;

    /// <summary>Whether an answer is one the document promises: its status, its content type, its body.</summary>
    /// <param name="method">Of the request.</param>
    /// <param name="path">Of the request, without its query.</param>
    /// <param name="status">Of the answer.</param>
    /// <param name="contentType">Of the answer.</param>
    /// <param name="body">Of the answer.</param>
    public void Promises(string method, string path, int status, string? contentType, string body)
    {
        var response = ResponseOf(method, path, status);
        Assert.True(response is { }, $"{method} {path} answered {status}, of which the document says nothing: {body}");
        var content = response["content"]?[contentType!];
        Assert.True(content is { }, $"{method} {path} answered {status} with {contentType}, of which the document says nothing");
        Validates(content["schema"]!, body);
    }

    /// <summary>The headers that an answer of this status has.</summary>
    public IEnumerable<string> Headers(string method, string path, int status) =>
        (ResponseOf(method, path, status)?["headers"]?.AsObject() ?? []).Select(header => header.Key);

    /// <summary>Whether a text is what one of the schemas says.</summary>
    public void Validates(string schema, string text) => Validates(new JsonObject { ["$ref"] = Schemas + schema }, text);

    public bool IsValid(string schema, string text) => Evaluate(new JsonObject { ["$ref"] = Schemas + schema }, text).IsValid;

    private JsonNode? ResponseOf(string method, string path, int status)
    {
        var (template, _) = Assert.Single(_document["paths"]!.AsObject(), one => Matches(one.Key, path) && one.Value![method.ToLowerInvariant()] is { });
        var response = _document["paths"]![template]![method.ToLowerInvariant()]!["responses"]![$"{status}"];
        return (string?)response?["$ref"] is { } reference ? _document["components"]!["responses"]![reference.Split('/')[^1]] : response;
    }

    private void Validates(JsonNode schema, string text)
    {
        var result = Evaluate(schema, text);
        var faults = (result.Details ?? []).Where(detail => detail.Errors is { })
            .Select(detail => $"{detail.InstanceLocation}: {string.Join(", ", detail.Errors!.Values)}");
        Assert.True(result.IsValid, $"{text}\n{string.Join('\n', faults)}");
    }

    private EvaluationResults Evaluate(JsonNode schema, string text)
    {
        var whole = $$"""{"allOf":[{{schema.ToJsonString().Replace(Schemas, "#/$defs/", StringComparison.Ordinal)}}],"$defs":{{_definitions}}}""";
        using var document = JsonDocument.Parse(text);
        return JsonSchema.FromText(whole).Evaluate(document.RootElement, Listing);
    }

    private static bool Matches(string template, string path)
    {
        var (expected, given) = (template.Split('/'), path.Split('/'));
        return expected.Length == given.Length && expected.Zip(given).All(pair => pair.Item1.StartsWith('{') || pair.Item1 == pair.Item2);
    }
}
