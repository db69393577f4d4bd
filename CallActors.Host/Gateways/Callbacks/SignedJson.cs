using System.Globalization;
using System.Text.Json;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Host.Gateways.Signatures;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Callbacks;

/// <summary>Callbacks whose body is a JSON object: read, known to be the gateway's, and handed to its translator.</summary>
internal sealed class SignedJson(CallbackBodies bodies, CallbackDesk desk, TimeProvider time)
{
    /// <summary>Reads a request.</summary>
    /// <param name="context">The request and its answer.</param>
    /// <param name="gateway">As the log names it.</param>
    /// <param name="signature">How it is known.</param>
    /// <param name="translate">The body, and when it was sent: by the gateway's clock where it signs that, else by ours.</param>
    /// <returns>Null where the request was answered already.</returns>
    public async Task<CallbackReading?> Read(
        HttpContext context, string gateway, IRequestSignature signature, Func<JsonElement, DateTimeOffset, CallbackReading> translate)
    {
        using var body = await bodies.Read(context, gateway, signature.Header);
        if (body is null) return null;

        var now = time.GetUtcNow();
        var check = signature.Check(context.Request.Headers, body.Bytes, now);
        if (!check.IsRight)
        {
            await desk.Refuse(context, gateway, check);
            return null;
        }

        if (!JsonBytes.TryParse(body.Bytes, out var document, out var fault)) return CallbackReading.Wrong(new Fault("", fault));
        using (document)
        {
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? translate(document.RootElement, check.SignedAt ?? now)
                : CallbackReading.Wrong(new Fault("", $"{Given.Of(document.RootElement).Shown} was given; a JSON object is expected"));
        }
    }

    /// <summary>What stands at a JSON pointer (RFC 6901), as text: a string, or a number as it is written; null for anything else.</summary>
    public static string? At(JsonElement root, string pointer) =>
        Find(root, pointer) is { Kind: GivenKind.Text or GivenKind.Number } given ? given.Value : null;

    /// <summary>What stands at a JSON pointer, whatever it is.</summary>
    public static Given Find(JsonElement root, string pointer)
    {
        foreach (var token in pointer.Split('/').Skip(1))
        {
            var name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (Member(root, name) is { } member) root = member;
            else if (root.ValueKind == JsonValueKind.Array && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                && index < root.GetArrayLength()) root = root[index];
            else return Given.Absent;
        }

        return Given.Of(root);
    }

    /// <summary>
    /// A member of an object; null where there is none. A name with half a surrogate pair is nobody's name: whoever asks for another is not to trip over it.
    /// </summary>
    public static JsonElement? Member(JsonElement element, string name)
    {
        if (element.ValueKind != JsonValueKind.Object) return null;
        try
        {
            return element.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            return Members.Of(element, [name]).Element(name) is { ValueKind: not JsonValueKind.Undefined } found ? found : null;
        }
    }

    /// <summary>What a member is called; null where that is no Unicode text.</summary>
    public static string? NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
