using System.Diagnostics;

namespace CallActors.Tests.Fixtures;

/// <summary>Programs of this machine that specs run, and their installation where that may be done.</summary>
internal static class DebianPackages
{
    /// <summary>Where a program is, also one that only root has in his path; null: nowhere.</summary>
    public static string? PathOf(string tool) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':').Select(place => Path.Combine(place, tool)).FirstOrDefault(File.Exists);

    /// <summary>Installs packages.</summary>
    /// <returns>False where this is no Debian, or the specs are not run by root.</returns>
    public static async Task<bool> TryInstallAsync(params string[] packages)
    {
        if (Environment.UserName != "root" || PathOf("apt-get") is not { } apt) return false;
        await RunAsync(apt, "update", "-qq");
        await RunAsync(apt, ["install", "-y", "-qq", "--no-install-recommends", .. packages]);
        return true;
    }

    private static async Task RunAsync(string tool, params string[] arguments)
    {
        var start = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
    }
}
