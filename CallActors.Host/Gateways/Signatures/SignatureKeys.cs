using System.Collections.Immutable;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace CallActors.Host.Gateways.Signatures;

/// <summary>A hash a gateway signs with.</summary>
internal enum SignatureHash
{
    Sha256,
    Sha1,
    Sha512,
}

/// <summary>What a signature is made with, or known by. Of several, any will do.</summary>
internal interface ISignatureKeys
{
    /// <summary>Whether a signature is that of a text.</summary>
    /// <param name="text">In pieces that follow each other.</param>
    /// <param name="signature">The bytes; of any length.</param>
    bool Signed(ReadOnlyMemory<byte>[] text, byte[] signature);
}

/// <summary>Secrets that sign by HMAC.</summary>
internal sealed record HmacKeys(SharedSecrets Secrets, SignatureHash Hash = SignatureHash.Sha256) : ISignatureKeys
{
    public bool Signed(ReadOnlyMemory<byte>[] text, byte[] signature) => Secrets.Signed(Hash, text, signature);
}

/// <summary>The gateway's public keys, 32 bytes each. They are no secret; whoever has them can sign nothing.</summary>
internal sealed record Ed25519Keys(ImmutableArray<byte[]> PublicKeys) : ISignatureKeys
{
    public static readonly int Length = Ed25519.PublicKeySize;

    public bool Signed(ReadOnlyMemory<byte>[] text, byte[] signature)
    {
        if (signature.Length != Ed25519.SignatureSize) return false;
        var whole = text.SelectMany(piece => piece.ToArray()).ToArray();
        return PublicKeys.Any(key => Ed25519.Verify(signature, 0, key, 0, whole, 0, whole.Length));
    }
}
