namespace CallActors.Tests.Fixtures;

/// <summary>Kamailio and SIPp on this machine: installed, else installed now where that may be done.</summary>
/// <param name="Kamailio">The program's path.</param>
/// <param name="Sipp">The program's path.</param>
internal sealed record SipPrograms(string Kamailio, string Sipp)
{
    private static readonly string[] Packages = ["kamailio", "kamailio-extra-modules", "kamailio-utils-modules", "sip-tester"];
    private static readonly string[] Modules = ["http_client.so", "jansson.so", "dialog.so", "mqueue.so", "rtimer.so"];
    private static readonly string Missing =
        $"No Kamailio or SIPp for the specs: install {string.Join(' ', Packages)} (Debian), so that kamailio, its modules {string.Join(' ', Modules)} and sipp are found.";

    private static readonly Lazy<Task<SipPrograms>> Found = new(LookAsync);

    public static Task<SipPrograms> FindAsync() => Found.Value;

    private static async Task<SipPrograms> LookAsync()
    {
        if (Look() is { } found) return found;
        var hindrance = await DebianPackages.InstallAsync(Packages);
        return Look() ?? throw new InvalidOperationException($"{Missing} {hindrance}");
    }

    private static SipPrograms? Look() =>
        DebianPackages.PathOf("kamailio") is { } kamailio && DebianPackages.PathOf("sipp") is { } sipp
            && ModuleFolders.Any(folder => Modules.All(module => File.Exists(Path.Combine(folder, module))))
            ? new SipPrograms(kamailio, sipp)
            : null;

    private static IEnumerable<string> ModuleFolders =>
        new[] { "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64" }
            .Where(Directory.Exists)
            .SelectMany(root => Directory.GetDirectories(root).Prepend(root))
            .Select(root => Path.Combine(root, "kamailio", "modules"))
            .Where(Directory.Exists);
}
