using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class PhoneNumberSpecs
{
    [Theory]
    [InlineData("+972541234567", "+972541234567")]
    [InlineData(" +972 (54) 123-4567 ", "+972541234567")]
    [InlineData("+972.54.123/4567", "+972541234567")]
    [InlineData("\u202A+972\u00A054\u202F123\u20074567\u202C", "+972541234567")]
    [InlineData("+972\u201154\u20131234\u2013567", "+972541234567")]
    [InlineData("054־1234567", "0541234567")]
    [InlineData("*2700", "*2700")]
    [InlineData("sip:+972541234567@10.0.0.1:5060;transport=udp", "+972541234567")]
    [InlineData("\"Dana 7\" <sips:+972541234567@pbx>", "+972541234567")]
    [InlineData("tel:+972-54-1234567;phone-context=x", "+972541234567")]
    [InlineData("+972541234567;ext=5", "+972541234567")]
    [InlineData("+1-212-555-0142 ext. 5", "+12125550142")]
    [InlineData("+1 212 555 0142 x5", "+12125550142")]
    [InlineData("+12125550142,5", "+12125550142")]
    [InlineData("whatsapp:+12125550142", "+12125550142")]
    public void The_marks_between_the_digits_go(string number, string normal) => Assert.Equal(normal, PhoneNumber.Normalize(number));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("anonymous")]
    [InlineData("sip:anonymous@10.0.0.1")]
    [InlineData("Anonymous <sip:c8oqz84zk7z@privacy.org>")]
    [InlineData("+")]
    [InlineData("0x1f3a")]
    [InlineData("100x-trunk")]
    [InlineData("alex5")]
    public void Without_a_digit_it_is_withheld(string? number) => Assert.Null(PhoneNumber.Normalize(number));

    [Fact]
    public void What_is_normal_stays_as_it_is() =>
        Gen.String.Sample(text => Assert.Equal(PhoneNumber.Normalize(text), PhoneNumber.Normalize(PhoneNumber.Normalize(text))));

    [Theory]
    [InlineData(CallDirection.Inbound, "+1", "+2")]
    [InlineData(CallDirection.Outbound, "+2", "+1")]
    public void The_customer_calls_inbound_and_is_called_outbound(CallDirection direction, string customer, string business)
    {
        var start = new CallStart(direction, "+1", "+2");

        Assert.Equal(customer, start.CustomerPhone);
        Assert.Equal(business, start.BusinessPhone);
    }
}
