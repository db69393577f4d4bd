using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace CallActors.Host.Verbs.Bench.Rate;

/// <summary>
/// Stands between the service and its PostgreSQL, whichever server that is, and can be cut: then every connection is reset and a new one is refused, as from a
/// server that is stopped.
/// </summary>
internal sealed class CrmRelay : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;
    private readonly EndPoint _server;
    private readonly IPEndPoint _entrance;
    private readonly ConcurrentDictionary<Socket, byte> _open = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    private CrmRelay(EndPoint server)
    {
        _server = server;
        Listen(new IPEndPoint(IPAddress.Loopback, 0));
        _entrance = (IPEndPoint)_listener!.LocalEndPoint!;
    }

    /// <param name="connectionString">Leads to the server; of several hosts the first is meant.</param>
    /// <returns>The relay, and the connection string that leads through it.</returns>
    public static (CrmRelay Relay, string ConnectionString) Before(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        var relay = new CrmRelay(ServerOf(settings));
        (settings.Host, settings.Port) = (relay._entrance.Address.ToString(), relay._entrance.Port);
        return (relay, settings.ToString());
    }

    /// <summary>The server is gone, from one moment to the next.</summary>
    public void Cut()
    {
        Interlocked.Exchange(ref _listener, null)?.Dispose();
        foreach (var socket in _open.Keys) Reset(socket);
    }

    /// <summary>The server is there again, where it was.</summary>
    public void Mend() => Listen(_entrance);

    public async ValueTask DisposeAsync()
    {
        Cut();
        await _accepting;
    }

    private static EndPoint ServerOf(NpgsqlConnectionStringBuilder settings)
    {
        var host = settings.Host!.Split(',')[0];
        if (host.StartsWith('/'))
            return new UnixDomainSocketEndPoint(Path.Combine(host, string.Create(CultureInfo.InvariantCulture, $".s.PGSQL.{settings.Port}")));
        var port = settings.Port;
        if (host.LastIndexOf(':') is var colon and > 0 && host.IndexOf(':', StringComparison.Ordinal) == colon)
            (host, port) = (host[..colon], int.Parse(host[(colon + 1)..], CultureInfo.InvariantCulture));
        return IPAddress.TryParse(host, out var address) ? new IPEndPoint(address, port) : new DnsEndPoint(host, port);
    }

    private void Listen(IPEndPoint at)
    {
        var listener = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(at);
        listener.Listen();
        _listener = listener;
        _accepting = AcceptAsync(listener);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true) _ = CarryAsync(await listener.AcceptAsync(), listener);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut: nobody is let in any more.
        }
    }

    private async Task CarryAsync(Socket client, Socket listener)
    {
        var isLocal = _server is UnixDomainSocketEndPoint;
        var server = isLocal ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) : new Socket(SocketType.Stream, ProtocolType.Tcp);
        _open[client] = _open[server] = 0;
        try
        {
            if (!isLocal) server.NoDelay = true;
            client.NoDelay = true;
            await server.ConnectAsync(_server);

            // Let in before the cut and there only after it: such a one is cut, too.
            if (_listener != listener) return;
            await Task.WhenAny(CopyAsync(client, server), CopyAsync(server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server did not take it, or the cut came first; either way the client sees its connection end.
        }
        finally
        {
            foreach (var socket in (Socket[])[client, server])
            {
                _open.TryRemove(socket, out _);
                Reset(socket);
            }
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone; the other is closed for it.
        }
    }

    private static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is closed already.
        }

        socket.Dispose();
    }
}
