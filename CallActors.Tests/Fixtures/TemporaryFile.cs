namespace CallActors.Tests.Fixtures;

/// <summary>A SQLite file of a spec's own, gone with it.</summary>
public sealed class TemporaryFile : IDisposable
{
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"callactors-{Guid.NewGuid():N}");

    /// <summary>Its directory does not exist yet: to make it is the store's part.</summary>
    public string ConnectionString => $"Data Source={Path.Combine(_directory, "crm.db")}";

    public bool Exists => Directory.Exists(_directory);

    /// <summary>Makes the directory for those who come before the store.</summary>
    public void MakeRoom() => Directory.CreateDirectory(_directory);

    public void Dispose()
    {
        if (Directory.Exists(_directory)) Directory.Delete(_directory, recursive: true);
    }
}
