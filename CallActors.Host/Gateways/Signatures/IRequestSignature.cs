namespace CallActors.Host.Gateways.Signatures;

/// <summary>How a gateway shows that a request is its own.</summary>
internal interface IRequestSignature
{
    /// <summary>The header that shows it. A request without it need not be read.</summary>
    string Header { get; }

    /// <summary>Checks a request.</summary>
    /// <param name="headers">Its headers.</param>
    /// <param name="body">Its body, the bytes as they came.</param>
    /// <param name="now">This node's time.</param>
    SignatureCheck Check(IHeaderDictionary headers, ReadOnlyMemory<byte> body, DateTimeOffset now);
}
