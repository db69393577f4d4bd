using Microsoft.Data.Sqlite;

namespace CallActors.Storage.Sqlite;

/// <summary>How a SQLite file is looked at and left as it is, with no file beside it that was not there.</summary>
internal static class SqliteLook
{
    private const int ModeAt = 18;
    private const byte WriteAhead = 2;

    /// <param name="given">How it would be connected to. Its file is there.</param>
    public static SqliteConnectionStringBuilder Of(SqliteConnectionStringBuilder given)
    {
        var look = new SqliteConnectionStringBuilder(given.ToString()) { Mode = SqliteOpenMode.ReadOnly, Pooling = false };

        // Whoever reads a file with a write-ahead log makes the log anew where there is none, and may leave it there: only as one that does not change is it
        // read without.
        var file = Path.GetFullPath(given.DataSource);
        if (IsWriteAhead(file) && !File.Exists($"{file}-wal")) look.DataSource = $"{new Uri(file).AbsoluteUri}?immutable=1";
        return look;
    }

    private static bool IsWriteAhead(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> header = stackalloc byte[ModeAt + 1];
        return stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) == header.Length && header[ModeAt] == WriteAhead;
    }
}
