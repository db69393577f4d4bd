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

    private static void Refused(string sentence, params string[] settings)
    {
        var message = Assert.Throws<ConfigurationException>(() => Read(settings)).Message;
        Assert.Equal(sentence, message);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_configured_is_no_gateway() => Assert.Null(Read().Twilio);

    [Fact]
    public void Twilio_needs_its_public_URL_and_its_tokens()
    {
        var twilio = Read($"{Twilio}:PublicUrl=https://Calls.example.com/base/", $"{Twilio}:AuthTokens:0={Secret}", $"{Twilio}:AuthTokens:1={Secret}2").Twilio!;
        Assert.Equal("https://Calls.example.com/base", twilio.PublicUrl);
        Assert.Equal("wss://Calls.example.com/base/v1/gateways/twilio/media", twilio.StreamUrl);
        Assert.True(twilio.AuthTokens.Contains(Secret + "2"));
        Assert.Equal("wss://agent.example/x", Read($"{Twilio}:PublicUrl=https://c.example", $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:StreamUrl=wss://agent.example/x").Twilio!.StreamUrl);
    }

    [Theory]
    [InlineData("CallActors:Gateway:Twilio:AuthTokens is missing; with CallActors:Gateway:Twilio the account's auth token is expected.", $"{Twilio}:PublicUrl=https://c.example")]
    [InlineData("CallActors:Gateway:Twilio:PublicUrl is missing; with CallActors:Gateway:Twilio an https:// URL without query, such as https://calls.example.com, is expected.", $"{Twilio}:AuthTokens={Secret}")]
    [InlineData("CallActors:Gateway:Twilio:PublicUrl is 'http://c.example'; an https:// URL without query, such as https://calls.example.com, is expected.", $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:PublicUrl=http://c.example")]
    [InlineData("CallActors:Gateway:Twilio:PublicUrl is 'https://c.example/?a'; an https:// URL without query, such as https://calls.example.com, is expected.", $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:PublicUrl=https://c.example/?a")]
    [InlineData("CallActors:Gateway:Twilio:StreamUrl is 'ws://a.example'; a wss:// URL without query is expected.", $"{Twilio}:AuthTokens={Secret}", $"{Twilio}:PublicUrl=https://c.example", $"{Twilio}:StreamUrl=ws://a.example")]
    [InlineData("CallActors:Gateway:Twilio:AuthTokens:0 (not shown) is a text of 5 characters; a secret of at least 16 visible ASCII characters is expected.", $"{Twilio}:AuthTokens:0=short")]
    [InlineData("CallActors:Gateway:Twilio:AuthTokens is empty; give it a value, or leave it out.", $"{Twilio}:AuthTokens=")]
    [InlineData("CallActors:Gateway:Twilio:AuthToken is no key of the configuration; did you mean CallActors:Gateway:Twilio:AuthTokens?", $"{Twilio}:AuthToken={Secret}")]
    public void What_is_wrong_with_Twilio_is_named(string sentence, params string[] settings) => Refused(sentence, settings);
}
