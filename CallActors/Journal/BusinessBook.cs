using System.Security.Cryptography;
using CallActors.Domain;
using CallActors.Journal.Wire;
using Google.Protobuf;

namespace CallActors.Journal;

/// <summary>
/// Which businesses the log of one partition holds, and where. Many calls share a business, so that the log has each version of it once and calls
/// refer to it. Not thread-safe: it belongs to the actor that writes the log.
/// </summary>
internal sealed class BusinessBook
{
    private const int ReferenceLength = 16;

    private readonly Dictionary<ByteString, Standing> _standing = [];
    private readonly Dictionary<BusinessProfile, ByteString> _references = [];
    private long _forgottenUpTo;

    /// <summary>Versions of businesses the log is known to hold.</summary>
    public int Count => _standing.Count;

    /// <summary>
    /// The reference to a business. Where the log does not hold it yet, an entry is added to those that must be written before the one that refers to
    /// it, unless it is among them already. It counts as held from <see cref="Written"/> on: two that are prepared before that may both bring it, which
    /// does no harm, and a write that fails leaves it to the next one.
    /// </summary>
    public ByteString Refer(BusinessProfile business, List<BusinessEntry> toWrite)
    {
        if (_references.TryGetValue(business, out var known)) return known;

        var wire = BusinessCodec.ToWire(business);
        var reference = ByteString.CopyFrom(SHA256.HashData(wire.ToByteArray()).AsSpan(0, ReferenceLength));
        if (!_standing.ContainsKey(reference) && toWrite.FindLastIndex(entry => entry.Reference.Equals(reference)) < 0)
            toWrite.Add(new BusinessEntry { Reference = reference, Business = wire });
        return reference;
    }

    /// <summary>An entry stands in the log: told after it was persisted, and in recovery.</summary>
    /// <exception cref="InvalidDataException">The entry has no business.</exception>
    public void Written(BusinessEntry entry, long sequenceNr)
    {
        WireValues.Present(entry.Business);
        // It was under way when the log was cut behind it.
        if (sequenceNr <= _forgottenUpTo) return;
        if (_standing.TryGetValue(entry.Reference, out var standing))
        {
            _standing[entry.Reference] = standing with { SequenceNr = Math.Max(sequenceNr, standing.SequenceNr) };
            return;
        }

        var business = BusinessCodec.FromWire(entry.Business);
        _standing.Add(entry.Reference, new Standing(business, sequenceNr));
        _references[business] = entry.Reference;
    }

    /// <summary>Whether the log was seen to hold it.</summary>
    public bool Holds(ByteString reference) => _standing.ContainsKey(reference);

    /// <summary>The business referred to: the same instance for every call that does.</summary>
    /// <exception cref="InvalidOperationException">The log was not seen to hold it.</exception>
    public BusinessProfile Resolve(ByteString reference) => _standing.TryGetValue(reference, out var standing)
        ? standing.Business
        : throw new InvalidOperationException($"The log refers to the business {Convert.ToHexStringLower(reference.Span)}, which stands nowhere before it.");

    /// <summary>
    /// What stands at or below is about to be deleted: whoever refers to it from now on brings it again. Entries that were prepared before may still
    /// refer to it, so the cut must lie behind all of them.
    /// </summary>
    public void ForgetUpTo(long sequenceNr)
    {
        _forgottenUpTo = Math.Max(_forgottenUpTo, sequenceNr);
        foreach (var (reference, standing) in _standing)
        {
            if (standing.SequenceNr > sequenceNr) continue;
            _standing.Remove(reference);
            _references.Remove(standing.Business);
        }
    }

    private readonly record struct Standing(BusinessProfile Business, long SequenceNr);
}
