using CallActors.Host.Gateways.WebSockets;

namespace CallActors.Tests.Host.Gateways.WebSockets;

public class SocketWindowSpecs
{
    [Fact]
    public async Task A_full_window_has_room_again_once_something_leaves()
    {
        var window = new SocketWindow(2, 1000);
        Assert.True(window.TryEnter(1));
        await window.Room();
        Assert.True(window.TryEnter(1));
        var room = window.Room();
        Assert.False(room.IsCompleted);
        window.Leave(1);
        await room;
    }

    [Fact]
    public async Task Bytes_fill_it_as_events_do()
    {
        var window = new SocketWindow(100, 1000);
        window.TryEnter(999);
        await window.Room();
        window.TryEnter(500);
        var room = window.Room();
        Assert.False(room.IsCompleted);
        window.Leave(500);
        await room;
    }

    [Fact]
    public async Task Closed_it_takes_nothing_holds_no_reader_and_is_drained_when_the_last_leaves()
    {
        var window = new SocketWindow(1, 1000);
        window.TryEnter(1);
        var room = window.Room();
        window.Close();
        await room;
        Assert.False(window.TryEnter(1));
        Assert.False(window.Drained.IsCompleted);
        window.Leave(1);
        await window.Drained;
    }

    [Fact]
    public async Task Closed_while_empty_it_is_drained_at_once()
    {
        var window = new SocketWindow(1, 1000);
        window.Close();
        await window.Drained;
    }
}
