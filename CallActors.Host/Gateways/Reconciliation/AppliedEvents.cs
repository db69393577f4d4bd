using CallActors.Messages;

namespace CallActors.Host.Gateways.Reconciliation;

/// <summary>
/// The latest events of no one call that were applied: one that comes again is not applied again. In memory and of this node: on another one, and after a
/// start, it is applied once more, which starts at most what was refused the first time. Thread-safe.
/// </summary>
/// <param name="most">How many are remembered.</param>
internal sealed class AppliedEvents(int most)
{
    private readonly Lock gate = new();
    private readonly HashSet<ulong> applied = [];
    private readonly Queue<ulong> inOrder = new();
    private readonly Dictionary<ulong, Task> underWay = [];

    /// <summary>
    /// Applies an event that was not applied. While a copy of it is in hand it waits for what becomes of that: what was refused, or failed, may come again.
    /// </summary>
    /// <param name="key">The event.</param>
    /// <param name="apply">Applies it.</param>
    /// <param name="cancel">Nobody waits for the reply any more.</param>
    /// <exception cref="OperationCanceledException">It was cancelled while it waited.</exception>
    public async Task<CallReply> Once(EventKey key, Func<Task<CallReply>> apply, CancellationToken cancel)
    {
        var fingerprint = key.Fingerprint();
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            Task copy;
            lock (gate)
            {
                if (applied.Contains(fingerprint)) return new CallReply(default, key.Id, CallOutcome.Duplicate);
                if (underWay.TryAdd(fingerprint, done.Task)) break;
                copy = underWay[fingerprint];
            }

            await copy.WaitAsync(cancel);
        }

        var isApplied = false;
        try
        {
            var reply = await apply();
            isApplied = reply.Outcome == CallOutcome.Applied;
            return reply;
        }
        finally
        {
            End(fingerprint, isApplied);
            done.SetResult();
        }
    }

    private void End(ulong fingerprint, bool isApplied)
    {
        lock (gate)
        {
            underWay.Remove(fingerprint);
            if (!isApplied) return;
            applied.Add(fingerprint);
            inOrder.Enqueue(fingerprint);
            if (inOrder.Count > most) applied.Remove(inOrder.Dequeue());
        }
    }
}
