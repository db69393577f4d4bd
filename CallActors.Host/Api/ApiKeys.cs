using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Options;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>One key that opens the service.</summary>
/// <param name="Digest">Its SHA-256; the key itself is not kept.</param>
/// <param name="Name">Who has it, for logs and limits; null where it was given without.</param>
/// <param name="Limits">What may be done with it.</param>
internal sealed record ApiKey(byte[] Digest, string? Name, ClientLimits Limits)
{
    /// <summary>A start that came with this key, or was made from what came with it: a named one's counts towards its limits.</summary>
    public CallEvents.Started Sign(CallEvents.Started started) =>
        Name is null ? started : started with { Start = started.Start with { Client = Name }, Limits = Limits };
}

/// <summary>The keys that open the service.</summary>
internal sealed class ApiKeys(ImmutableArray<ApiKey> keys)
{
    private const string HashPrefix = "sha256:";

    /// <summary>No key is configured: whoever reaches the service may call, and only this machine reaches it.</summary>
    public bool AnyoneMayCall => keys.IsEmpty;

    public int Count => keys.Length;

    public ImmutableArray<ApiKey> All => keys;

    /// <summary>The key of ours that was presented, or null. Takes the same time whichever it is, and however much of it is right.</summary>
    public ApiKey? Find(string presented)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), digest);
        return Find(digest);
    }

    /// <summary>Whether somebody who came with this key, or without any, would still be let in, and the key as it is configured now.</summary>
    public bool StillOpens(ApiKey? key, out ApiKey? now)
    {
        now = key is null ? null : Find(key.Digest);
        return now is { } || AnyoneMayCall;
    }

    private ApiKey? Find(ReadOnlySpan<byte> digest)
    {
        ApiKey? found = null;
        foreach (var key in keys)
            if (CryptographicOperations.FixedTimeEquals(key.Digest, digest)) found = key;
        return found;
    }

    /// <summary>The digest of a configured key, or of a configured hash itself.</summary>
    /// <param name="reader">Checks it.</param>
    /// <param name="name">The configuration's key, for the message.</param>
    /// <param name="key">The value; it is never shown.</param>
    /// <exception cref="ConfigurationException">It is empty, or cannot be sent in a header.</exception>
    public static byte[] Digest(SettingReader reader, string name, string key)
    {
        if (key.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var hash = key[HashPrefix.Length..];
            return hash.Length == SHA256.HashSizeInBytes * 2 && hash.All(char.IsAsciiHexDigit)
                ? Convert.FromHexString(hash)
                : throw new ConfigurationException($"{name} (not shown) begins with sha256: and is no hash; 64 hexadecimal digits are expected after it.");
        }

        reader.CheckSecret(name, key, "a key of visible ASCII characters, or sha256: and 64 hexadecimal digits,");
        return SHA256.HashData(Encoding.UTF8.GetBytes(key));
    }
}
