using System.Collections.Frozen;
using CallActors.Journal;
using CallActors.Messages;

namespace CallActors.Cluster;

/// <summary>Problems as they cross nodes. Their type goes by its name: two versions may title it differently and still mean the same.</summary>
internal static class ProblemCodec
{
    private static readonly FrozenDictionary<string, ProblemType> Known = new[]
    {
        ProblemType.MalformedEvent,
        ProblemType.MalformedRequest,
        ProblemType.Unauthorized,
        ProblemType.NotFound,
        ProblemType.UnknownCall,
        ProblemType.UnknownDeadLetter,
        ProblemType.MethodNotAllowed,
        ProblemType.LiveCall,
        ProblemType.CallEnded,
        ProblemType.SlotTaken,
        ProblemType.TooLarge,
        ProblemType.UnsupportedMediaType,
        ProblemType.UnknownBusiness,
        ProblemType.SlotNotBookable,
        ProblemType.TooManyCalls,
        ProblemType.Failed,
        ProblemType.Draining,
        ProblemType.Overloaded,
        ProblemType.HoursUnknown,
    }.ToFrozenDictionary(type => type.Name);

    public static Wire.Problem ToWire(Problem problem)
    {
        var wire = new Wire.Problem { Name = problem.Type.Name, Status = problem.Type.Status, Title = problem.Type.Title, Detail = problem.Detail };
        foreach (var fault in problem.Errors) wire.Errors.Add(new Wire.Fault { Pointer = fault.Pointer, Detail = fault.Detail });
        if (problem.Reason is { } reason) wire.Reason = reason;
        foreach (var slot in problem.Alternatives) wire.Alternatives.Add(slot.ToWire());
        if (problem.RetryAfter is { } after) wire.RetryAfterTicks = after.Ticks;
        return wire;
    }

    /// <exception cref="InvalidDataException">It is missing, or of a type that is unknown and has no status.</exception>
    public static Problem FromWire(Wire.Problem? problem)
    {
        WireValues.Present(problem);
        return new Problem(TypeOf(problem), problem.Detail)
        {
            Errors = [.. problem.Errors.Select(fault => new Fault(fault.Pointer, fault.Detail))],
            Reason = problem.HasReason ? problem.Reason : null,
            Alternatives = [.. problem.Alternatives.Select(ClusterValues.FromWire)],
            RetryAfter = problem.HasRetryAfterTicks ? TimeSpan.FromTicks(problem.RetryAfterTicks) : null,
        };
    }

    private static ProblemType TypeOf(Wire.Problem problem)
    {
        if (Known.TryGetValue(problem.Name, out var known)) return known;
        return problem is { Name: not "", Status: >= 400 and <= 599 }
            ? new ProblemType(problem.Name, problem.Status, problem.Title)
            : throw new InvalidDataException($"What was read has the problem '{problem.Name}' with status {problem.Status}, which is none.");
    }
}
