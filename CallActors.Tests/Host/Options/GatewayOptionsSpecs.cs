using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Options;
using Microsoft.Extensions.Configuration;

namespace CallActors.Tests.Host.Options;

public class GatewayOptionsSpecs
{
    private const string Secret = "hunter2hunter2hunter2";
    private const string Twilio = "CallActors:Gateway:Twilio";

    private static GatewayOptions Read(params string[] settings) => ServiceOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(parts => KeyValuePair.Create(parts[0], (string?)parts[1])))
        .Build()).Gateways;

    [Fact]
    public void A_short_secret_is_taken_and_doubted_without_being_shown()
    {
        var options = ServiceOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("CallActors:Gateway:ApiKeys", $"tiny,{Secret}"), new($"{Twilio}:PublicUrl", "https://c.example"), new($"{Twilio}:AuthTokens", "12345"),
        ]).Build());
        Assert.NotNull(options.Keys.Find("tiny"));
        Assert.True(options.Gateways.Twilio!.AuthTokens.Contains("12345"));
        Assert.Equal(
            "CallActors:Gateway:ApiKeys (not shown) has 4 characters; one of fewer than 16 can be guessed. "
            + "CallActors:Gateway:Twilio:AuthTokens (not shown) has 5 characters; one of fewer than 16 can be guessed.",
            string.Join(' ', options.Doubts));
    }

    private static void Refused(string sentence, params string[] settings)
    {
        var message = Assert.Throws<ConfigurationException>(() => Read(settings)).Message;
        Assert.Equal(sentence, message);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_configured_is_no_gateway() => Assert.Equal((null, null, 0), (Read().Twilio, Read().Jambonz, Read().Webhooks.Length));

    [Fact]
    public void Twilio_needs_its_public_URL_and_its_tokens()
    {
        var twilio = Read($"{Twilio}:PublicUrl=https://Calls.example.com/base/", $"{Twilio}:AuthTokens:0={Secret}", $"{Twilio}:AuthTokens:1={Secret}2").Twilio!;
        Assert.Equal("https://Calls.example.com/base", twilio.PublicUrl);
        Assert.Equal("wss://Calls.example.com/base/v1/gateways/twilio/media", twilio.StreamUrl);
        Assert.True(twilio.AuthTokens.Contains(Secret + "2"));
        Assert.Equal("wss://agent.example/x",
            Read($"{Twilio}:PublicUrl=https://c.example", $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:StreamUrl=wss://agent.example/x").Twilio!.StreamUrl);
    }

    [Theory]
    [InlineData("CallActors:Gateway:Twilio:AuthTokens is missing; with CallActors:Gateway:Twilio the account's auth token is expected.",
        $"{Twilio}:PublicUrl=https://c.example")]
    [InlineData("CallActors:Gateway:Twilio:PublicUrl is missing; with CallActors:Gateway:Twilio the URL under which Twilio reaches this service is expected.",
        $"{Twilio}:AuthTokens={Secret}")]
    [InlineData("CallActors:Gateway:Twilio:PublicUrl is 'http://c.example'; a https:// URL without query, such as https://calls.example.com, is expected.",
        $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:PublicUrl=http://c.example")]
    [InlineData("CallActors:Gateway:Twilio:PublicUrl is 'https://c.example/?a'; a https:// URL without query, such as https://calls.example.com, is expected.",
        $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:PublicUrl=https://c.example/?a")]
    [InlineData("CallActors:Gateway:Twilio:StreamUrl is 'ws://a.example'; a wss:// URL without query, such as wss://agent.example.com/calls, is expected.",
        $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:PublicUrl=https://c.example", $"{Twilio}:StreamUrl=ws://a.example")]
    [InlineData("CallActors:Gateway:Twilio:AuthTokens:0 (not shown) is a text of 9 characters; a secret of visible ASCII characters is expected.",
        $"{Twilio}:AuthTokens:0=two words")]
    [InlineData("CallActors:Gateway:Twilio:AuthTokens is empty; give it a value, or leave it out.", $"{Twilio}:AuthTokens=")]
    [InlineData("CallActors:Gateway:Twilio:AuthToken is no key of the configuration; did you mean CallActors:Gateway:Twilio:AuthTokens?",
        $"{Twilio}:AuthToken={Secret}")]
    public void What_is_wrong_with_Twilio_is_named(string sentence, params string[] settings) => Refused(sentence, settings);

    [Theory]
    [InlineData("CallActors:Gateway:Ari:Username is missing; with CallActors:Gateway:Ari the username of Asterisk's websocket_client.conf is expected.",
        $"CallActors:Gateway:Ari:Passwords={Secret}")]
    [InlineData("CallActors:Gateway:Ari:Passwords is missing; with CallActors:Gateway:Ari the password of Asterisk's websocket_client.conf is expected.",
        "CallActors:Gateway:Ari:Username=gw1")]
    [InlineData("CallActors:Gateway:Ari:Username is 'g:1'; a name of visible ASCII characters without a colon is expected.",
        "CallActors:Gateway:Ari:Username=g:1", $"CallActors:Gateway:Ari:Passwords={Secret}")]
    [InlineData("CallActors:Gateway:Ari:Application is 'a,b'; the name of one Stasis application, of visible ASCII characters, is expected.",
        "CallActors:Gateway:Ari:Username=g", $"CallActors:Gateway:Ari:Passwords={Secret}", "CallActors:Gateway:Ari:Application=a,b")]
    [InlineData("CallActors:Gateway:Ari:Passwords (not shown) is a text of 9 characters; a secret of visible ASCII characters is expected.",
        "CallActors:Gateway:Ari:Username=g", "CallActors:Gateway:Ari:Passwords=two words")]
    public void What_is_wrong_with_Asterisk_is_named(string sentence, params string[] settings) => Refused(sentence, settings);

    [Theory]
    [InlineData("CallActors:Gateway:Jambonz:Secrets is missing; with CallActors:Gateway:Jambonz the account's webhook secret is expected.",
        "CallActors:Gateway:Jambonz:ListenUrl=wss://a.example")]
    [InlineData("CallActors:Gateway:Jambonz:ListenUrl is 'http://a.example'; a wss:// URL without query, such as wss://agent.example.com/calls, is expected.",
        $"CallActors:Gateway:Jambonz:Secrets={Secret}", "CallActors:Gateway:Jambonz:ListenUrl=http://a.example")]
    [InlineData("CallActors:Gateway:Jambonz:Secrets:1 (not shown) is empty; a secret of visible ASCII characters is expected.",
        $"CallActors:Gateway:Jambonz:Secrets:0={Secret}", "CallActors:Gateway:Jambonz:Secrets:1=")]
    public void What_is_wrong_with_jambonz_is_named(string sentence, params string[] settings) => Refused(sentence, settings);

    [Fact]
    public void Numbers_without_their_plus_are_those_of_each_gateway()
    {
        var options = Read(
            $"CallActors:Gateway:Jambonz:Secrets={Secret}", "CallActors:Gateway:Jambonz:NumberPrefix=+",
            "CallActors:Gateway:Ari:Username=gw1", $"CallActors:Gateway:Ari:Passwords={Secret}", "CallActors:Gateway:Ari:NumberPrefix=+1");
        Assert.Equal(("+", "+1"), (options.Jambonz!.NumberPrefix.Text, options.Ari!.NumberPrefix.Text));
        Refused("CallActors:Gateway:Jambonz:Secrets is missing; with CallActors:Gateway:Jambonz the account's webhook secret is expected.",
            "CallActors:Gateway:Jambonz:NumberPrefix=+");
        Refused("CallActors:Gateway:Ari:NumberPrefix is empty; give it a value, or leave it out for its default.", "CallActors:Gateway:Ari:NumberPrefix=");
    }

    private const string Acme = "CallActors:Gateway:Webhooks:acme";

    private static string[] Sound(params string[] more) =>
        [$"{Acme}:Secrets={Secret}", $"{Acme}:Signature:Header=X-Acme", $"{Acme}:Fields:CallId=/id", $"{Acme}:Fields:Status=/state",
            $"{Acme}:Statuses:UP=answered", .. more];

    private static string[] Without(string key) => [.. Sound().Where(setting => !setting.StartsWith(Acme + key, StringComparison.Ordinal))];

    [Fact]
    public void A_gateway_is_described_by_its_signature_fields_and_statuses()
    {
        var webhook = Assert.Single(Read(Sound(
            $"{Acme}:signature:hash=sha512", $"{Acme}:Signature:Encoding=base64", $"{Acme}:Signature:Prefix=v1=", $"{Acme}:Signature:TimestampHeader=X-Time",
            $"{Acme}:Signature:Separator=",
            $"{Acme}:Signature:Tolerance=30s", $"{Acme}:Fields:Direction=inbound", $"{Acme}:Statuses:down/17=busy", $"{Acme}:NumberPrefix=+")).Webhooks);
        var signature = Assert.IsType<HeaderSignature>(webhook.Signature);
        Assert.Equal(("X-Acme", SignatureEncoding.Base64, "v1=", "X-Time", "", TimeSpan.FromSeconds(30)),
            (signature.Header, signature.Encoding, signature.Prefix, signature.TimestampHeader, signature.Separator, signature.Tolerance));
        Assert.Equal(SignatureHash.Sha512, Assert.IsType<HmacKeys>(signature.Keys).Hash);
        Assert.Equal(("acme", "+", "/id", "inbound"), (webhook.Name, webhook.NumberPrefix.Text, webhook.Fields["callId"], webhook.Fields["direction"]));
        Assert.Equal(["DOWN/17", "UP"], webhook.Statuses.Keys.Select(key => key.ToUpperInvariant()).Order());
        Assert.IsType<BearerSecret>(Read([.. Without(":Signature"), $"{Acme}:Signature:Kind=Bearer"]).Webhooks.Single().Signature);
        Assert.IsType<SignedToken>(Read([.. Without(":Signature"), $"{Acme}:Signature:Kind=Jwt"]).Webhooks.Single().Signature);
    }

    [Theory]
    [InlineData($"{Acme}:Secrets is missing; what the gateway signs with is expected.", ":Secrets")]
    [InlineData($"{Acme}:Signature:Header is missing; the name of the header that holds the signature is expected.", ":Signature")]
    [InlineData($"{Acme}:Fields:CallId is missing; a JSON pointer such as /call_id is expected.", ":Fields:CallId")]
    [InlineData($"{Acme}:Fields:Status is missing; a JSON pointer such as /call_id is expected.", ":Fields:Status")]
    [InlineData($"{Acme}:Statuses is missing; what the gateway's statuses mean is expected.", ":Statuses")]
    public void What_a_gateway_lacks_is_named(string sentence, string key) => Refused(sentence, Without(key));

    [Theory]
    [InlineData($"{Acme}:Fields:From is 'from'; a JSON pointer such as /call_id is expected.", ":Fields:From=from")]
    [InlineData($"{Acme}:Fields:Direction is 'up'; a JSON pointer such as /direction, or inbound or outbound, is expected.", ":Fields:Direction=up")]
    [InlineData(
        $"{Acme}:Statuses:x is 'in-progress'; started, ringing, answered, completed, busy, no-answer, failed, canceled, heartbeat or ignored is expected.",
        ":Statuses:x=in-progress")]
    [InlineData($"{Acme}:Signature:Hash is 'md5'; Sha256 or Sha1 or Sha512 is expected.", ":Signature:Hash=md5")]
    [InlineData($"{Acme}:Signature:Kind is 'magic'; Hmac or Ed25519 or Jwt or Bearer is expected.", ":Signature:Kind=magic")]
    [InlineData($"{Acme}:PublicKeys is missing; the gateway's public key in base64 is expected.", ":Signature:Kind=Ed25519")]
    [InlineData($"{Acme}:Fields:CalId is no key of the configuration; did you mean {Acme}:Fields:CallId?", ":Fields:CalId=/x")]
    [InlineData($"{Acme}:Signature:Heder is no key of the configuration; did you mean {Acme}:Signature:Header?", ":Signature:Heder=x")]
    public void What_is_wrong_with_a_gateway_is_named(string sentence, string setting) => Refused(sentence, Sound(Acme + setting));

    [Fact]
    public void A_name_is_part_of_a_path() => Refused(
        "CallActors:Gateway:Webhooks:<name> is 'Acme/2'; a name of up to 32 lower-case letters, digits and hyphens is expected.",
        [.. Sound().Select(setting => setting.Replace(":acme:", ":Acme/2:", StringComparison.Ordinal))]);
}
