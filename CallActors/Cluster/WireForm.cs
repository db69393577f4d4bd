using Akka.Actor;
using Google.Protobuf;

namespace CallActors.Cluster;

/// <summary>How one kind of message crosses nodes.</summary>
/// <param name="Manifest">Its name on the wire, with a version: never a type's name, which may change.</param>
/// <param name="Type">Its type here.</param>
/// <param name="Write">The message as protobuf.</param>
/// <param name="Read">The message from protobuf's bytes, on the node of this system.</param>
internal sealed record WireForm(string Manifest, Type Type, Func<object, IMessage> Write, Func<byte[], ExtendedActorSystem, object> Read)
{
    public static WireForm Of<TMessage, TWire>(string manifest, MessageParser<TWire> parser, Func<TMessage, TWire> write, Func<TWire, TMessage> read)
        where TMessage : notnull
        where TWire : IMessage<TWire> =>
        new(manifest, typeof(TMessage), message => write((TMessage)message), (bytes, _) => read(parser.ParseFrom(bytes)));

    /// <summary>Of a message that names actors.</summary>
    public static WireForm Of<TMessage, TWire>(
        string manifest, MessageParser<TWire> parser, Func<TMessage, TWire> write, Func<TWire, ExtendedActorSystem, TMessage> read)
        where TMessage : notnull
        where TWire : IMessage<TWire> =>
        new(manifest, typeof(TMessage), message => write((TMessage)message), (bytes, system) => read(parser.ParseFrom(bytes), system));
}
