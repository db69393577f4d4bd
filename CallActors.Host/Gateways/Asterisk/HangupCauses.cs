using CallActors.Domain;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>How a call ended, by the Q.850 cause of its channel and how far that was.</summary>
internal static class HangupCauses
{
    /// <summary>The status.</summary>
    /// <param name="cause">Q.850, where Asterisk gives one; 0 is Asterisk's own for none.</param>
    /// <param name="state">The channel's last state.</param>
    public static CallStatus StatusOf(int? cause, string? state) => (cause, state) switch
    {
        // A call that was answered has taken place, however it broke off; the cause is kept as its reason.
        (_, "Up") => CallStatus.Completed,
        (17, _) => CallStatus.Busy,
        (18 or 19 or 20, _) => CallStatus.NoAnswer,

        // Cleared, or taken elsewhere (26), before it was answered.
        (null or 0 or 16 or 26, _) => CallStatus.Canceled,

        // A SIP caller who gives up leaves 127, as does whatever else SIP knows and Q.850 does not. "Ring" is what only a caller's channel is in.
        (127, "Ring") => CallStatus.Canceled,
        _ => CallStatus.Failed,
    };
}
