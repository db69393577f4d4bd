using System.Text;
using System.Text.RegularExpressions;
using Npgsql;

namespace CallActors.Tests.Fixtures;

/// <summary>The server's log of statements: what was really sent, counted from outside.</summary>
public sealed partial class StatementLog(string file)
{
    /// <summary>Where the log is now.</summary>
    public long Mark() => new FileInfo(file).Length;

    /// <summary>The statements of one database since a mark, BEGIN and COMMIT among them, in the order in which they were begun.</summary>
    /// <param name="mark">From <see cref="Mark"/>.</param>
    /// <param name="connectionString">As given by <see cref="PostgresServer.CreateDatabaseAsync"/>.</param>
    public IReadOnlyList<string> StatementsSince(long mark, string connectionString) => Since(mark, connectionString, Statement());

    /// <summary>The plans that <c>auto_explain</c> logged of one database since a mark, each with its statement.</summary>
    /// <param name="mark">From <see cref="Mark"/>.</param>
    /// <param name="connectionString">As given by <see cref="PostgresServer.CreateDatabaseAsync"/>.</param>
    public IReadOnlyList<string> PlansSince(long mark, string connectionString) => Since(mark, connectionString, Plan());

    private IReadOnlyList<string> Since(long mark, string connectionString, Regex entries)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString).Database;
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Seek(mark, SeekOrigin.Begin);
        var text = new StreamReader(stream, Encoding.UTF8).ReadToEnd();
        return [.. entries.Matches(text)
            .Where(entry => entry.Groups["database"].Value == database)
            .Select(entry => entry.Groups["text"].Value.Replace("\n\t", "\n", StringComparison.Ordinal))];
    }

    /// <summary>Whether a statement only begins or ends a transaction, or is the driver's own housekeeping.</summary>
    public static bool IsFrame(string statement) => Frame().IsMatch(statement);

    // Continued lines begin with a tab.
    [GeneratedRegex(@"^@@(?<database>[^@]*)@LOG:  (?:statement|execute [^:]*): (?<text>.*(?:\n\t.*)*)", RegexOptions.Multiline)]
    private static partial Regex Statement();

    [GeneratedRegex(@"^@@(?<database>[^@]*)@LOG:  duration: [^\n]* plan:\n(?<text>(?:\t.*\n?)*)", RegexOptions.Multiline)]
    private static partial Regex Plan();

    // Npgsql reads the server's types once a database.
    [GeneratedRegex(
        @"^\s*((begin|commit|rollback|start transaction|discard|set|deallocate|close|unlisten|reset)\b|select version\(\);)", RegexOptions.IgnoreCase)]
    private static partial Regex Frame();
}
