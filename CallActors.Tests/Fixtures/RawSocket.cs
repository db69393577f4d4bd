using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace CallActors.Tests.Fixtures;

/// <summary>A WebSocket peer that may do what no library would: bytes of its own making on an opened connection.</summary>
internal sealed class RawSocket : IDisposable
{
    public const byte Text = 0x81;
    public const byte TextBegin = 0x01;
    public const byte Continuation = 0x80;
    public const byte Ping = 0x89;
    public const byte Pong = 0x8A;
    public const byte CloseFrame = 0x88;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TcpClient _tcp = new();
    private NetworkStream _stream = null!;

    /// <summary>Connects and shakes hands.</summary>
    /// <param name="service">Where.</param>
    /// <param name="receiveBuffer">What the system holds of what is not read, in bytes; 0: as much as it likes.</param>
    public static async Task<RawSocket> OpenAsync(Uri service, int receiveBuffer = 0)
    {
        var raw = new RawSocket();
        if (receiveBuffer > 0) raw._tcp.ReceiveBufferSize = receiveBuffer;
        await raw._tcp.ConnectAsync(service.Host, service.Port);
        raw._stream = raw._tcp.GetStream();
        await raw.Write(Encoding.ASCII.GetBytes(
            $"GET /v1/gateway HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: cloudevents.json\r\n\r\n"));
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append((char)(await raw.Read(1))[0]);
        Assert.StartsWith("HTTP/1.1 101 ", head.ToString(), StringComparison.Ordinal);
        Assert.Contains("Sec-WebSocket-Protocol: cloudevents.json", head.ToString(), StringComparison.Ordinal);
        return raw;
    }

    public async Task Write(byte[] bytes)
    {
        using var patience = new CancellationTokenSource(Patience);
        await _stream.WriteAsync(bytes, patience.Token);
    }

    /// <summary>Writes for as long as the service takes it.</summary>
    public ValueTask WriteWithoutEnd(byte[] bytes, CancellationToken cancel) => _stream.WriteAsync(bytes, cancel);

    public Task Write(byte firstByte, byte[] payload) => Write(Frame(firstByte, payload));

    /// <summary>A masked frame; the mask is of zeros, which is a mask like any other.</summary>
    /// <param name="firstByte">FIN and opcode.</param>
    /// <param name="payload">What it carries.</param>
    /// <param name="length">What its header says it carries; by default the truth.</param>
    public static byte[] Frame(byte firstByte, byte[] payload, ulong? length = null)
    {
        var says = length ?? (ulong)payload.Length;
        byte[] size = new byte[says < 126 ? 1 : says <= ushort.MaxValue ? 3 : 9];
        size[0] = (byte)(0x80 | (says < 126 ? (int)says : says <= ushort.MaxValue ? 126 : 127));
        if (size.Length == 3) BinaryPrimitives.WriteUInt16BigEndian(size.AsSpan(1), (ushort)says);
        if (size.Length == 9) BinaryPrimitives.WriteUInt64BigEndian(size.AsSpan(1), says);
        return [firstByte, .. size, 0, 0, 0, 0, .. payload];
    }

    /// <returns>The next frame of the service, which masks none.</returns>
    public async Task<(byte FirstByte, byte[] Payload)> ReadFrame()
    {
        var head = await Read(2);
        ulong length = head[1];
        if (length == 126) length = BinaryPrimitives.ReadUInt16BigEndian(await Read(2));
        else if (length == 127) length = BinaryPrimitives.ReadUInt64BigEndian(await Read(8));
        return (head[0], await Read((int)length));
    }

    /// <summary>Reads until the service closes.</summary>
    /// <returns>The code, and the text frames that came before.</returns>
    public async Task<(int Code, int Texts)> UntilClosed()
    {
        var texts = 0;
        while (true)
        {
            var (first, payload) = await ReadFrame();
            if (first == CloseFrame) return (BinaryPrimitives.ReadUInt16BigEndian(payload), texts);
            if (first == Text) texts++;
        }
    }

    public void Dispose() => _tcp.Dispose();

    private async Task<byte[]> Read(int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var bytes = new byte[count];
        await _stream.ReadExactlyAsync(bytes, patience.Token);
        return bytes;
    }
}
