using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CallActors.Domain;
using CallActors.Messages;
using CallActors.Storage.Sql;

namespace CallActors.Storage.Statements;

/// <summary>The batches that were refused: one a call, the newest.</summary>
internal static class DeadLetterRows
{
    private static readonly RowStatement<Letter> Keep = new(
        """
        with v as ({input})
        insert into callactors_dead_letter (call_sid, batch, reason, sqlstate, at, events)
        select v.call_sid, v.batch, v.reason, v.sqlstate, v.at, v.events from v where true
        on conflict (call_sid) do update set batch = excluded.batch, reason = excluded.reason, sqlstate = excluded.sqlstate, at = excluded.at, events = excluded.events
        """,
        new("call_sid", SqlType.Text, letter => letter.CallSid),
        new("batch", SqlType.Json, letter => letter.Batch),
        new("reason", SqlType.Text, letter => letter.Reason),
        new("sqlstate", SqlType.Text, letter => letter.SqlState),
        new("at", SqlType.Time, letter => letter.At),
        new("events", SqlType.Bytes, letter => letter.Events));

    private static readonly RowStatement<long> Newest = new(
        """
        with v as ({input})
        select id as Id, call_sid as CallSid, cast(batch as text) as Batch, reason as Reason, sqlstate as SqlState, at as At
        from callactors_dead_letter order by at desc, id desc limit (select n from v)
        """,
        new RowColumn<long>("n", SqlType.Integer, limit => limit));

    private static readonly RowStatement<long> CountAll = new(
        """
        with v as ({input})
        select count(*) from callactors_dead_letter cross join v
        """,
        new RowColumn<long>("n", SqlType.Integer, one => one));

    private static readonly RowStatement<long> ReadOne = new(
        """
        with v as ({input})
        select cast(batch as text) from callactors_dead_letter where id in (select n from v)
        """,
        new RowColumn<long>("n", SqlType.Integer, id => id));

    private static readonly RowStatement<long> Remove = new(
        """
        with v as ({input})
        delete from callactors_dead_letter where id in (select n from v)
        """,
        new RowColumn<long>("n", SqlType.Integer, id => id));

    public static IRowStatement Rehearsed => Keep;

    public static Task KeepAsync(SqlSession session, CallRecord record, string reason, string? sqlState, DateTimeOffset at, CancellationToken cancel) =>
        session.ExecuteAsync(
            Keep, [new Letter(record.CallId.Value, CallRecordJson.Write(record), reason, sqlState, at, Fingerprints.Bytes(record.SeenEvents))], cancel);

    public static async Task<ImmutableArray<DeadLetter>> ListAsync(SqlSession session, int limit, CancellationToken cancel)
    {
        var letters = await session.QueryAsync<long, Stored>(Newest, [limit], cancel);
        return [.. letters.Select(letter => new DeadLetter(
            letter.Id.ToString(CultureInfo.InvariantCulture), CallId.Parse(letter.CallSid),
            letter.Batch, letter.Reason, letter.SqlState, CrmTime.Read(letter.At!)))];
    }

    public static async Task<long> CountAsync(SqlSession session, CancellationToken cancel) =>
        (await session.QueryAsync<long, long>(CountAll, [1], cancel)).Single();

    public static async Task<CallRecord?> ReadAsync(SqlSession session, long id, CancellationToken cancel)
    {
        if (await session.QueryAsync<long, string>(ReadOne, [id], cancel) is not [var batch]) return null;
        try
        {
            return CallRecordJson.Read(batch);
        }
        catch (JsonException unreadable)
        {
            throw new CrmException(CrmFault.Refused, "The dead letter's batch is no call record.", cause: unreadable);
        }
    }

    public static Task RemoveAsync(SqlSession session, long id, CancellationToken cancel) => session.ExecuteAsync(Remove, [id], cancel);

    private sealed record Letter(string CallSid, string Batch, string Reason, string? SqlState, DateTimeOffset At, byte[] Events);

    private sealed class Stored
    {
        public long Id { get; init; }
        public string CallSid { get; init; } = "";
        public string Batch { get; init; } = "";
        public string Reason { get; init; } = "";
        public string? SqlState { get; init; }
        public object? At { get; init; }
    }
}
