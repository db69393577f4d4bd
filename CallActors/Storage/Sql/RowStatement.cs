using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace CallActors.Storage.Sql;

internal enum SqlType
{
    Integer,
    Text,

    /// <summary>A text; <c>jsonb</c> where the database has it.</summary>
    Json,
    Time,
    Bytes,
}

/// <summary>A column of a statement's input, and what of a row goes into it (long, string, DateTimeOffset or byte[], or null).</summary>
internal sealed record RowColumn<TRow>(string Name, SqlType Type, Func<TRow, object?> Read);

/// <summary>A list of input rows as a dialect wants it said: the columns, and what each row holds in them.</summary>
internal sealed record RowInput(IReadOnlyList<(string Name, SqlType Type)> Columns, IReadOnlyList<object?[]> Rows);

/// <summary>A statement whatever its rows are.</summary>
internal interface IRowStatement
{
    string TextFor(SqlDialect dialect);

    /// <summary>Its input, of no row.</summary>
    RowInput NoRows { get; }
}

/// <summary>
/// A statement that works on a list of rows at once, whatever their number: one text for both dialects, with these placeholders.
/// <list type="bullet">
/// <item><c>{input}</c>: the select that yields the rows.</item>
/// <item><c>{column among select}</c>: whether a value is one of several.</item>
/// <item><c>{column before column}</c>: compares stored times, however they were spelled; either may be a select of one, in parentheses.</item>
/// <item><c>{moment column}</c>: a stored time, to sort by.</item>
/// <item><c>{unlocked}</c>: leaves out rows that another transaction has in hand.</item>
/// <item><c>{kept}</c>: leaves out rows of the ledger that nobody may delete yet.</item>
/// <item><c>{spans start end}</c>: gathers a group of pairs of times, however they were spelled.</item>
/// </list>
/// </summary>
internal sealed partial class RowStatement<TRow>(string text, params RowColumn<TRow>[] columns) : IRowStatement
{
    private readonly ConcurrentDictionary<SqlDialect, string> _texts = new();
    private readonly (string Name, SqlType Type)[] _columns = [.. columns.Select(column => (column.Name, column.Type))];

    public string TextFor(SqlDialect dialect) => _texts.GetOrAdd(dialect, Written);

    public RowInput NoRows => InputOf([]);

    public RowInput InputOf(IReadOnlyList<TRow> rows) =>
        new(_columns, [.. rows.Select(row => Array.ConvertAll(columns, column => column.Read(row)))]);

    private string Written(SqlDialect dialect)
    {
        var compared = Comparison().Replace(text, found => dialect.Before(found.Groups["column"].Value, found.Groups["other"].Value));
        var chosen = Choice().Replace(compared, found => dialect.Among(found.Groups["column"].Value, found.Groups["select"].Value));
        var sorted = Moment().Replace(chosen, found => dialect.Moment(found.Groups["column"].Value));
        var counted = Spans().Replace(sorted, found => dialect.Spans(found.Groups["start"].Value, found.Groups["end"].Value));
        return counted.Replace("{unlocked}", dialect.Unlocked, StringComparison.Ordinal).Replace("{kept}", dialect.Kept, StringComparison.Ordinal)
            .Replace("{input}", dialect.InputOf(_columns), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"\{spans (?<start>[a-z_.]+) (?<end>[a-z_.]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Spans();

    [GeneratedRegex(@"\{moment (?<column>[a-z_.]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Moment();

    [GeneratedRegex(@"\{(?<column>[a-z_.]+) among (?<select>select [^{}]+)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Choice();

    [GeneratedRegex(@"\{(?<column>[a-z_.]+|\(select [^{}]+\)) before (?<other>[a-z_.]+|\(select [^{}]+\))\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Comparison();
}
