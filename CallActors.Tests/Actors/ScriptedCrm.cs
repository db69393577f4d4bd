using System.Collections.Concurrent;
using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Storage;

namespace CallActors.Tests.Actors;

/// <summary>A database whose every answer the spec gives, for what a real one cannot be made to do on cue: answers in a chosen order, lost answers.</summary>
internal sealed class ScriptedCrm : ICrmDatabase
{
    public sealed record Load(IReadOnlyList<ContextQuery> Queries, TaskCompletionSource<Loaded> Answer, CancellationToken Cancel);

    public sealed record Commit(IReadOnlyList<CallRecord> Records, TaskCompletionSource<Committed> Answer);

    public BlockingCollection<Load> Loads { get; } = [];

    public BlockingCollection<Commit> Commits { get; } = [];

    public ConcurrentQueue<(CallRecord Record, string Reason, string? SqlState)> Letters { get; } = [];

    /// <summary>So many dead letters cannot be kept before one can.</summary>
    public int LettersRefused { get; set; }

    public Load NextLoad() => Loads.TryTake(out var load, TimeSpan.FromSeconds(5)) ? load : throw new TimeoutException("No load came.");

    public Commit NextCommit() => Commits.TryTake(out var commit, TimeSpan.FromSeconds(5)) ? commit : throw new TimeoutException("No commit came.");

    public Task<Loaded> LoadAsync(IReadOnlyList<ContextQuery> queries, CancellationToken cancel)
    {
        var load = new Load(queries, new TaskCompletionSource<Loaded>(TaskCreationOptions.RunContinuationsAsynchronously), cancel);
        cancel.Register(() => load.Answer.TrySetCanceled(cancel));
        Loads.Add(load, CancellationToken.None);
        return load.Answer.Task;
    }

    public Task<Committed> CommitAsync(IReadOnlyList<CallRecord> records, CancellationToken cancel)
    {
        var commit = new Commit(records, new TaskCompletionSource<Committed>(TaskCreationOptions.RunContinuationsAsynchronously));
        cancel.Register(() => commit.Answer.TrySetCanceled(cancel));
        Commits.Add(commit, CancellationToken.None);
        return commit.Answer.Task;
    }

    public Task KeepDeadLetterAsync(CallRecord record, string reason, string? sqlState, CancellationToken cancel)
    {
        if (LettersRefused-- > 0) throw new CrmException(CrmFault.Away, "no room for a letter");
        Letters.Enqueue((record, reason, sqlState));
        return Task.CompletedTask;
    }

    public Task<ImmutableArray<DeadLetter>> ListDeadLettersAsync(int limit, CancellationToken cancel) => throw new NotSupportedException();

    public Task<long> CountDeadLettersAsync(CancellationToken cancel) => Task.FromResult((long)Letters.Count);

    public Task<CallRecord?> ReadDeadLetterAsync(string id, CancellationToken cancel) => throw new NotSupportedException();

    public Task RemoveDeadLetterAsync(string id, CancellationToken cancel) => throw new NotSupportedException();
}
