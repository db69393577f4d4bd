using System.Buffers;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>Where one message is put together, frame by frame. After a large one it lets go of its memory.</summary>
/// <param name="limit">What a message may be long, in bytes.</param>
internal sealed class FrameBuffer(int limit) : IDisposable
{
    private const int CommonSize = 4096;
    private byte[] _buffer = [];

    public int Length { get; private set; }

    public bool IsTooLong => Length > limit;

    public ReadOnlyMemory<byte> Message => _buffer.AsMemory(0, Length);

    /// <summary>Room for what comes next, up to the first byte that is too many; never empty.</summary>
    public Memory<byte> Free()
    {
        if (Length == _buffer.Length) Resize(Math.Max(CommonSize, Math.Min(_buffer.Length * 2, limit + 1)));
        return _buffer.AsMemory(Length, Math.Min(_buffer.Length, limit + 1) - Length);
    }

    public void Add(int bytes) => Length += bytes;

    public void Clear()
    {
        Length = 0;
        if (_buffer.Length > CommonSize * 4) Resize(0);
    }

    public void Dispose()
    {
        Length = 0;
        Resize(0);
    }

    private void Resize(int size)
    {
        var other = size == 0 ? [] : ArrayPool<byte>.Shared.Rent(size);
        _buffer.AsSpan(0, Length).CopyTo(other);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = other;
    }
}
