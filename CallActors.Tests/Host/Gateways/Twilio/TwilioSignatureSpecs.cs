using System.Text;
using CallActors.Host.Gateways.Signatures;
using CallActors.Host.Gateways.Twilio;
using Microsoft.AspNetCore.Http;

namespace CallActors.Tests.Host.Gateways.Twilio;

public class TwilioSignatureSpecs
{
    private const string Url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    private const string Json = """{"property": "value", "boolean": true}""";
    private const string JsonHash = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";

    private static readonly KeyValuePair<string, string>[] Form =
    [
        new("To", "+18005551212"), new("CallSid", "CA1234567890ABCDE"), new("Digits", "1234"), new("From", "+14158675309"), new("Caller", "+14158675309"),
    ];

    private static bool Matches(string url, string signature, KeyValuePair<string, string>[]? form = null, params string[] tokens) =>
        TwilioSignature.Matches(url, form ?? Form, signature, new SharedSecrets(tokens.Length == 0 ? ["12345"] : [.. tokens]));

    [Theory]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("kvajT1Ptam85bY51eRf/AJRuM3w=")]
    public void Twilios_own_vectors_hold_whichever_form_of_the_port_was_signed(string signature)
    {
        Assert.True(Matches(Url, signature));
        Assert.True(Matches(Url.Replace(".com/", ".com:443/", StringComparison.Ordinal), signature));
    }

    [Fact]
    public void A_socket_is_signed_with_its_URL_alone() =>
        Assert.True(Matches("wss://calls.example.com/v1/gateways/twilio/media", "NwK3ZekdzXmrrlFyk5/RIf7FrkM=", []));

    [Theory]
    [InlineData("https://mycompany.com/myapp.php?foo=1&bar=3")]
    [InlineData("http://mycompany.com/myapp.php?foo=1&bar=2")]
    [InlineData("https://MyCompany.com/myapp.php?foo=1&bar=2")]
    [InlineData("https://mycompany.com/myapp.php")]
    public void Another_URL_is_another_signature(string url) => Assert.False(Matches(url, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));

    [Theory]
    [InlineData("https://u:p@a.example:8443/x?y=//z:1", "https://u:p@a.example:8443/x?y=//z:1")]
    [InlineData("https://u:p@a.example:8443/x?y=//z:1", "https://u:p@a.example/x?y=//z:1")]
    [InlineData("https://a.example/x", "https://a.example:443/x")]
    [InlineData("http://a.example/x", "http://a.example:80/x")]
    [InlineData("wss://a.example/x", "wss://a.example:443/x")]
    [InlineData("https://[::1]/x", "https://[::1]:443/x")]
    [InlineData("https://[::1]:99/x", "https://[::1]/x")]
    [InlineData("https://a.example", "https://a.example:443")]
    public void The_URL_counts_with_its_port_and_without(string called, string signed) =>
        Assert.True(Matches(called, Fixtures.TwilioClient.Sign("12345", signed), []));

    [Theory]
    [InlineData("")]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8")]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8C8=")]
    [InlineData("rSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    [InlineData("not base64 at all")]
    [InlineData("RSOYDt4T1cUTdK1PDd93/VVr8B8=RSOYDt4T1cUTdK1PDd93/VVr8B8=")]
    public void A_wrong_signature_is_wrong(string signature) => Assert.False(Matches(Url, signature));

    [Fact]
    public void While_a_token_is_replaced_both_are_right()
    {
        Assert.True(Matches(Url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", null, "another", "12345"));
        Assert.True(Matches(Url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", null, "12345", "another"));
        Assert.False(Matches(Url, "RSOYDt4T1cUTdK1PDd93/VVr8B8=", null, "another", "1234"));
    }

    [Fact]
    public void Of_a_name_that_is_there_twice_every_value_counts_once_and_in_order()
    {
        KeyValuePair<string, string>[] form = [new("b", "2"), new("B", "0"), new("b", "1"), new("b", "2")];
        Assert.True(Matches(Url, Fixtures.TwilioClient.Sign("12345", Url + "B0b1b2"), form));
    }

    private static SignatureCheck Check(string body, string? contentType, string query, params string[] signature)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = "/myapp.php";
        context.Request.QueryString = new QueryString(query);
        context.Request.ContentType = contentType;
        context.Request.Headers["X-Twilio-Signature"] = signature;
        var bytes = Encoding.UTF8.GetBytes(body);
        var twilio = new TwilioOptions("https://mycompany.com", new SharedSecrets(["12345"])) { StreamUrl = "wss://mycompany.com" };
        return TwilioSignature.Check(context.Request, bytes, TwilioParameters.Read(contentType, bytes), twilio);
    }

    [Fact]
    public void Of_JSON_the_URL_carries_the_hash()
    {
        var query = $"?foo=1&bar=2&bodySHA256={JsonHash}";
        Assert.True(Check(Json, "application/json", query, "a9nBmqA0ju/hNViExpshrM61xv4=").IsRight);
        Assert.False(Check(Json.Replace("true", "tru3", StringComparison.Ordinal), "application/json", query, "a9nBmqA0ju/hNViExpshrM61xv4=").IsRight);
        Assert.False(Check(Json + " ", "application/json", query, "a9nBmqA0ju/hNViExpshrM61xv4=").IsRight);
    }

    [Fact]
    public void The_hash_s_digits_may_be_of_either_case()
    {
        Assert.True(CheckHash(JsonHash.ToUpperInvariant()).IsRight);
        Assert.False(CheckHash(JsonHash[..^1] + "g").IsRight);
        Assert.False(CheckHash(JsonHash[..^2]).IsRight);
        Assert.False(CheckHash(JsonHash + "00").IsRight);
        Assert.False(CheckHash("").IsRight);
    }

    private static SignatureCheck CheckHash(string hash)
    {
        var query = $"?bodySHA256={hash}";
        return Check(Json, "application/json", query, Fixtures.TwilioClient.Sign("12345", $"https://mycompany.com/myapp.php{query}"));
    }

    [Fact]
    public void A_body_nobody_signed_is_not_taken()
    {
        var signature = Fixtures.TwilioClient.Sign("12345", "https://mycompany.com/myapp.php");
        Assert.True(Check("", null, "", signature).IsRight);
        Assert.Contains("bodySHA256", Check(Json, "application/json", "", signature).Fault, StringComparison.Ordinal);
        Assert.False(Check("CallSid=CA1", "text/plain", "", signature).IsRight);
        Assert.False(Check("[1]", "application/json", "", signature).IsRight);
    }

    [Fact]
    public void A_form_is_signed_as_it_reads_not_as_it_is_spelled()
    {
        const string spelled = "CallSid=CA1234567890ABCDE&Caller=%2b14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
        Assert.True(Check(spelled, "application/x-www-form-urlencoded; charset=UTF-8", "?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8=").IsRight);
        Assert.False(Check(spelled + "&x=1", "application/x-www-form-urlencoded", "?foo=1&bar=2", "RSOYDt4T1cUTdK1PDd93/VVr8B8=").IsRight);
    }

    [Fact]
    public void Nobody_has_thousands_of_parameters_sorted()
    {
        var form = string.Join('&', Enumerable.Range(0, 1001).Select(i => $"p{i}="));
        var signature = Fixtures.TwilioClient.Sign("12345", "https://mycompany.com/myapp.php", [.. Enumerable.Range(0, 1001).Select(i => ($"p{i}", ""))]);
        Assert.False(Check(form, "application/x-www-form-urlencoded", "", signature).IsRight);
        var fewer = Fixtures.TwilioClient.Sign("12345", "https://mycompany.com/myapp.php", [.. Enumerable.Range(0, 1000).Select(i => ($"p{i}", ""))]);
        Assert.True(Check(form[..form.LastIndexOf('&')], "application/x-www-form-urlencoded", "", fewer).IsRight);
    }

    [Fact]
    public void What_is_wrong_is_said_without_the_token()
    {
        Assert.Equal("The header X-Twilio-Signature is missing.", Check("", null, "").Fault);
        Assert.Equal("The header X-Twilio-Signature is there more than once.", Check("", null, "", "AAAA", "BBBB").Fault);
        var fault = Check("", null, "", "AAAA").Fault!;
        Assert.Contains("https://mycompany.com/myapp.php", fault, StringComparison.Ordinal);
        Assert.DoesNotContain("12345", fault, StringComparison.Ordinal);
    }
}
