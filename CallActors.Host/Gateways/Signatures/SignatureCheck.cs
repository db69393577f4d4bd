using CallActors.Messages;

namespace CallActors.Host.Gateways.Signatures;

/// <summary>Whether a request is from whom it says it is.</summary>
/// <param name="Fault">Null where it is; else why not, in words that give no secret away.</param>
/// <param name="SignedAt">The time that was signed with it, by the gateway's clock, where one was.</param>
internal readonly record struct SignatureCheck(string? Fault, DateTimeOffset? SignedAt)
{
    private static readonly ProblemType Refused = new("signature-refused", 403, "The request is not signed as it should be");

    public bool IsRight => Fault is null;

    public Problem Problem => new(Refused, Fault ?? "");

    public static SignatureCheck Right(DateTimeOffset? signedAt = null) => new(null, signedAt);

    public static SignatureCheck Wrong(string fault) => new(fault, null);

    public static SignatureCheck Missing(string header) => Wrong($"The header {header} is missing.");
}
