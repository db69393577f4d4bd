using System.Diagnostics;
using System.Globalization;

namespace CallActors.Telemetry;

/// <summary>
/// Named moments between two steps that must not come apart. For specs only: a process started with <c>CALLACTORS_CRASH_AT=name</c> (or <c>name:3</c>,
/// the third time) is killed there, as a power cut would. Without the variable a point costs one comparison.
/// </summary>
internal static class CrashPoint
{
    public const string EdgeHasReply = "edge-has-reply";
    public const string LoadAsked = "load-asked";
    public const string LoadAnswered = "load-answered";
    public const string ContextGiven = "context-given";
    public const string Decided = "decided";
    public const string AppendTaken = "append-taken";
    public const string AppendWritten = "append-written";
    public const string AppendAcknowledged = "append-acknowledged";
    public const string Replied = "replied";
    public const string FlushHanded = "flush-handed";
    public const string FlushTaken = "flush-taken";
    public const string TransactionBegun = "transaction-begun";
    public const string LedgerEntered = "ledger-entered";
    public const string RowsPlanned = "rows-planned";
    public const string RowsWritten = "rows-written";
    public const string TransactionCommitted = "transaction-committed";
    public const string CommitAcknowledged = "commit-acknowledged";
    public const string Closing = "closing";
    public const string Closed = "closed";
    public const string LogRead = "log-read";
    public const string CallRevived = "call-revived";

    /// <summary>All of them, in the order in which a call comes by.</summary>
    public static readonly string[] All =
    [
        LoadAsked, LoadAnswered, ContextGiven, Decided, AppendTaken, AppendWritten, AppendAcknowledged, Replied, EdgeHasReply,
        FlushHanded, FlushTaken, TransactionBegun, LedgerEntered, RowsPlanned, RowsWritten, TransactionCommitted, CommitAcknowledged, Closing, Closed,
        LogRead, CallRevived,
    ];

    private static readonly (string? Name, int Times) Wanted = Read(Environment.GetEnvironmentVariable("CALLACTORS_CRASH_AT"));
    private static int _reached;

    public static void Reach(string name)
    {
        if (Wanted.Name is null || !ReferenceEquals(Wanted.Name, name)) return;
        if (Interlocked.Increment(ref _reached) != Wanted.Times) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }

    private static (string? Name, int Times) Read(string? setting)
    {
        if (string.IsNullOrEmpty(setting)) return (null, 0);
        var parts = setting.Split(':');
        var name = All.FirstOrDefault(known => known == parts[0]) ?? throw new InvalidOperationException($"CALLACTORS_CRASH_AT names no point: '{setting}'.");
        return (name, parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 1);
    }
}
