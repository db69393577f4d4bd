namespace CallActors.Tests.Host.Bench;

/// <summary>Where a bench on SQLite works, gone with what is left in it.</summary>
internal sealed class BenchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("callactors-bench-").FullName;

    public string PathOf(string file) => System.IO.Path.Combine(Path, file);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
