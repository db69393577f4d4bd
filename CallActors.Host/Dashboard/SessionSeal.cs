using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Api;

namespace CallActors.Host.Dashboard;

/// <summary>
/// What a session's cookie holds: the key that was presented and when, sealed with what every node knows of that key, its digest. So nothing is kept here, each
/// node opens what another has sealed, and a key that is taken out of the configuration takes its sessions with it. Who sees the cookie does not see the key,
/// and who sees a digest in a configuration file cannot make a cookie of it: the key itself has to be inside.
/// </summary>
internal static class SessionSeal
{
    /// <summary>An operator signs in once a shift.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>With this the cookie stays below the four kilobytes that browsers keep.</summary>
    public const int LongestKey = 2_048;

    private const int IdLength = 8;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int TimeLength = sizeof(long);
    private const int Overhead = IdLength + NonceLength + TagLength + TimeLength;
    private static readonly byte[] Purpose = "CallActors dashboard session, 1"u8.ToArray();

    /// <summary>Seals a key that was found right.</summary>
    /// <param name="key">As it is configured.</param>
    /// <param name="presented">Its text, at most <see cref="LongestKey"/> visible ASCII characters.</param>
    /// <param name="now">The session begins.</param>
    /// <returns>Base64url.</returns>
    public static string Seal(ApiKey key, string presented, DateTimeOffset now)
    {
        var (id, secret) = SecretsOf(key);
        var plain = new byte[TimeLength + Encoding.UTF8.GetByteCount(presented)];
        BinaryPrimitives.WriteInt64BigEndian(plain, now.ToUnixTimeSeconds());
        Encoding.UTF8.GetBytes(presented, plain.AsSpan(TimeLength));
        var sealedKey = new byte[Overhead - TimeLength + plain.Length];
        id.CopyTo(sealedKey, 0);
        var nonce = sealedKey.AsSpan(IdLength, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var cipher = new AesGcm(secret, TagLength);
        cipher.Encrypt(nonce, plain, sealedKey.AsSpan(IdLength + NonceLength + TagLength), sealedKey.AsSpan(IdLength + NonceLength, TagLength));
        return Base64Url.EncodeToString(sealedKey);
    }

    /// <summary>The key of ours that is in it.</summary>
    /// <returns>Null where it was not sealed with one of these keys, or too long ago.</returns>
    public static ApiKey? Open(ApiKeys keys, string text, DateTimeOffset now)
    {
        if (text.Length > Base64Url.GetEncodedLength(Overhead + LongestKey) || !Base64Url.IsValid(text, out var length) || length <= Overhead) return null;
        var sealedKey = Base64Url.DecodeFromChars(text);
        foreach (var key in keys.All)
        {
            var (id, secret) = SecretsOf(key);
            if (!CryptographicOperations.FixedTimeEquals(id, sealedKey.AsSpan(0, IdLength))) continue;
            return Decrypt(secret, sealedKey) is { } plain && now - TimeOf(plain) < Lifetime
                ? keys.Find(Encoding.UTF8.GetString(plain.AsSpan(TimeLength)))
                : null;
        }

        return null;
    }

    private static byte[]? Decrypt(byte[] secret, ReadOnlySpan<byte> sealedKey)
    {
        var plain = new byte[sealedKey.Length - (Overhead - TimeLength)];
        try
        {
            using var cipher = new AesGcm(secret, TagLength);
            cipher.Decrypt(sealedKey.Slice(IdLength, NonceLength), sealedKey[(IdLength + NonceLength + TagLength)..],
                sealedKey.Slice(IdLength + NonceLength, TagLength), plain);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Only who knows the key, and its digest, has written it: it is a time.</summary>
    private static DateTimeOffset TimeOf(byte[] plain) => DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt64BigEndian(plain));

    /// <summary>By which a cookie's key is found, and with what it is sealed. Neither shows the digest.</summary>
    private static (byte[] Id, byte[] Secret) SecretsOf(ApiKey key)
    {
        var made = HKDF.DeriveKey(HashAlgorithmName.SHA256, key.Digest, IdLength + 32, info: Purpose);
        return (made[..IdLength], made[IdLength..]);
    }
}
