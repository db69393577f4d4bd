using System.Buffers;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>
/// The connection under a WebSocket, which writes every frame by itself. While more frames are known to follow they are gathered here, and go with the last
/// of them in one write. Written by one at a time, as a WebSocket does.
/// </summary>
internal sealed class CoalescingStream(Stream inner) : Stream
{
    /// <summary>What is gathered at most; several times what goes into one segment, and a fraction of what the server buffers.</summary>
    private const int Capacity = 32 * 1024;

    private byte[] _gathered = [];
    private int _length;
    private volatile bool _moreFollows;

    /// <summary>Set before a frame is sent that another follows at once; cleared before the last.</summary>
    public bool MoreFollows
    {
        get => _moreFollows;
        set => _moreFollows = value;
    }

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_length == 0 && (!_moreFollows || buffer.Length >= Capacity)) return inner.WriteAsync(buffer, cancellationToken);
        if (_length + buffer.Length > Capacity) return WriteBoth(buffer, cancellationToken);
        if (_gathered.Length == 0) _gathered = ArrayPool<byte>.Shared.Rent(Capacity);
        buffer.CopyTo(_gathered.AsMemory(_length));
        _length += buffer.Length;
        return _moreFollows ? default : WriteGathered(cancellationToken);
    }

    /// <summary>Nothing to do: whoever is under this one flushes what is written.</summary>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Writes what was gathered and nothing followed.</summary>
    public ValueTask WriteRest() => _length > 0 ? WriteGathered(CancellationToken.None) : default;

    /// <summary>Reads what still comes, and throws it away.</summary>
    /// <exception cref="OperationCanceledException">There is no end to it within the time.</exception>
    public async Task ReadToEnd(TimeSpan within, TimeProvider time)
    {
        using var limit = new CancellationTokenSource(within, time);
        var scrap = new byte[4096];
        while (await inner.ReadAsync(scrap, limit.Token) > 0)
        {
        }
    }

    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    private async ValueTask WriteBoth(ReadOnlyMemory<byte> buffer, CancellationToken cancel)
    {
        await WriteGathered(cancel);
        await inner.WriteAsync(buffer, cancel);
    }

    private async ValueTask WriteGathered(CancellationToken cancel)
    {
        var (bytes, length) = (_gathered, _length);
        (_gathered, _length) = ([], 0);
        await inner.WriteAsync(bytes.AsMemory(0, length), cancel);

        // Not where the write failed: somebody may still be reading it.
        ArrayPool<byte>.Shared.Return(bytes);
    }
}
