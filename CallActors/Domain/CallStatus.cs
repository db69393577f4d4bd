namespace CallActors.Domain;

/// <summary>The status of a call, in one spelling. It only moves forward.</summary>
public enum CallStatus
{
    Initiated,
    Ringing,
    InProgress,
    Completed,
    Busy,
    NoAnswer,
    Failed,
    Canceled,
}

/// <summary>The rules of <see cref="CallStatus"/>: its spelling, and that it never goes backwards.</summary>
public static class CallStatuses
{
    public static bool IsTerminal(this CallStatus status) => status >= CallStatus.Completed;

    /// <summary>
    /// What a status becomes when another one is told: the further one; of two terminal ones the first, except that
    /// <see cref="CallStatus.Completed"/> yields to a more specific one.
    /// </summary>
    public static CallStatus Advance(this CallStatus current, CallStatus told) =>
        current switch
        {
            CallStatus.Completed => told.IsTerminal() ? told : current,
            _ when current.IsTerminal() => current,
            _ => told > current ? told : current,
        };

    /// <summary>The spelling on the wire and in the database.</summary>
    public static string Spelling(this CallStatus status) => status switch
    {
        CallStatus.Initiated => "initiated",
        CallStatus.Ringing => "ringing",
        CallStatus.InProgress => "in-progress",
        CallStatus.Completed => "completed",
        CallStatus.Busy => "busy",
        CallStatus.NoAnswer => "no-answer",
        CallStatus.Failed => "failed",
        CallStatus.Canceled => "canceled",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    /// <summary>Reads the one spelling; null for anything else (a CRM may hold words of its own, such as <c>queued</c>).</summary>
    public static CallStatus? Parse(string? text) => text switch
    {
        "initiated" => CallStatus.Initiated,
        "ringing" => CallStatus.Ringing,
        "in-progress" => CallStatus.InProgress,
        "completed" => CallStatus.Completed,
        "busy" => CallStatus.Busy,
        "no-answer" => CallStatus.NoAnswer,
        "failed" => CallStatus.Failed,
        "canceled" => CallStatus.Canceled,
        _ => null,
    };
}
