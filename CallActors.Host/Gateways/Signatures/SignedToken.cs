using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace CallActors.Host.Gateways.Signatures;

/// <summary>
/// A gateway that sends a JSON Web Token (HS256) in <c>Authorization: Bearer …</c>, whose claim <c>payload_hash</c> is the SHA-256 of the body and
/// whose <c>iat</c> is the time of signing. Where it says when it is meant for (<c>nbf</c>, <c>exp</c>), it is taken then, give or take the tolerance.
/// </summary>
internal sealed record SignedToken(SharedSecrets Secrets, TimeSpan Tolerance) : IRequestSignature
{
    private const string Scheme = "Bearer ";

    public string Header => "Authorization";

    public SignatureCheck Check(IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        if (headers.Authorization is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return SignatureCheck.Wrong("The header Authorization holds no token.");
        if (Read(value[Scheme.Length..].Trim()) is not { } token)
            return SignatureCheck.Wrong("Authorization holds no token that can be read, with numbers for its times (iat, exp, nbf).");

        // The one algorithm that is meant: a token must not choose how it is looked at.
        if (token.Alg != SecurityAlgorithms.HmacSha256) return SignatureCheck.Wrong("The token is not signed by HS256.");
        var parts = token.EncodedToken.Split('.');
        if (!Secrets.Signed(SignatureHash.Sha256, [Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}")], Decoded(parts[2])))
            return SignatureCheck.Wrong("The token is not signed with a secret of this gateway.");

        if (!token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Iat, out var seconds)
            || Math.Abs(now.ToUnixTimeSeconds() - (decimal)seconds) > (decimal)Tolerance.TotalSeconds)
            return SignatureCheck.Wrong(
                $"The token does not say when it was issued (iat), or that is more than {Tolerance.TotalSeconds:0} s away from the time here.");

        // RFC 7519, 4.1.4 and 4.1.5: the leeway is for clocks that differ, so it is that of the time of signing.
        if (AheadOf(now, token, JwtRegisteredClaimNames.Exp) <= -(decimal)Tolerance.TotalSeconds)
            return SignatureCheck.Wrong($"The token expired (exp) {Tolerance.TotalSeconds:0} s or more before the time here.");
        if (AheadOf(now, token, JwtRegisteredClaimNames.Nbf) > (decimal)Tolerance.TotalSeconds)
            return SignatureCheck.Wrong($"The token is not to be taken before a time (nbf) more than {Tolerance.TotalSeconds:0} s after the time here.");
        return token.TryGetPayloadValue<string>("payload_hash", out var hash) && IsHashOf(body, hash)
            ? SignatureCheck.Right(DateTimeOffset.FromUnixTimeSeconds(seconds))
            : SignatureCheck.Wrong("The token has no payload_hash of this body.");
    }

    /// <summary>The seconds from now to a time in the token, below zero where it is past; null where the token does not say.</summary>
    private static decimal? AheadOf(DateTimeOffset now, JsonWebToken token, string claim) =>
        token.TryGetPayloadValue<long>(claim, out var seconds) ? (decimal)seconds - now.ToUnixTimeSeconds() : null;

    /// <summary>The token; null where it is none, or a time in it is no number.</summary>
    private static JsonWebToken? Read(string text)
    {
        try
        {
            var token = new JsonWebToken(text);
            return token.EncodedToken.Count(c => c == '.') == 2 ? token : null;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or SecurityTokenException)
        {
            // Whatever it is, it is no token.
            return null;
        }
    }

    /// <summary>The bytes, or none: they are then nobody's signature.</summary>
    private static byte[] Decoded(string text)
    {
        try
        {
            return Base64UrlEncoder.DecodeBytes(text);
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static bool IsHashOf(ReadOnlyMemory<byte> body, string? claimed) => CryptographicOperations.FixedTimeEquals(
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(body.Span))), Encoding.UTF8.GetBytes(claimed?.ToLowerInvariant() ?? ""));
}
