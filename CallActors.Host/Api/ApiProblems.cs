using System.Collections.Immutable;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>Problems that only the edge has.</summary>
internal static class ApiProblems
{
    public static readonly ProblemType TooSlow = new("request-timeout", 408, "The request came too slowly");
    public static readonly ProblemType RefusedAgain = new("refused-again", 409, "The database refused it again");
    public static readonly ProblemType Misdirected = new("misdirected-request", 421, "This is not the service that was asked for");
    public static readonly ProblemType UpgradeRequired = new("upgrade-required", 426, "This is served over another protocol");

    public static Problem UnknownCall(string? callId) => new(ProblemType.UnknownCall, $"There is no call '{callId}' here.");

    public static Problem Malformed(params ImmutableArray<Fault> faults) =>
        new(ProblemType.MalformedRequest, faults.Length == 1 ? faults[0].Detail : $"{faults.Length} faults were found.") { Errors = faults };
}
