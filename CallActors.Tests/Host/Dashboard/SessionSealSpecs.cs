using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using CallActors.Host.Api;
using CallActors.Host.Dashboard;
using CallActors.Messages;

namespace CallActors.Tests.Host.Dashboard;

public sealed class SessionSealSpecs
{
    private const string First = "the-first-key-of-mine";
    private const string Second = "the-second-key-of-mine";
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private static ApiKey KeyOf(string text, string? name = null) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)), name, ClientLimits.None);

    private static ApiKeys Ring(params ImmutableArray<ApiKey> keys) => new(keys);

    [Fact]
    public void Every_node_that_knows_the_key_opens_it_and_sees_the_key_as_it_is_configured_there()
    {
        var cookie = SessionSeal.Seal(KeyOf(Second), Second, Now);
        Assert.Equal("desk", SessionSeal.Open(Ring(KeyOf(First), KeyOf(Second, "desk")), cookie, Now)?.Name);
        Assert.Null(SessionSeal.Open(Ring(KeyOf(First)), cookie, Now));
    }

    [Fact]
    public void It_is_good_for_twelve_hours()
    {
        var cookie = SessionSeal.Seal(KeyOf(First), First, Now);
        Assert.NotNull(SessionSeal.Open(Ring(KeyOf(First)), cookie, Now + SessionSeal.Lifetime - TimeSpan.FromSeconds(1)));
        Assert.Null(SessionSeal.Open(Ring(KeyOf(First)), cookie, Now + SessionSeal.Lifetime));

        // Another node's clock may be behind.
        Assert.NotNull(SessionSeal.Open(Ring(KeyOf(First)), cookie, Now - TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Who_knows_only_the_hash_cannot_make_one() =>
        Assert.Null(SessionSeal.Open(Ring(KeyOf(First)), SessionSeal.Seal(KeyOf(First), "a guess", Now), Now));

    [Fact]
    public void Nothing_that_is_not_whole_opens()
    {
        var cookie = SessionSeal.Seal(KeyOf(First), First, Now);
        var keys = Ring(KeyOf(First));
        for (var length = 0; length < cookie.Length; length++) Assert.Null(SessionSeal.Open(keys, cookie[..length], Now));
        var bytes = Base64Url.DecodeFromChars(cookie);
        for (var index = 0; index < bytes.Length; index++)
        {
            var changed = bytes.ToArray();
            changed[index] ^= 1;
            Assert.Null(SessionSeal.Open(keys, Base64Url.EncodeToString(changed), Now));
        }

        foreach (var text in new[] { "", "!", "%", new string('A', 100_000), First }) Assert.Null(SessionSeal.Open(keys, text, Now));
        Assert.NotNull(SessionSeal.Open(keys, cookie, Now));
    }

    [Fact]
    public void The_longest_key_fits_into_a_cookie_and_two_seals_are_never_the_same()
    {
        var longest = new string('k', SessionSeal.LongestKey);
        var cookie = SessionSeal.Seal(KeyOf(longest), longest, Now);
        Assert.True(cookie.Length < 3_000);
        Assert.NotNull(SessionSeal.Open(Ring(KeyOf(longest)), cookie, Now));
        Assert.NotEqual(cookie, SessionSeal.Seal(KeyOf(longest), longest, Now));
    }
}
