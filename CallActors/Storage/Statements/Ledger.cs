using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>The ledger: a call whose row is there has been written, and is not written again.</summary>
internal static class Ledger
{
    private static readonly RowStatement<Entry> Enter = new(
        """
        with v as ({input})
        insert into callactors_flush (call_sid, committed_at, intents, node, events)
        select v.call_sid, v.committed_at, v.intents, v.node, v.events from v order by v.call_sid
        on conflict (call_sid) do nothing
        returning call_sid
        """,
        new("call_sid", SqlType.Text, entry => entry.Record.CallId.Value),
        new("committed_at", SqlType.Time, entry => entry.At),
        new("intents", SqlType.Integer, entry => (long)entry.Record.Intents.Count),
        new("node", SqlType.Text, entry => entry.Node),
        new("events", SqlType.Bytes, entry => Fingerprints.Bytes(entry.Record.SeenEvents)));

    private static readonly RowStatement<CallId> Strike = new(
        """
        with v as ({input})
        delete from callactors_flush where call_sid in (select call_sid from v)
        """,
        new RowColumn<CallId>("call_sid", SqlType.Text, call => call.Value));

    public static IRowStatement Rehearsed => Enter;

    /// <summary>Enters the calls; waits for another that is entering one of them.</summary>
    /// <returns>Those that were in it before.</returns>
    public static async Task<HashSet<CallId>> EnterAsync(
        SqlSession session, IReadOnlyList<CallRecord> records, DateTimeOffset at, string node, CancellationToken cancel)
    {
        if (records.Count == 0) return [];
        var entered = await session.QueryAsync<Entry, string>(Enter, [.. records.Select(record => new Entry(record, at, node))], cancel);
        var before = records.Select(record => record.CallId).ToHashSet();
        before.ExceptWith(entered.Select(CallId.Parse));
        return before;
    }

    /// <summary>Takes calls out again that this transaction has entered and does not write: the ledger says only what is certain.</summary>
    public static Task StrikeAsync(SqlSession session, IReadOnlyList<CallId> calls, CancellationToken cancel) => session.ExecuteAsync(Strike, calls, cancel);

    private sealed record Entry(CallRecord Record, DateTimeOffset At, string Node);
}
