using Akka.Actor;
using Akka.Persistence;
using CallActors.Journal.Wire;

namespace CallActors.Tests.Journal;

/// <summary>Reads a log as its writer does, and tells how many entries it holds.</summary>
internal sealed class LogCounter(string persistenceId, IActorRef asker) : UntypedPersistentActor
{
    private int _entries;

    public override string PersistenceId => persistenceId;

    public override Recovery Recovery => new(SnapshotSelectionCriteria.None);

    protected override void OnRecover(object message)
    {
        if (message is RecoveryCompleted) asker.Tell(_entries);
        else _entries += message is EntryBatch batch ? batch.Entries.Count + batch.Businesses.Count + batch.Busy.Count : 1;
    }

    protected override void OnCommand(object message) => Unhandled(message);
}
