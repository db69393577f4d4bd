using Google.Protobuf;

namespace CallActors.Journal;

/// <summary>
/// Who writes a log: one life of one partition. Whoever begins writes his id first, and everything he writes bears it. The numbers of a log are dense and each
/// is given once, so that what another wrote before stands before that, and has been read; and what another would write after it fails, and finds that it is
/// not his log any more.
/// </summary>
/// <param name="Id">16 bytes of chance.</param>
/// <param name="Node">Where, for people.</param>
internal sealed record LogWriter(ByteString Id, string Node)
{
    public static LogWriter On(string node) => new(ByteString.CopyFrom(Guid.NewGuid().ToByteArray()), node);
}
