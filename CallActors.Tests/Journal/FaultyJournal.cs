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

    /// <summary>All is written, and the writer is told that it failed: the answer was lost.</summary>
    LosesAnswers,

    /// <summary>The writer waits until the store is told to do otherwise.</summary>
    StandsStill,
}

/// <summary>A journal in memory whose store fails when the spec says so.</summary>
internal sealed class FaultyJournal : MemoryJournal
{
    private static readonly ConcurrentDictionary<ActorSystem, StoreFault> Faults = [];
    private static readonly ConcurrentDictionary<ActorSystem, TaskCompletionSource> Standing = [];
    private readonly ActorSystem _system = Context.System;

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
        if (fault == StoreFault.StandsStill) Standing[system] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Faults[system] = fault;
        if (fault != StoreFault.StandsStill && Standing.TryRemove(system, out var standing)) standing.SetResult();
    }

    protected override async Task<IImmutableList<Exception?>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        if (Standing.TryGetValue(_system, out var standing)) await standing.Task.WaitAsync(cancellationToken);
        var fault = Faults.GetValueOrDefault(_system);
        if (fault == StoreFault.RefusesWrites) throw new IOException("The store is away.");
        var written = await base.WriteMessagesAsync(messages, cancellationToken);
        return fault == StoreFault.LosesAnswers ? throw new IOException("The answer was lost.") : written!;
    }
}
