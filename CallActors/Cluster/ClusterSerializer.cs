using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using Google.Protobuf;

namespace CallActors.Cluster;

/// <summary>
/// What crosses nodes, as bytes. The manifest beside them says what they are, by names of their own that an older and a newer node share. What a newer
/// node says beyond what this one knows is ignored; what cannot be understood without it is refused by name, so that whoever asked times out and asks again.
/// </summary>
internal sealed class ClusterSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    public const int Id = 1002;

    /// <summary>Every kind of message that crosses nodes.</summary>
    public static readonly ImmutableArray<WireForm> Forms =
        [.. EventCodec.Forms, .. CallCodec.Forms, .. PartitionCodec.Forms, .. AdmissionCodec.Forms, .. CalendarCodec.Forms, .. NodeCodec.Forms];

    private static readonly FrozenDictionary<Type, WireForm> ByType = Forms.ToFrozenDictionary(form => form.Type);
    private static readonly FrozenDictionary<string, WireForm> ByManifest = Forms.ToFrozenDictionary(form => form.Manifest);

    public override int Identifier => Id;

    /// <exception cref="ArgumentException">The message is none that crosses nodes.</exception>
    public override string Manifest(object o) => FormOf(o).Manifest;

    /// <exception cref="ArgumentException">The message is none that crosses nodes, or its parts do not belong together.</exception>
    /// <exception cref="SerializationException">It has a value there is no number for.</exception>
    public override byte[] ToBinary(object obj)
    {
        var form = FormOf(obj);
        try
        {
            return form.Write(obj).ToByteArray();
        }
        catch (InvalidOperationException e)
        {
            throw new SerializationException($"A '{form.Manifest}' cannot be sent to another node: {e.Message}", e);
        }
    }

    /// <exception cref="SerializationException">The manifest is unknown, or the bytes are not what it says, or say what this version does not know.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!ByManifest.TryGetValue(manifest, out var form))
            throw new SerializationException($"Another node sent a message of the kind '{manifest}', which this version does not know.");
        try
        {
            return form.Read(bytes, system);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or FormatException)
        {
            throw new SerializationException($"Another node sent a '{manifest}' that this version cannot read: {e.Message}", e);
        }
    }

    private static WireForm FormOf(object message) => ByType.TryGetValue(message.GetType(), out var form)
        ? form
        : throw new ArgumentException($"{message.GetType()} has no form between nodes: it stays on the node it was made on.");
}
