namespace CallActors.Host.Verbs.Demo;

/// <summary>A fresh folder that is gone with all it holds when the demo is over.</summary>
internal sealed class DemoFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("callactors-demo-");

    public string PathOf(string file) => Path.Combine(_folder.FullName, file);

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What something still holds open is the temporary folder's to clear; the demo's result stands all the same.
        }
    }
}
