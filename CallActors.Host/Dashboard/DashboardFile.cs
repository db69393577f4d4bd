using System.Security.Cryptography;
using System.Text;

namespace CallActors.Host.Dashboard;

/// <summary>One file of the dashboard, out of the assembly: it is there whatever the current directory is.</summary>
/// <param name="Bytes">What is in it.</param>
/// <param name="ContentType">As it is sent.</param>
internal sealed record DashboardFile(byte[] Bytes, string ContentType)
{
    private const string Folder = "CallActors.Host.Dashboard.wwwroot.";

    /// <summary>By its content: a newer version of the service is seen at once.</summary>
    public string ETag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Bytes).AsSpan(0, 8))}\"";

    /// <summary>Every file there is, by its name.</summary>
    public static Dictionary<string, byte[]> ReadAll() =>
        typeof(DashboardFile).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .ToDictionary(name => name[Folder.Length..], Read);

    public static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"{name} is in the dashboard, and '{other}' has no content type."),
    };

    /// <summary>A page whose only inline style is allowed by its hash.</summary>
    public static string HashOf(string style) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'";

    private static byte[] Read(string resource)
    {
        using var stream = typeof(DashboardFile).Assembly.GetManifestResourceStream(resource)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
