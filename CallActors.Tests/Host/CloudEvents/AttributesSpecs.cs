using System.Numerics;
using System.Text;
using CallActors.Host.Gateways.CloudEvents;

namespace CallActors.Tests.Host.CloudEvents;

public class AttributesSpecs
{
    [Fact]
    public void Every_attribute_that_is_missing_is_named() => Assert.Equal("/specversion /id /source /type /subject", Sample.Read("{}").Pointers());

    [Theory]
    [InlineData("\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("\"no trace\"", "no trace")]
    [InlineData("7", null)]
    [InlineData("\"\\ud800\"", null)]
    [InlineData("\"a\",\"traceparent\":\"b\"", null)]
    public void The_trace_an_event_is_told_within_is_never_a_fault(string given, string? read)
    {
        var reading = Sample.Read(Sample.Event("call.answered", null, $"\"traceparent\":{given}"));
        Assert.Equal(("", read), (reading.Pointers(), reading.TraceParent));
        Assert.NotNull(reading.Event);
    }

    [Fact]
    public void In_binary_mode_it_is_a_header()
    {
        var headers = Sample.Headers("call.answered");
        headers["ce-traceparent"] = "00-1-2-01";
        Assert.Equal("00-1-2-01", new CloudEventReader(TimeProvider.System).Binary(headers, default).TraceParent);
    }

    [Theory]
    [InlineData("specversion", "\"0.3\"")]
    [InlineData("specversion", "1.0")]
    [InlineData("id", "\"\"")]
    [InlineData("id", "7")]
    [InlineData("id", "\"a\\u0000\"")]
    [InlineData("id", "\"\\ud800\"")]
    [InlineData("source", "\"\"")]
    [InlineData("source", "\"a\\u0001\"")]
    [InlineData("source", "\"http://[\"")]
    [InlineData("source", "{}")]
    [InlineData("type", "\"\"")]
    [InlineData("type", "true")]
    [InlineData("type", "\"Call.started\"")]
    [InlineData("subject", "\"\"")]
    [InlineData("subject", "\"a b\"")]
    [InlineData("subject", "\"שיחה\"")]
    [InlineData("subject", "\"12345678901234567890123456789012345678901234567890123456789012345\"")]
    [InlineData("subject", "12")]
    [InlineData("time", "\"yesterday\"")]
    [InlineData("time", "\"\"")]
    [InlineData("time", "1747562400")]
    [InlineData("sequence", "\"12a\"")]
    [InlineData("sequence", "\"\"")]
    [InlineData("sequence", "\"-1\"")]
    [InlineData("sequence", "\"١\"")]
    [InlineData("sequence", "1.5")]
    [InlineData("sequence", "1e3")]
    [InlineData("sequence", "true")]
    [InlineData("sequence", "[1]")]
    [InlineData("datacontenttype", "\"text/plain\"")]
    [InlineData("datacontenttype", "\"json\"")]
    [InlineData("datacontenttype", "\"application/json; charset=iso-8859-1\"")]
    [InlineData("datacontenttype", "7")]
    [InlineData("dataschema", "\"not absolute\"")]
    [InlineData("dataschema", "7")]
    public void A_wrong_attribute_is_one_fault(string name, string value) => Assert.Equal($"/{name}", Sample.Read(With(name, value)).Pointers());

    [Theory]
    [InlineData("source", "a:5060")]
    [InlineData("source", "a:b:c")]
    [InlineData("source", "https:///x")]
    [InlineData("source", "https://host:99999/")]
    [InlineData("source", "https://a..b/")]
    [InlineData("source", "//מרכזייה/1")]
    [InlineData("dataschema", "a:b")]
    [InlineData("dataschema", "https://host:99999/")]
    public void What_RFC_3986_takes_for_a_URI_is_one(string name, string value) => Assert.Empty(Sample.Read(With(name, $"\"{value}\"")).Faults);

    [Theory]
    [InlineData("id", 1024)]
    [InlineData("source", 1024)]
    public void An_id_or_source_has_1024_characters_at_most(string name, int most)
    {
        Assert.Empty(Sample.Read(With(name, $"\"{new string('x', most)}\"")).Faults);
        Assert.Equal($"/{name}", Sample.Read(With(name, $"\"{new string('x', most + 1)}\"")).Pointers());
    }

    [Theory]
    [InlineData("12", "12")]
    [InlineData("-3", "-3")]
    [InlineData("12.0", "12")]
    [InlineData("0", "0")]
    [InlineData("\"0012\"", "12")]
    [InlineData("\"99999999999999999999999999999999\"", "99999999999999999999999999999999")]
    [InlineData("99999999999999999999999999999999", "99999999999999999999999999999999")]
    public void A_sequence_is_compared_as_a_number(string value, string number) =>
        Assert.Equal(BigInteger.Parse(number, null), Sample.Read(With("sequence", value)).Event!.Header.Sequence);

    [Fact]
    public void A_sequence_may_be_longer_than_anything_that_counts_and_not_without_end()
    {
        var digits = new string('7', 1024);
        Assert.Equal(BigInteger.Parse(digits, null), Sample.Read(With("sequence", $"\"{digits}\"")).Event!.Header.Sequence);
        Assert.Equal("/sequence", Sample.Read(With("sequence", $"\"{digits}7\"")).Pointers());
    }

    [Fact]
    public void What_is_given_twice_is_said_to_be()
    {
        var fault = Assert.Single(Sample.Read(Sample.Event("gateway.heartbeat", null, "\"sequence\":1,\"sequence\":2")).Faults);
        Assert.StartsWith("sequence: is given more than once; ", fault.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void An_optional_attribute_that_is_null_is_absent()
    {
        var header = Sample.Read(Sample.Event("gateway.heartbeat", null, "\"sequence\":null,\"datacontenttype\":null,\"dataschema\":null")).Event!.Header;
        Assert.Null(header.Sequence);
    }

    [Fact]
    public void The_arrival_stands_in_for_a_time_that_is_missing()
    {
        Assert.Equal(Sample.Arrival, Sample.Read(With("time", "null")).Event!.Header.Time);
        Assert.Equal(
            new DateTimeOffset(2026, 5, 17, 10, 0, 0, TimeSpan.FromHours(-3)), Sample.Read(With("time", "\"2026-05-17T10:00:00-03:00\"")).Event!.Header.Time);
    }

    [Theory]
    [InlineData("\"traceparent\":\"00-1\"")]
    [InlineData("\"Odd-Name\":1.5")]
    [InlineData("\"\":null")]
    [InlineData("\"x\":{\"y\":[1,2,{}]}")]
    [InlineData("\"\\ud800\":1")]
    [InlineData("\"x\":\"\\ud800\\u0000\"")]
    [InlineData("\"sequencetype\":7")]
    [InlineData("\"x\":1,\"x\":2")]
    [InlineData("\"x\":1e999999")]
    [InlineData("\"ID\":7")]
    public void An_unknown_attribute_is_kept_out_of_the_way(string attribute) =>
        Assert.Empty(Sample.Read(Sample.Event("gateway.heartbeat", null, attribute)).Faults);

    [Fact]
    public void An_attribute_given_twice_is_a_fault() =>
        Assert.Equal("/id", Sample.Read(Sample.Event("gateway.heartbeat", null, "\"id\":\"e-2\"")).Pointers());

    [Fact]
    public void Data_may_come_in_base64()
    {
        var data = Convert.ToBase64String("{\"gender\":\"male\"}"u8);
        Assert.Empty(Sample.Read(Sample.Event("customer.gender_detected", null, $"\"data_base64\":\"{data}\"")).Faults);
        Assert.Equal("/data/gender", Sample.Read(Sample.Event("customer.gender_detected", null, "\"data_base64\":\"e30=\"")).Pointers());
    }

    [Theory]
    [InlineData("\"data_base64\":\"%%\"")]
    [InlineData("\"data_base64\":\"eHg=\"")]
    [InlineData("\"data_base64\":7")]
    [InlineData("\"data_base64\":\"e30=\",\"data\":{}")]
    public void Data_that_cannot_be_decoded_is_a_fault(string attribute) =>
        Assert.Equal("/data_base64", Sample.Read(Sample.Event("gateway.heartbeat", null, attribute)).Pointers());

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("{\"a\":1,}")]
    public void What_is_no_json_object_is_no_event(string body) => Assert.Equal("", Sample.Read(body).Faults.Single().Pointer);

    [Fact]
    public void A_byte_order_mark_is_passed_over() =>
        Assert.Empty(Sample.Read([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Sample.Event("gateway.heartbeat"))]).Faults);

    private static string With(string name, string value)
    {
        var all = new Dictionary<string, string>
        {
            ["specversion"] = "\"1.0\"",
            ["id"] = "\"e-1\"",
            ["source"] = "\"/gw\"",
            ["type"] = "\"gateway.heartbeat\"",
            ["subject"] = "\"CA1\"",
            [name] = value,
        };
        return $"{{{string.Join(',', all.Select(member => $"\"{member.Key}\":{member.Value}"))}}}";
    }
}
