using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;

namespace CallActors.Cluster;

/// <summary>The enums that cross nodes and do not stand in the log.</summary>
internal static class ClusterEnums
{
    public static readonly WireEnum<GreetingOutcome, Wire.GreetingOutcome> Greeting = new(
        (GreetingOutcome.Played, Wire.GreetingOutcome.Played),
        (GreetingOutcome.Skipped, Wire.GreetingOutcome.Skipped),
        (GreetingOutcome.Failed, Wire.GreetingOutcome.Failed));

    public static readonly WireEnum<CallOutcome, Wire.CallOutcome> Outcome = new(
        (CallOutcome.Applied, Wire.CallOutcome.Applied),
        (CallOutcome.Duplicate, Wire.CallOutcome.Duplicate),
        (CallOutcome.Refused, Wire.CallOutcome.Refused));
}
