using System.Collections.Concurrent;
using CallActors.Messages;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>What is to be told of one call goes in order, of different calls side by side. Only one may add.</summary>
/// <param name="most">In hand at once; whoever adds more waits.</param>
internal sealed class CallLanes(int most) : IDisposable
{
    private readonly SemaphoreSlim room = new(most);
    private readonly ConcurrentDictionary<CallId, Task> last = new();

    /// <summary>Work on a call, behind what is in hand for it. It may not fail.</summary>
    public async Task Add(CallId call, Func<Task> work)
    {
        await room.WaitAsync();
        var mine = After(last.GetValueOrDefault(call, Task.CompletedTask), work);
        last[call] = mine;
        _ = Forget(call, mine);
    }

    public Task Done() => Task.WhenAll(last.Values);

    public void Dispose() => room.Dispose();

    private async Task After(Task before, Func<Task> work)
    {
        try
        {
            await before;
            await work();
        }
        finally
        {
            room.Release();
        }
    }

    private async Task Forget(CallId call, Task mine)
    {
        await mine;
        last.TryRemove(KeyValuePair.Create(call, mine));
    }
}
