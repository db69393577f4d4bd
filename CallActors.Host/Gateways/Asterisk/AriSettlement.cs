using System.Text.Json;
using CallActors.Host.Gateways.Callbacks;
using CallActors.Host.Gateways.Reconciliation;
using CallActors.Messages;
using static CallActors.Messages.GatewayEvents;

namespace CallActors.Host.Gateways.Asterisk;

/// <summary>
/// ARI replays nothing. So an Asterisk that connects is asked who it is and which channels it has, and again with every beat: what it no longer has is ended,
/// what started unheard is started. Between the lists its being connected says that its calls are alive.
/// </summary>
/// <param name="ari">Which channels are calls.</param>
/// <param name="beat">How often.</param>
/// <param name="ask">Sends a request.</param>
/// <param name="keep">Says of a call that it is alive.</param>
/// <param name="gateways">Compares the lists.</param>
/// <param name="time">Of the beats.</param>
/// <param name="log">Told of what could not be done.</param>
internal sealed class AriSettlement(
    AriOptions ari, TimeSpan beat, Func<string, Task> ask, Func<CallEvents.Heartbeat, Task> keep, GatewayDesk gateways, TimeProvider time, ILogger log)
{
    private const string MindTheUser = "The local_ari_user in its ari.conf has to name a user of that file";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongSilence = TimeSpan.FromSeconds(4);
    private readonly Lock gate = new();
    private string? source;
    private bool isSettled;
    private DateTimeOffset takenAt;
    private HashSet<CallId> seen = [];
    private string? heardFrom;
    private TimeSpan pause = Pause;
    private string? refused;
    private string? awaited;

    /// <summary>The comparison under way. What came behind the list is told after it.</summary>
    public Task Current { get; private set; } = Task.CompletedTask;

    /// <summary>An event came. The next list does not end its call, whatever our clock says: the event of its end may be right behind that list.</summary>
    /// <param name="from">The Asterisk, as its events name it.</param>
    /// <param name="call">The call.</param>
    /// <param name="ends">That was its end: a list has nothing to say of it any more.</param>
    public void Heard(string from, CallId call, bool ends)
    {
        lock (gate)
        {
            heardFrom = from;
            if (ends) seen.Remove(call);
            else seen.Add(call);
        }
    }

    /// <summary>Asks, until <paramref name="gone"/>; until it was done for the first time soon again, then less and less often.</summary>
    public async Task Run(CancellationToken gone)
    {
        try
        {
            while (true)
            {
                if (isSettled) await Take(new Alive(new EventKey(source!, $"alive/{time.GetUtcNow():O}"), time.GetUtcNow()), gone);
                else await KeepSeen();
                if (awaited is not null && pause > LongSilence) Refused($"nothing to GET {awaited}");
                await AskNext();
                var wait = isSettled || beat < pause ? beat : pause;
                pause = wait * 2;
                await Task.Delay(wait, time, gone);
            }
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            // The connection has gone, and with it whom to ask.
        }
    }

    /// <summary>An answer came.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="inHand">What came before it and is still being told: an end among that is not to be taken for missing.</param>
    /// <param name="gone">The connection has gone.</param>
    public async Task Answered(JsonElement response, Task inHand, CancellationToken gone)
    {
        var asked = SignedJson.At(response, "/request_id");
        awaited = null;
        var body = AriRest.BodyOf(response);
        if (asked == AriRest.Info && body is { } info && SignedJson.At(info, "/system/entity_id") is { Length: > 0 } entity)
        {
            source = AriEvents.SourceOf(entity);
            refused = null;
            await AskNext();
        }
        else if (asked == AriRest.Channels && source is not null && body is { ValueKind: JsonValueKind.Array } list)
        {
            // What cannot be read may be any of the calls.
            if (AriRest.FaultIn(list) is { } fault)
            {
                Refused($"{fault} to GET {asked}", "By this list no call is ended or started");
                return;
            }

            refused = null;
            Current = Settle(Task.WhenAll(Current, inHand), Compared(list, source), gone);
        }
        else
        {
            var status = SignedJson.At(response, "/status_code");
            Refused($"{status} to GET {asked}", status == "200" ? "There is nothing in it that can be read" : MindTheUser);
        }
    }

    /// <summary>Said once: it is refused for as long as nobody mends it.</summary>
    /// <param name="answer">What came, and to what.</param>
    /// <param name="advice">What the reader had better know.</param>
    private void Refused(string answer, string advice = MindTheUser)
    {
        var level = answer == refused ? LogLevel.Debug : LogLevel.Warning;
        refused = answer;
        log.Log(level, "Asterisk answered {Answer}; what is live there is not known. {Advice}", answer, advice);
    }

    /// <summary>
    /// The list, and what was there since the one before, of which the end may still be on its way: it is missed by the next list if it never comes.
    /// </summary>
    private Snapshot Compared(JsonElement list, string from)
    {
        lock (gate)
        {
            var snapshot = AriRest.SnapshotOf(list, ari.Application, from, takenAt, ari.NumberPrefix);
            var recent = seen;
            seen = [.. snapshot.Calls.Select(call => call.CallId)];
            return snapshot with { Calls = [.. snapshot.Calls, .. recent.Except(seen).Select(AriRest.Kept)] };
        }
    }

    private Task AskNext()
    {
        awaited = source is null ? AriRest.Info : AriRest.Channels;
        if (source is not null) lock (gate) takenAt = time.GetUtcNow();
        return ask(awaited);
    }

    /// <summary>Without a list the calls are alive that were heard of on this connection: their end would come over it, too.</summary>
    private async Task KeepSeen()
    {
        (string? From, CallId[] Calls) heard;
        lock (gate) heard = (heardFrom, [.. seen]);
        var now = time.GetUtcNow();
        foreach (var call in heard.Calls)
            await keep(new CallEvents.Heartbeat(new EventHeader(new EventKey(heard.From!, $"{call}/alive/{now:O}"), call, now, null)));
    }

    private async Task Settle(Task before, Snapshot snapshot, CancellationToken gone)
    {
        await before;
        if (await Take(snapshot, gone)) isSettled = true;
    }

    /// <returns>Whether it is done. If not, it is asked for again.</returns>
    private async Task<bool> Take(GatewayEvent told, CancellationToken gone)
    {
        try
        {
            var reply = await gateways.Take(told, null, gone);
            if (reply.Problem is { } problem) log.LogWarning("{Event} of {Source} is not taken now: {Problem}", told.Type, told.Source, problem.Detail);
            return reply.Problem is null;
        }
        catch (Exception e)
        {
            if (!gone.IsCancellationRequested) log.LogWarning(e, "{Event} of {Source} failed", told.Type, told.Source);
            return false;
        }
    }
}
