using CloudNative.CloudEvents.Core;
using Microsoft.Net.Http.Headers;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>How a request carries its events.</summary>
internal enum EventMode
{
    /// <summary>It carries none.</summary>
    None,

    /// <summary>Attributes in headers, data in the body.</summary>
    Binary,

    /// <summary>One event in the body.</summary>
    Structured,

    /// <summary>A list of events in the body.</summary>
    Batched,
}

/// <summary>The modes of the CloudEvents HTTP binding, told apart.</summary>
internal static class EventContent
{
    public const string HeaderPrefix = "ce-";

    public static EventMode ModeOf(HttpRequest request)
    {
        // The batch's type begins with the other's: it has to be looked for first.
        var contentType = request.ContentType;
        if (MimeUtilities.IsCloudEventsBatchContentType(contentType)) return IsCloudEventsJson(contentType) ? EventMode.Batched : EventMode.None;
        if (MimeUtilities.IsCloudEventsContentType(contentType)) return IsCloudEventsJson(contentType) ? EventMode.Structured : EventMode.None;
        return request.Headers.Any(header => header.Key.StartsWith(HeaderPrefix, StringComparison.OrdinalIgnoreCase)) ? EventMode.Binary : EventMode.None;
    }

    /// <summary>The charset that keeps a request from being read, though its type is one of CloudEvents; null where that is not why.</summary>
    public static string? WrongCharsetOf(HttpRequest request) =>
        (MimeUtilities.IsCloudEventsBatchContentType(request.ContentType) || MimeUtilities.IsCloudEventsContentType(request.ContentType))
        && MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && IsOfJson(type) && !IsUtf8(type)
            ? HeaderUtilities.RemoveQuotes(type.Charset).ToString()
            : null;

    /// <summary>Whether a media type is one of JSON in UTF-8.</summary>
    public static bool IsJson(string contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.SubTypeWithoutSuffix.Equals("json", StringComparison.OrdinalIgnoreCase) && !type.Suffix.HasValue
            || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase))
        && IsUtf8(type);

    private static bool IsCloudEventsJson(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type) && IsOfJson(type) && IsUtf8(type);

    private static bool IsOfJson(MediaTypeHeaderValue type) => !type.Suffix.HasValue || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);

    private static bool IsUtf8(MediaTypeHeaderValue type) =>
        !type.Charset.HasValue
        || HeaderUtilities.RemoveQuotes(type.Charset) is var charset
        && (charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase) || charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase));
}
