using System.Security.Cryptography;
using System.Text;

namespace CallActors.Messages;

/// <summary>The gateway's id of a call: 1 to 64 visible ASCII characters (0x21 to 0x7E). The CRM's <c>call_sid</c>.</summary>
public readonly record struct CallId
{
    public const int MaxLength = 64;

    private CallId(string value) => Value = value;

    public string Value { get; }

    /// <summary>Reads a call id.</summary>
    /// <returns>False, and the default id, where <paramref name="text"/> is no call id.</returns>
    public static bool TryParse(string? text, out CallId id)
    {
        id = default;
        if (text is null || text.Length is 0 or > MaxLength || text.AsSpan().ContainsAnyExceptInRange('!', '~')) return false;
        id = new CallId(text);
        return true;
    }

    /// <summary>Reads a call id that is known to be one.</summary>
    /// <exception cref="FormatException">The text is no call id.</exception>
    public static CallId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is no call id: 1 to {MaxLength} visible ASCII characters are expected.");

    public override string ToString() => Value;
}

/// <summary>The key of a row in <c>business</c>: the tenant.</summary>
public readonly record struct BusinessId(long Value);

/// <summary>The key of a row in <c>leads</c>.</summary>
public readonly record struct LeadId(long Value);

/// <summary>The key of a row in <c>outbound_call_jobs</c>.</summary>
public readonly record struct JobId(long Value);

/// <summary>The key of a row in <c>call_log</c>.</summary>
public readonly record struct CallLogId(long Value);

/// <summary>What identifies an event: CloudEvents' <c>source</c> and <c>id</c>. Sent twice, applied once.</summary>
public readonly record struct EventKey(string Source, string Id)
{
    /// <summary>64 bits of SHA-256 over source and id: what a call remembers of each event it has seen, 8 bytes however long the id is.</summary>
    public ulong Fingerprint()
    {
        // The separator cannot occur in either part (CloudEvents forbids control characters), so ("a","bc") and ("ab","c") differ.
        var length = Encoding.UTF8.GetMaxByteCount(Source.Length) + 1 + Encoding.UTF8.GetMaxByteCount(Id.Length);
        var text = length <= 1024 ? stackalloc byte[length] : new byte[length];
        var written = Encoding.UTF8.GetBytes(Source, text);
        text[written++] = 0;
        written += Encoding.UTF8.GetBytes(Id, text[written..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..written], hash);
        return BitConverter.ToUInt64(hash);
    }
}
