using System.Diagnostics;

namespace CallActors.Tests.Fixtures;

/// <summary>Programs of this machine that specs run, and their installation where that may be done.</summary>
internal static class DebianPackages
{
    /// <summary>Where a program is, also one that only root has in his path; null: nowhere.</summary>
    public static string? PathOf(string tool) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/usr/local/sbin".Split(':').Select(place => Path.Combine(place, tool))
            .FirstOrDefault(File.Exists);

    /// <summary>Classes of specs run beside each other; of two that install, the second would find the system's lock taken.</summary>
    private static readonly SemaphoreSlim Turn = new(1, 1);

    /// <summary>Installs packages, where this is a Debian and the specs are run by root.</summary>
    /// <returns>Null once they are installed, else a sentence that says why they are not.</returns>
    public static async Task<string?> InstallAsync(params string[] packages)
    {
        if (Environment.UserName != "root") return "Only root may install it.";
        if (PathOf("apt-get") is not { } apt) return "There is no apt-get to install it.";
        await Turn.WaitAsync();
        try
        {
            // Lists that are only partly refreshed may do; if they do not, both have something to say.
            var update = await RunAsync(apt, "update");
            var install = await RunAsync(apt, "install", ["-y", "--no-install-recommends", .. packages]);
            return install is null ? null : $"{install} {update}".TrimEnd();
        }
        finally
        {
            Turn.Release();
        }
    }

    /// <returns>Null where it went well.</returns>
    private static async Task<string?> RunAsync(string apt, string verb, params string[] arguments)
    {
        var start = new ProcessStartInfo(
            apt, [verb, "-qq", "-o", "DPkg::Lock::Timeout=300", .. arguments])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["DEBIAN_FRONTEND"] = "noninteractive";
        using var process = Process.Start(start)!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : $"apt-get {verb} ended with {process.ExitCode}: {said[1].Trim()}";
    }
}
