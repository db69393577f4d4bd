using System.Net.Sockets;
using CallActors.Tests.Fixtures;

namespace CallActors.Tests.Host.Api;

public sealed class ConnectionLimitSpecs : GatewayFixture
{
    protected override (string Key, string Value)[] Settings => [("Limits:Connections", "2")];

    [Fact]
    public async Task One_connection_too_many_is_closed_and_a_socket_is_not_counted()
    {
        await using var one = await SocketGateway.ConnectAsync(Client.BaseAddress!);
        await using var other = await SocketGateway.ConnectAsync(Client.BaseAddress!);
        using var first = await Idle();
        using var second = await Idle();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var third = new TcpClient();
        await third.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port, patience.Token);
        Assert.Equal(0, await third.GetStream().ReadAsync(new byte[1], patience.Token));

        // There is room again when one goes. The server hears of that a moment later.
        second.Close();
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            try
            {
                Assert.Equal(200, (await Get("/health/live")).Status);
                return;
            }
            catch (HttpRequestException)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>A connection that was answered once, and stays.</summary>
    private async Task<TcpClient> Idle()
    {
        var client = new TcpClient();
        await client.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port);
        await client.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.Equal('H', client.GetStream().ReadByte());
        return client;
    }
}
