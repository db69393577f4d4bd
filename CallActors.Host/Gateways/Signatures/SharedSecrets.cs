using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Options;

namespace CallActors.Host.Gateways.Signatures;

/// <summary>
/// What a gateway and this service both know. There may be several, so that one can be replaced while the other is still in use; every one of
/// them is tried, and a comparison takes the same time however much of it is right.
/// </summary>
internal sealed class SharedSecrets(ImmutableArray<string> secrets)
{
    private readonly ImmutableArray<byte[]> keys = [.. secrets.Select(Encoding.UTF8.GetBytes)];

    /// <summary>Reads and checks a list of secrets.</summary>
    /// <returns>Null where the key is not given.</returns>
    /// <exception cref="ConfigurationException">One is empty, or cannot be sent in a header; the message shows none of it.</exception>
    public static SharedSecrets? Read(SettingReader reader, string key)
    {
        var given = reader.List(key).ToList();
        if (given.Count == 0) return null;
        foreach (var (name, value) in given) reader.CheckSecret(name, value, "a secret of visible ASCII characters");
        return new SharedSecrets([.. given.Select(item => item.Value)]);
    }

    /// <summary>Whether <paramref name="presented"/> is the HMAC of a text under one of the secrets.</summary>
    /// <param name="hash">Of the HMAC.</param>
    /// <param name="text">What was signed, in pieces that follow each other.</param>
    /// <param name="presented">The signature that came, decoded.</param>
    public bool Signed(SignatureHash hash, ReadOnlySpan<ReadOnlyMemory<byte>> text, ReadOnlySpan<byte> presented)
    {
        var signed = false;
        foreach (var key in keys)
        {
            using var hmac = IncrementalHash.CreateHMAC(NameOf(hash), key);
            foreach (var piece in text) hmac.AppendData(piece.Span);
            signed |= CryptographicOperations.FixedTimeEquals(hmac.GetHashAndReset(), presented);
        }

        return signed;
    }

    /// <summary>Whether <paramref name="presented"/> is one of the secrets itself.</summary>
    public bool Contains(string presented)
    {
        // Hashed, so that their lengths say nothing either.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(presented));
        var contains = false;
        foreach (var key in keys) contains |= CryptographicOperations.FixedTimeEquals(SHA256.HashData(key), digest);
        return contains;
    }

    private static HashAlgorithmName NameOf(SignatureHash hash) => hash switch
    {
        SignatureHash.Sha1 => HashAlgorithmName.SHA1,
        SignatureHash.Sha256 => HashAlgorithmName.SHA256,
        SignatureHash.Sha512 => HashAlgorithmName.SHA512,
        _ => throw new ArgumentOutOfRangeException(nameof(hash), hash, null),
    };
}
