namespace CallActors.Host.Gateways.Signatures;

/// <summary>A gateway that signs nothing and sends a secret: <c>Authorization: Bearer …</c>.</summary>
internal sealed record BearerSecret(SharedSecrets Secrets) : IRequestSignature
{
    private const string Scheme = "Bearer ";

    public string Header => "Authorization";

    public SignatureCheck Check(IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now) =>
        headers.Authorization is [{ } value] && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && Secrets.Contains(value[Scheme.Length..].Trim())
            ? SignatureCheck.Right()
            : SignatureCheck.Wrong("The header Authorization holds no Bearer secret of this gateway.");
}
