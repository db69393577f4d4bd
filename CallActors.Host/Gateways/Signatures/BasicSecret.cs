using System.Text;

namespace CallActors.Host.Gateways.Signatures;

/// <summary>A gateway that signs nothing and sends a name and a password: <c>Authorization: Basic …</c> (RFC 7617).</summary>
/// <param name="Username">The name; without a colon, as that ends it.</param>
/// <param name="Passwords">Any of them will do.</param>
internal sealed record BasicSecret(string Username, SharedSecrets Passwords) : IRequestSignature
{
    private const string Scheme = "Basic ";
    public string Header => "Authorization";

    private readonly SharedSecrets username = new([Username]);

    public SignatureCheck Check(IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now)
    {
        // Both are compared whatever the other is: how long it takes is not to tell a name that is right.
        var (name, password) = Presented(headers);
        return username.Contains(name) & Passwords.Contains(password)
            ? SignatureCheck.Right()
            : SignatureCheck.Wrong("The header Authorization holds no Basic name and password of this gateway.");
    }

    private static (string Name, string Password) Presented(IHeaderDictionary headers)
    {
        if (headers.Authorization is not [{ } value] || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) return ("", "");
        var encoded = value.AsSpan(Scheme.Length).Trim();
        var decoded = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, decoded, out var length)) return ("", "");
        var text = Encoding.UTF8.GetString(decoded, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? ("", "") : (text[..colon], text[(colon + 1)..]);
    }
}
