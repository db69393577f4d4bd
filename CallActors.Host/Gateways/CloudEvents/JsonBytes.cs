using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace CallActors.Host.Gateways.CloudEvents;

/// <summary>JSON as it comes over the wire: UTF-8, perhaps with a byte order mark, perhaps no JSON at all.</summary>
internal static class JsonBytes
{
    /// <summary>Parses a text of JSON.</summary>
    /// <param name="bytes">Has to stay as it is for as long as the document is in use.</param>
    /// <param name="document">The document.</param>
    /// <param name="fault">Where there is none: why, in words that say nothing of ours.</param>
    public static bool TryParse(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out JsonDocument? document, out string fault)
    {
        document = null;
        fault = "";
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        try
        {
            document = JsonDocument.Parse(bytes);
            return true;
        }
        catch (JsonException e)
        {
            fault = bytes.IsEmpty
                ? "the body is empty; JSON is expected"
                : !Utf8.IsValid(bytes.Span)
                    ? "the body is no JSON: there are bytes that are no UTF-8"
                    : $"the body is no JSON that can be read (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})";
            return false;
        }
    }
}
