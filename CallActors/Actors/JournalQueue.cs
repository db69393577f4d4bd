using Akka.Actor;
using CallActors.Journal;
using CallActors.Journal.Wire;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Actors;

/// <summary>What waits for a partition's next write, and what is in the one under way. Plain data; the actor does the writing.</summary>
internal sealed class JournalQueue
{
    /// <summary>Entries one write takes.</summary>
    public const int MostEntries = 1_000;

    /// <summary>Bytes one write takes, roughly; an entry that has more goes alone.</summary>
    public const int MostBytes = 1024 * 1024;

    private readonly Queue<(object Message, IActorRef By)> _waiting = new();
    private readonly List<(Append Append, IActorRef By, int Bytes)> _written = [];

    public void Add(Append append, IActorRef by) => _waiting.Enqueue((append, by));

    public void Add(Remind remind, IActorRef by) => _waiting.Enqueue((remind, by));

    /// <summary>Questions that have nothing before them any more.</summary>
    public IEnumerable<(Remind Remind, IActorRef By)> TakeReminds()
    {
        while (_waiting.TryPeek(out var next) && next.Message is Remind remind)
        {
            _waiting.Dequeue();
            yield return (remind, next.By);
        }
    }

    /// <summary>The next write; null: nothing waits. An entry that has no form is refused to whoever brought it, and to nobody else.</summary>
    /// <param name="book">The businesses the log holds; those it does not are brought along.</param>
    /// <param name="busy">Their appointments, likewise.</param>
    public EntryBatch? NextBatch(BusinessBook book, LoggedBusy busy)
    {
        var batch = new EntryBatch();
        var businesses = new List<BusinessEntry>();
        var bytes = 0;
        while (batch.Entries.Count < MostEntries && _waiting.TryPeek(out var next) && next.Message is Append append)
        {
            if (EntryOf(append, next.By, book, businesses) is { } entry)
            {
                var size = entry.CalculateSize();
                if (batch.Entries.Count > 0 && bytes + size > MostBytes) break;
                bytes += size + busy.Bring(append.Facts, batch.Busy);
                if (append.Booked is { } booked) bytes += busy.Bring(booked, batch.Busy);
                batch.Entries.Add(entry);
                _written.Add((append, next.By, size));
            }

            _waiting.Dequeue();
        }

        if (batch.Entries.Count == 0) return null;
        batch.Businesses.AddRange(businesses);
        return batch;
    }

    /// <summary>The entries of the write that was under way, in order; it is over.</summary>
    public List<(Append Append, IActorRef By, int Bytes)> Written()
    {
        var written = _written.ToList();
        _written.Clear();
        return written;
    }

    private static CallEntry? EntryOf(Append append, IActorRef by, BusinessBook book, List<BusinessEntry> businesses)
    {
        try
        {
            return FactCodec.ToWire(append.CallId, append.Number, append.Facts, append.Closes, book, businesses);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or OverflowException)
        {
            by.Tell(new NotAppended(append.Epoch, append.Number, e.Message));
            return null;
        }
    }
}
