using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Options;

namespace CallActors.Host.Api;

/// <summary>The keys that open the service. Only their SHA-256 is kept.</summary>
internal sealed class ApiKeys(ImmutableArray<byte[]> digests)
{
    private const int ShortestKey = 16;
    private const string HashPrefix = "sha256:";

    /// <summary>No key is configured: whoever reaches the service may call, and only this machine reaches it.</summary>
    public bool AnyoneMayCall => digests.IsEmpty;

    /// <summary>Whether a key is one of ours. Takes the same time whichever it is, and however much of it is right.</summary>
    public bool Opens(string presented)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(presented), digest);
        var opens = false;
        foreach (var known in digests) opens |= CryptographicOperations.FixedTimeEquals(known, digest);
        return opens;
    }

    /// <summary>The digest of a configured key, or of a configured hash itself.</summary>
    /// <param name="name">The configuration's key, for the message.</param>
    /// <param name="key">The value; it is never shown.</param>
    /// <exception cref="ConfigurationException">It is too short, or cannot be sent in a header.</exception>
    public static byte[] Digest(string name, string key)
    {
        if (key.StartsWith(HashPrefix, StringComparison.OrdinalIgnoreCase))
        {
            var hash = key[HashPrefix.Length..];
            return hash.Length == SHA256.HashSizeInBytes * 2 && hash.All(char.IsAsciiHexDigit)
                ? Convert.FromHexString(hash)
                : throw new ConfigurationException($"{name} (not shown) begins with sha256: and is no hash; 64 hexadecimal digits are expected after it.");
        }

        if (key.Length < ShortestKey || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            var given = key.Length == 0 ? "empty" : $"a text of {key.Length} characters";
            throw new ConfigurationException(
                $"{name} (not shown) is {given}; a key of at least {ShortestKey} visible ASCII characters, or sha256: and 64 hexadecimal digits, is expected.");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(key));
    }
}
