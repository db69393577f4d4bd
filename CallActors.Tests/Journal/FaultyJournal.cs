using System.Collections.Concurrent;
using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;

namespace CallActors.Tests.Journal;

/// <summary>What a store does with the writes it is given.</summary>
internal enum StoreFault
{
    None,

    /// <summary>Nothing is written, and the writer is told so.</summary>
    RefusesWrites,

    /// <summary>Nothing is written, and the writer is told that it was no fault of the store's.</summary>
    RejectsWrites,

    /// <summary>All is written, and the writer is told that it failed: the answer was lost.</summary>
    LosesAnswers,

    /// <summary>The writer waits until the store is told to do otherwise.</summary>
    StandsStill,

    /// <summary>The writer is told that it failed, and the store has it in hand still: it comes in before the next write, whose place it takes.</summary>
    LandsLate,

    /// <summary>It takes what is written, and nothing is deleted.</summary>
    RefusesDeletions,
}

/// <summary>A journal in memory whose store fails when the spec says so.</summary>
internal sealed class FaultyJournal : MemoryJournal
{
    private static readonly ConcurrentDictionary<ActorSystem, Store> Stores = [];
    private readonly Store _store = Of(Context.System);

    private sealed class Store
    {
        public volatile StoreFault Fault;
        public volatile TaskCompletionSource? Standing;
        public int RefusedDeletions;
        public ImmutableArray<AtomicWrite>? InHand;
    }

    public const string Hocon =
        """
        akka.persistence.journal.plugin = "akka.persistence.journal.faulty"
        akka.persistence.journal.faulty {
          class = "CallActors.Tests.Journal.FaultyJournal, CallActors.Tests"
          plugin-dispatcher = "akka.actor.default-dispatcher"
          circuit-breaker { max-failures = 1000, call-timeout = 10s, reset-timeout = 1s }
        }
        akka.persistence.snapshot-store.plugin = "akka.persistence.no-snapshot-store"
        """;

    public static void Set(ActorSystem system, StoreFault fault)
    {
        var store = Of(system);
        var stood = store.Standing;
        store.Standing = fault == StoreFault.StandsStill ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        store.Fault = fault;
        stood?.SetResult();
    }

    public static int RefusedDeletions(ActorSystem system) => Volatile.Read(ref Of(system).RefusedDeletions);

    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        if (_store.Standing is { } standing) await standing.Task.WaitAsync(cancellationToken);
        var fault = _store.Fault;
        if (fault == StoreFault.RefusesWrites) throw new IOException("The store is away.");
        if (fault == StoreFault.RejectsWrites) return [.. messages.Select(_ => new InvalidDataException("The store has no form for it."))];
        if (_store.InHand is { } late)
        {
            _store.InHand = null;
            await base.WriteMessagesAsync(late, cancellationToken);
            throw new IOException("Its number is taken.");
        }

        if (fault == StoreFault.LandsLate)
        {
            _store.InHand = [.. messages];
            throw new IOException("The store did not answer in time.");
        }

        var written = await base.WriteMessagesAsync(messages, cancellationToken);
        return fault == StoreFault.LosesAnswers ? throw new IOException("The answer was lost.") : written!;
    }

    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        if (_store.Fault != StoreFault.RefusesDeletions) return base.DeleteMessagesToAsync(persistenceId, toSequenceNr, cancellationToken);
        Interlocked.Increment(ref _store.RefusedDeletions);
        throw new IOException("The store deletes nothing.");
    }

    private static Store Of(ActorSystem system) => Stores.GetOrAdd(system, _ => new Store());
}
