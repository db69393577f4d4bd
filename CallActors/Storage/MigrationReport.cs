using System.Collections.Immutable;

namespace CallActors.Storage;

/// <summary>What a migration did, or would do, about one table.</summary>
public enum TableOutcome
{
    Created,

    /// <summary>A dry run: it is missing.</summary>
    WouldBeCreated,
    AlreadyThere,

    /// <summary>It is there, was left as it is, and lacks columns that are read or written.</summary>
    LacksColumns,
}

/// <param name="Table">Its name.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="MissingColumns">By name; the table is never altered.</param>
public sealed record TableReport(string Table, TableOutcome Outcome, ImmutableArray<string> MissingColumns);

/// <summary>What a migration did, table by table in the order in which they need each other.</summary>
public sealed record MigrationReport(ImmutableArray<TableReport> Tables)
{
    /// <summary>
    /// Statements of the service that the database would not take, in its words: a unique key that is missing, a type that takes no text. It is never altered.
    /// </summary>
    public ImmutableArray<string> Unfit { get; init; } = [];

    /// <summary>
    /// Tables with a required column that nothing fills: it takes no nulls, has no default, and is not written by the service. The service can run, since it
    /// may never have to insert such a row; each one that it does insert is refused, and its call becomes a dead letter.
    /// </summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The tables a service needs and this database has not.</summary>
    public IEnumerable<string> Missing => Tables.Where(table => table.Outcome == TableOutcome.WouldBeCreated).Select(table => table.Table);

    /// <summary>Whether the service can run on this database.</summary>
    public bool Succeeded => Unfit.IsEmpty && Tables.All(table => table.Outcome != TableOutcome.LacksColumns);

    /// <summary>What keeps it from that, a line each: tables that lack columns, statements that it would not take.</summary>
    public IEnumerable<string> Faults => Tables.Where(table => table.Outcome == TableOutcome.LacksColumns).Select(Line).Concat(UnfitLines);

    private IEnumerable<string> UnfitLines => Unfit.Select(reason => $"unfit: {reason}");

    /// <summary>One line a table, one a statement that it would not take, and one a warning.</summary>
    public override string ToString() => string.Join('\n', Tables.Select(Line).Concat(UnfitLines).Concat(Warnings.Select(reason => $"warning: {reason}")));

    private static string Line(TableReport report) => report.Outcome switch
    {
        TableOutcome.Created => $"{report.Table}: created",
        TableOutcome.WouldBeCreated => $"{report.Table}: missing, would be created",
        TableOutcome.LacksColumns => $"{report.Table}: already there, but lacks {string.Join(", ", report.MissingColumns)}",
        _ => $"{report.Table}: already there",
    };
}
