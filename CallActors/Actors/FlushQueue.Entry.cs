using System.Collections.Immutable;
using Akka.Actor;
using CallActors.Messages;

namespace CallActors.Actors;

/// <summary>What the queue is made of.</summary>
internal sealed partial class FlushQueue
{
    /// <summary>A call's batch and how far it has come.</summary>
    public sealed class Entry(DatabaseMessages.FlushBatch batch, IActorRef session)
    {
        private IActorRef _batchBy = session;
        private IActorRef? _successorBy;

        public DatabaseMessages.FlushBatch Batch { get; private set; } = batch;

        /// <summary>The customer's number: calls of one number write one lead. Null: there is none, or it is withheld.</summary>
        public string? Number { get; } = batch.Record.Start.CustomerPhone;

        /// <summary>Whom it is told: the call's newest session.</summary>
        public IActorRef Session { get; set; } = session;

        /// <summary>The number the newest session gave the batch; 0: the batch is one of a session before it, whose numbers are its own.</summary>
        public int Attempt => _batchBy.Equals(Session) ? Batch.Attempt : 0;

        /// <summary>The transaction it is in now.</summary>
        public Transaction? Transaction { get; set; }

        /// <summary>It is in a transaction now, or is a suspect of one that was refused.</summary>
        public bool UnderWay { get; set; }

        /// <summary>It was in a transaction whose end is not known: only the ledger can tell whether it stands.</summary>
        public bool InDoubt { get; set; }

        /// <summary>Transactions that it was in and that failed, of whosever fault.</summary>
        public int Failures { get; set; }

        /// <summary>It was refused by itself, for what the CRM may have changed between the look at its rows and the write, and had a second look.</summary>
        public bool IsSeenAgain { get; set; }

        /// <summary>How often it was set apart to be tried by itself.</summary>
        public int AloneTries { get; set; }

        /// <summary>A later version that came while this one was under way.</summary>
        public DatabaseMessages.FlushBatch? Successor { get; private set; }

        /// <summary>The call goes on elsewhere, and its batch with it; or nobody waits for this snapshot any more.</summary>
        public bool IsWithdrawn { get; set; }

        /// <summary>The version that is to be written.</summary>
        public DatabaseMessages.FlushBatch Newest => Successor ?? Batch;

        /// <summary>
        /// The end is later than any snapshot. Otherwise its session's number says which is later; a session that was started again counts anew, and knows
        /// best: what it says, if it is not the same, has been decided since.
        /// </summary>
        public bool IsBefore(DatabaseMessages.FlushBatch batch, IActorRef by)
        {
            if (batch.Record.Final != Newest.Record.Final) return batch.Record.Final;
            return by.Equals(Successor is null ? _batchBy : _successorBy) ? batch.Attempt > Newest.Attempt : batch.Record != Newest.Record;
        }

        public void Replace(DatabaseMessages.FlushBatch batch, IActorRef by) => (Batch, _batchBy, IsSeenAgain) = (batch, by, false);

        public void Follow(DatabaseMessages.FlushBatch batch, IActorRef by) => (Successor, _successorBy) = (batch, by);

        /// <summary>The later version takes the place of the one that came to nothing, or is behind us.</summary>
        /// <returns>False: there is none.</returns>
        public bool Promote()
        {
            if (Successor is not { } successor) return false;
            Replace(successor, _successorBy!);
            (Successor, _successorBy) = (null, null);
            return true;
        }
    }

    /// <summary>A group on its way to the database, which may take so long and no longer.</summary>
    public sealed class Transaction : IDisposable
    {
        private readonly CancellationTokenSource _limit;
        private readonly Lock _disposing = new();
        private readonly bool _isOfSnapshots;
        private bool _isOver;

        public Transaction(ImmutableArray<Entry> group, TimeSpan timeout, CancellationToken stopping)
        {
            _limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            _limit.CancelAfter(timeout);
            Token = _limit.Token;
            _isOfSnapshots = group.All(entry => !entry.Batch.Record.Final);
            foreach (var entry in group) entry.Transaction = this;
        }

        public CancellationToken Token { get; }

        public void GiveUpIfStillFor(Entry entry)
        {
            lock (_disposing)
            {
                if (!_isOver && ReferenceEquals(entry.Transaction, this)) _limit.Cancel();
            }
        }

        /// <summary>Nobody waits for this snapshot any more. Calls that have ended are not to be written later for that.</summary>
        public void GiveUpIfOfSnapshots(Entry entry)
        {
            if (_isOfSnapshots) GiveUpIfStillFor(entry);
        }

        public void Dispose()
        {
            lock (_disposing) _isOver = true;
            _limit.Dispose();
        }
    }
}
