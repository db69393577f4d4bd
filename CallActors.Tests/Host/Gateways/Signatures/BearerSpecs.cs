using System.Text;
using CallActors.Host.Gateways.Signatures;
using CallActors.Tests.Fixtures;
using Microsoft.AspNetCore.Http;

namespace CallActors.Tests.Host.Gateways.Signatures;

public class BearerSpecs
{
    private const string Body = """{"uuid":"1"}""";
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly SharedSecrets Secrets = new([SignedClient.OtherSecret, SignedClient.Secret]);
    private static readonly SignedToken Token = new(Secrets, TimeSpan.FromMinutes(5));

    private static SignatureCheck Check(IRequestSignature signature, string? authorization, string body = Body)
    {
        IHeaderDictionary headers = new HeaderDictionary();
        if (authorization is not null) headers.Authorization = authorization;
        return signature.Check(headers, Encoding.UTF8.GetBytes(body), Now);
    }

    [Theory]
    [InlineData($"Bearer {SignedClient.Secret}", true)]
    [InlineData($"bearer {SignedClient.OtherSecret}", true)]
    [InlineData($"Bearer {SignedClient.Secret}x", false)]
    [InlineData($"Basic {SignedClient.Secret}", false)]
    [InlineData("Bearer ", false)]
    [InlineData(null, false)]
    public void A_secret_opens(string? authorization, bool isRight) => Assert.Equal(isRight, Check(new BearerSecret(Secrets), authorization).IsRight);

    [Theory]
    [InlineData(SignedClient.Secret)]
    [InlineData(SignedClient.OtherSecret)]
    public void A_token_that_holds_the_hash_of_the_body_opens(string secret)
    {
        var check = Check(Token, SignedClient.Vonage(Body, Now.AddSeconds(-30), secret).Value);
        Assert.Null(check.Fault);
        Assert.Equal(Now.AddSeconds(-30), check.SignedAt);
    }

    [Fact]
    public void Any_other_token_does_not()
    {
        var right = SignedClient.Vonage(Body, Now).Value;
        Assert.NotNull(Check(Token, right, Body + " ").Fault);
        Assert.NotNull(Check(Token, SignedClient.Vonage(Body, Now, "another secret").Value).Fault);
        Assert.NotNull(Check(Token, SignedClient.Vonage(Body, Now, algorithm: "none").Value).Fault);
        Assert.NotNull(Check(Token, SignedClient.Vonage(Body, Now, algorithm: "HS512").Value).Fault);
        Assert.NotNull(Check(Token, SignedClient.Vonage(Body, Now.AddMinutes(-6)).Value).Fault);
        Assert.NotNull(Check(Token, SignedClient.Vonage(Body, Now.AddMinutes(6)).Value).Fault);
        Assert.NotNull(Check(Token, SignedClient.Vonage(Body, Now, bodyHash: "").Value).Fault);
        Assert.NotNull(Check(Token, right[..^2]).Fault);
        Assert.NotNull(Check(Token, right[..(right.LastIndexOf('.') + 1)]).Fault);
        Assert.NotNull(Check(Token, right[..(right.LastIndexOf('.') + 1)] + "!").Fault);
        Assert.NotNull(Check(Token, "Bearer a.b.c").Fault);
        Assert.NotNull(Check(Token, "Bearer x").Fault);
        Assert.NotNull(Check(Token, null).Fault);
    }

    [Theory]
    [InlineData("""{"payload_hash":"x"}""")]
    [InlineData("""{"iat":"soon"}""")]
    [InlineData("""{"iat":1e300}""")]
    [InlineData("""{"iat":-9223372036854775808}""")]
    [InlineData("""{"iat":[1700000000]}""")]
    [InlineData("""{"iat":1700000000,"payload_hash":5}""")]
    [InlineData("[]")]
    [InlineData("{")]
    public void Claims_that_make_no_sense_open_nothing(string claims) => Assert.NotNull(Check(Token, Signed(claims)).Fault);

    [Theory]
    [InlineData("\"exp\":1699999701", null)]
    [InlineData("\"exp\":1699999700", "The token expired (exp) 300 s or more before the time here.")]
    [InlineData("\"exp\":-9223372036854775808", "The token expired (exp) 300 s or more before the time here.")]
    [InlineData("\"exp\":9223372036854775807", null)]
    [InlineData("\"nbf\":1700000300", null)]
    [InlineData("\"nbf\":1700000301", "The token is not to be taken before a time (nbf) more than 300 s after the time here.")]
    [InlineData("\"nbf\":9223372036854775807", "The token is not to be taken before a time (nbf) more than 300 s after the time here.")]
    [InlineData("\"nbf\":-9223372036854775808", null)]
    [InlineData("\"exp\":\"soon\"", "Authorization holds no token that can be read, with numbers for its times (iat, exp, nbf).")]
    [InlineData("\"nbf\":null", "Authorization holds no token that can be read, with numbers for its times (iat, exp, nbf).")]
    public void A_token_is_taken_in_its_own_time_give_or_take_what_clocks_differ(string claim, string? fault)
    {
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Body)));
        Assert.Equal(fault, Check(Token, Signed($$"""{"iat":1700000000,"payload_hash":"{{hash}}",{{claim}}}""")).Fault);
    }

    private static string Signed(string claims)
    {
        var text = $"{Encoded("""{"alg":"HS256"}""")}.{Encoded(claims)}";
        var signature = Convert.FromHexString(SignedClient.Hmac(System.Security.Cryptography.HashAlgorithmName.SHA256, SignedClient.Secret, text));
        return $"Bearer {text}.{System.Buffers.Text.Base64Url.EncodeToString(signature)}";
    }

    private static string Encoded(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
