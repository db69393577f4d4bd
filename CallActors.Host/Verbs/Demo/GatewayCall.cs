using CallActors.Domain;

namespace CallActors.Host.Verbs.Demo;

/// <summary>One call of the simulated gateway: its script said out loud, with the answers taken as a gateway takes them.</summary>
internal sealed class GatewayCall(HttpClient service, CallScript script, DateTimeOffset now)
{
    /// <summary>Offers a caller listens to before they give up.</summary>
    private const int Patience = 5;
    private static readonly Uri Events = new("/v1/events", UriKind.Relative);

    // The talk itself takes no time here: it is over when the last event says so, which is now.
    private readonly DateTimeOffset _startedAt = now.AddSeconds(-script.LengthSeconds);
    private readonly List<string> _surprises = [];
    private int _sequence;
    private int _applied;
    private int _duplicates;
    private int _refused;
    private bool _reloadRefused;
    private Slot? _agreed;
    private Slot? _booked;

    public async Task<CallResult> RunAsync(CancellationToken cancel)
    {
        for (var i = 0; i < script.Events.Length; i++)
        {
            await SayAsync(script.Events[i], repeats: script.Repeats == i, cancel);
            if (script.TriesReload && script.Events[i].Type == "greeting.finished") await TryReloadAsync(cancel);
        }

        return new CallResult(script, _booked, _applied, _duplicates, _refused, _reloadRefused, [.. _surprises]);
    }

    private async Task SayAsync(ScriptedEvent told, bool repeats, CancellationToken cancel)
    {
        if (told.Slot is not null) await BookAsync(told, repeats, cancel);
        else Expect("applied", told, await SendAsync(told, null, repeats, cancel));
    }

    /// <summary>A caller whose time cannot be had takes the first that is offered instead.</summary>
    private async Task BookAsync(ScriptedEvent told, bool repeats, CancellationToken cancel)
    {
        var confirms = told.Type == "appointment.confirmed";
        if (confirms && _agreed is null) return;
        var wish = _agreed ?? told.Slot;
        GatewayAnswer answer;
        for (var tries = 1; ; tries++)
        {
            answer = await SendAsync(told, wish, repeats, cancel);
            if (!answer.OffersAnotherSlot || tries == Patience) break;
            wish = answer.Alternatives[0];
        }

        Expect("applied", told, answer);
        if (answer.Outcome != "applied") return;
        if (confirms) _booked = wish;
        else _agreed = wish;
    }

    private async Task<GatewayAnswer> SendAsync(ScriptedEvent told, Slot? slot, bool repeats, CancellationToken cancel)
    {
        var sequence = ++_sequence;
        var answer = await PostAsync();
        if (repeats && answer.Outcome == "applied") Expect("duplicate", told, await PostAsync());
        return answer;

        async Task<GatewayAnswer> PostAsync()
        {
            using var content = CloudEventPost.Of(script, sequence, told, slot, _startedAt);
            using var response = await service.PostAsync(Events, content, cancel);
            var given = await GatewayAnswer.ReadAsync(response, cancel);
            if (given.Outcome == "applied") _applied++;
            else if (given.Outcome == "duplicate") _duplicates++;
            else _refused++;
            return given;
        }
    }

    /// <summary>What an operator may not do: have the database asked while the caller talks.</summary>
    private async Task TryReloadAsync(CancellationToken cancel)
    {
        using var response = await service.PostAsync(new Uri($"/v1/calls/{script.CallId}/reload", UriKind.Relative), null, cancel);
        var answer = await GatewayAnswer.ReadAsync(response, cancel);
        _reloadRefused = answer is { Status: StatusCodes.Status409Conflict, Problem: "live-call" };
        if (!_reloadRefused) _surprises.Add($"{script.CallId}: a reload in the live call was answered {answer}");
    }

    private void Expect(string outcome, ScriptedEvent told, GatewayAnswer answer)
    {
        if (answer.Outcome != outcome) _surprises.Add($"{script.CallId}: {told.Type} was to be {outcome} and was answered {answer}");
    }
}
