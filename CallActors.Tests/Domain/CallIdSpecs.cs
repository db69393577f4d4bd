using CallActors.Messages;
using CsCheck;

namespace CallActors.Tests.Domain;

public class CallIdSpecs
{
    [Theory]
    [InlineData("a")]
    [InlineData("CA0123456789abcdef0123456789abcdef")]
    [InlineData("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")]
    public void Visible_ascii_is_a_call_id(string text)
    {
        Assert.True(CallId.TryParse(text, out var id));
        Assert.Equal(text, id.Value);
        Assert.Equal(text, id.ToString());
        Assert.Equal(CallId.Parse(text), id);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a b")]
    [InlineData("a\u007F")]
    [InlineData("a\n")]
    [InlineData("שיחה")]
    [InlineData("é")]
    public void Anything_else_is_none(string? text)
    {
        Assert.False(CallId.TryParse(text, out var id));
        Assert.Equal(default, id);
        if (text is not null) Assert.Throws<FormatException>(() => CallId.Parse(text));
    }

    [Fact]
    public void It_has_at_most_64_characters()
    {
        Assert.True(CallId.TryParse(new string('x', 64), out _));
        Assert.False(CallId.TryParse(new string('x', 65), out _));
    }

    [Fact]
    public void Ids_that_differ_in_case_are_different() => Assert.NotEqual(CallId.Parse("a"), CallId.Parse("A"));

    [Fact]
    public void An_event_is_known_by_source_and_id_together() => Gen.Select(Gen.String.AlphaNumeric, Gen.String.AlphaNumeric).Sample((source, id) =>
    {
        Assert.Equal(new EventKey(source, id).Fingerprint(), new EventKey(source, id).Fingerprint());
        Assert.NotEqual(new EventKey(source, "x" + id).Fingerprint(), new EventKey(source + "x", id).Fingerprint());
    });

    /// <summary>The journal and the ledger hold fingerprints: another algorithm would forget every event.</summary>
    [Fact]
    public void The_fingerprint_never_changes() => Assert.Equal(13778324567248281477UL, new EventKey("gateway", "e-7").Fingerprint());
}
