using CallActors.Host.Verbs.Older;
using Orleans;

namespace CallActors.Host.Verbs.Bench.OnOrleans;

internal enum GrainEventKind
{
    Started,
    Answered,
    GreetingFinished,
    NameDetected,
    GenderDetected,
    AppointmentConfirmed,
    Noted,
    Ended,
}

internal enum GrainPhase
{
    None,
    Greeting,
    Live,
    Ended,
}

/// <summary>An event of a call. Immutable: in one process it goes to the grain as it is, without a copy.</summary>
/// <param name="Id">Tells one that comes again.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Text">The name, the gender, the slot's start, the summary or the status.</param>
/// <param name="Seconds">Of an end: how long the call was.</param>
/// <param name="Start">Of a start: who calls whom.</param>
[GenerateSerializer, Immutable, Alias("event")]
internal sealed record GrainEvent([property: Id(0)] string Id, [property: Id(1)] GrainEventKind Kind, [property: Id(2)] string? Text,
    [property: Id(3)] int Seconds, [property: Id(4)] GrainStart? Start);

[GenerateSerializer, Immutable, Alias("start")]
internal sealed record GrainStart([property: Id(0)] string Number, [property: Id(1)] string Phone, [property: Id(2)] long? Business,
    [property: Id(3)] long? Lead, [property: Id(4)] long? Job, [property: Id(5)] string Direction);

/// <summary>What a conversation needs to begin.</summary>
[GenerateSerializer, Immutable, Alias("context")]
internal sealed record GrainContext(
    [property: Id(0)] string? Greeting, [property: Id(1)] string? Voice, [property: Id(2)] string? TimeZone, [property: Id(3)] string? OpeningHours,
    [property: Id(4)] string? FirstName, [property: Id(5)] string? Gender, [property: Id(6)] string? JobName);

[GenerateSerializer, Immutable, Alias("reply")]
internal sealed record GrainReply([property: Id(0)] string Outcome, [property: Id(1)] GrainPhase Phase, [property: Id(2)] GrainContext? Context);

/// <summary>What is kept of a call. Nothing of its business: that can be read again.</summary>
internal sealed class CallState
{
    public GrainPhase Phase { get; set; }

    public OldCall? Call { get; set; }

    public string? FirstName { get; set; }

    public List<string> Seen { get; set; } = [];
}
