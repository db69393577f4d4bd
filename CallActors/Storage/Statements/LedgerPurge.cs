using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>Takes old rows out of the ledger, a bounded piece at a time.</summary>
internal static class LedgerPurge
{
    // It waits for nobody: a flush that brings one of these calls again waits for it, and never the other way round. The limit is in the text, as a plan that
    // is made before it is known would be one for a third of the table. What a batch may rely on stays by the database's own clock, too: the one of a node
    // alone that is days ahead would take it from all the others.
    private static readonly RowStatement<Span> Forget = new(
        $$"""
        with v as ({input}),
        old as materialized (
          select call_sid from callactors_flush
          where committed_at >= (select since from v) and committed_at < (select until from v) {kept}
          order by committed_at limit {{ILedger.PieceRows}} {unlocked}
        )
        delete from callactors_flush where {call_sid among select call_sid from old}
        returning committed_at as CommittedAt
        """,
        new("since", SqlType.Time, span => span.Since),
        new("until", SqlType.Time, span => span.Until));

    public static async Task<Forgotten> RunAsync(SqlSession session, DateTimeOffset since, DateTimeOffset until, CancellationToken cancel)
    {
        var rows = await session.QueryAsync<Span, Gone>(Forget, [new Span(since, until)], cancel);
        return new Forgotten(rows.Count, rows.Count == 0 ? null : rows.Max(row => CrmTime.Read(row.CommittedAt)));
    }

    public static Task<bool> IsIndexedAsync(SqlSession session, CancellationToken cancel) => session.IsIndexedAsync("callactors_flush", "committed_at", cancel);

    private sealed record Span(DateTimeOffset Since, DateTimeOffset Until);

    private sealed class Gone
    {
        public object CommittedAt { get; init; } = "";
    }
}
