using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Gateways.Signatures;
using CallActors.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace CallActors.Tests.Host.Gateways.Signatures;

public class HeaderSignatureSpecs
{
    /// <summary>The vector of jambonz.</summary>
    private const string Body = """{"call_sid":"b5e39996-bd2f-4bda-b928-355147186a2a","direction":"inbound","call_status":"completed","sip_status":200,"duration":12}""";
    private const string Signature = "a3d87b19d530cd88e75792791d1c567164a15691203a7410e5f30c959ecc2a8d";
    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static readonly HeaderSignature Jambonz = new("Jambonz-Signature", new HmacKeys(new SharedSecrets(["another", "whsec_test"])))
    {
        Prefix = "v1=",
        TimestampHeader = "Jambonz-Signature",
        TimestampPrefix = "t=",
    };

    private static SignatureCheck Check(HeaderSignature signature, string body, DateTimeOffset now, params (string Name, string Value)[] headers)
    {
        var given = new HeaderDictionary();
        foreach (var (name, value) in headers) given.Append(name, value);
        return signature.Check(given, Encoding.UTF8.GetBytes(body), now);
    }

    [Theory]
    [InlineData($"t=1700000000,v1={Signature}")]
    [InlineData($"v1={Signature}, t=1700000000")]
    [InlineData($"t=1700000000,v1=00,v1={Signature},v2=x")]
    public void The_vector_of_jambonz_holds(string header)
    {
        var check = Check(Jambonz, Body, SignedAt, ("Jambonz-Signature", header));
        Assert.Null(check.Fault);
        Assert.Equal(SignedAt, check.SignedAt);
    }

    [Theory]
    [InlineData("")]
    [InlineData($"v1={Signature}")]
    [InlineData("t=1700000000")]
    [InlineData($"t=1700000001,v1={Signature}")]
    [InlineData($"t=1700000000,t=1700000000,v1={Signature}")]
    [InlineData($"t=soon,v1={Signature}")]
    [InlineData($"t=99999999999999999,v1={Signature}")]
    [InlineData($"t=1700000000,{Signature}")]
    [InlineData($"t=1700000000,v1=1,v1=2,v1=3,v1=4,v1={Signature}")]
    [InlineData("t=1700000000,v1=zz")]
    [InlineData("t=1700000000,v1=a3d87b19d530cd88e75792791d1c567164a15691203a7410e5f30c959ecc2a8e")]
    public void Anything_else_does_not(string header) => Assert.NotNull(Check(Jambonz, Body, SignedAt, ("Jambonz-Signature", header)).Fault);

    [Fact]
    public void Another_body_or_no_header_does_not()
    {
        Assert.NotNull(Check(Jambonz, Body + " ", SignedAt, ("Jambonz-Signature", $"t=1700000000,v1={Signature}")).Fault);
        Assert.NotNull(Check(Jambonz, Body, SignedAt).Fault);
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void What_was_signed_long_ago_or_ahead_of_time_is_not_taken(int seconds, bool isRight) =>
        Assert.Equal(isRight, Check(Jambonz, Body, SignedAt.AddSeconds(seconds), ("Jambonz-Signature", $"t=1700000000,v1={Signature}")).IsRight);

    [Theory]
    [InlineData("Sha256", "Hex", "")]
    [InlineData("Sha1", "Hex", "sha1=")]
    [InlineData("Sha512", "Base64", "")]
    [InlineData("Sha256", "Base64", "sha256=")]
    public void Hash_encoding_prefix_and_URL_are_the_gateways_choice(string hash, string encoding, string prefix)
    {
        var signature = new HeaderSignature("X-Sig", new HmacKeys(new SharedSecrets(["secret"]), Enum.Parse<SignatureHash>(hash)))
        {
            Encoding = Enum.Parse<SignatureEncoding>(encoding),
            Prefix = prefix,
            Lead = "https://a.example/x",
        };
        var hex = SignedClient.Hmac(new HashAlgorithmName(hash.ToUpperInvariant()), "secret", "https://a.example/x{}");
        var value = prefix + (encoding == "Hex" ? hex.ToUpperInvariant() : Convert.ToBase64String(Convert.FromHexString(hex)));
        Assert.True(Check(signature, "{}", SignedAt, ("X-Sig", value)).IsRight);
        Assert.False(Check(signature with { Lead = "" }, "{}", SignedAt, ("X-Sig", value)).IsRight);
        Assert.False(Check(signature with { Keys = new HmacKeys(new SharedSecrets(["Secret"])) }, "{}", SignedAt, ("X-Sig", value)).IsRight);
        if (prefix.Length > 0) Assert.False(Check(signature, "{}", SignedAt, ("X-Sig", value[prefix.Length..])).IsRight);
    }

    [Fact]
    public void An_Ed25519_signature_is_known_by_the_public_key()
    {
        var privateKey = RandomNumberGenerator.GetBytes(32);
        var signature = new HeaderSignature(
            "telnyx-signature-ed25519", new Ed25519Keys([new byte[32], Convert.FromBase64String(SignedClient.PublicKeyOf(privateKey))]))
        {
            Encoding = SignatureEncoding.Base64,
            TimestampHeader = "telnyx-timestamp",
            Separator = "|",
        };
        var headers = SignedClient.Telnyx(Body, SignedAt, privateKey);
        Assert.True(Check(signature, Body, SignedAt, headers).IsRight);
        Assert.False(Check(signature, Body + "x", SignedAt, headers).IsRight);
        Assert.False(Check(signature, Body, SignedAt.AddMinutes(6), headers).IsRight);
        Assert.False(Check(signature, Body, SignedAt, SignedClient.Telnyx(Body, SignedAt, RandomNumberGenerator.GetBytes(32))).IsRight);
        Assert.False(Check(signature, Body, SignedAt, headers[0], ("telnyx-signature-ed25519", "AAAA")).IsRight);
    }

    /// <summary>Test 2 of RFC 8032, 7.1.</summary>
    [Fact]
    public void The_vector_of_RFC_8032_holds() =>
        Assert.True(new Ed25519Keys([Convert.FromHexString("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]).Signed(
        ["r"u8.ToArray()],
        Convert.FromHexString(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")));
}
