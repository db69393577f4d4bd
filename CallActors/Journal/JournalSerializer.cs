using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using CallActors.Journal.Wire;
using Google.Protobuf;

namespace CallActors.Journal;

/// <summary>
/// The entries of the log as bytes. The manifest beside them says what they are, by names of their own that outlive every type's; what an old log
/// says stays readable for ever.
/// </summary>
internal sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string Call = "call-entry/1";
    private const string Business = "business/1";
    private const string Batch = "batch/1";

    /// <summary>Stands in every row of the store.</summary>
    public override int Identifier => 1001;

    public override string Manifest(object o) => o switch
    {
        CallEntry => Call,
        BusinessEntry => Business,
        EntryBatch => Batch,
        _ => throw new ArgumentException($"{o.GetType()} is no entry of the log."),
    };

    public override byte[] ToBinary(object obj) => obj switch
    {
        CallEntry or BusinessEntry or EntryBatch => ((IMessage)obj).ToByteArray(),
        _ => throw new ArgumentException($"{obj.GetType()} is no entry of the log."),
    };

    /// <exception cref="SerializationException">The manifest is unknown, or the bytes are not what it says.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            return manifest switch
            {
                Call => CallEntry.Parser.ParseFrom(bytes),
                Business => BusinessEntry.Parser.ParseFrom(bytes),
                Batch => EntryBatch.Parser.ParseFrom(bytes),
                _ => throw new SerializationException($"The log has an entry of the kind '{manifest}', which this version does not know."),
            };
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new SerializationException($"The log has an entry that says it is '{manifest}' and is not: {e.Message}", e);
        }
    }
}
