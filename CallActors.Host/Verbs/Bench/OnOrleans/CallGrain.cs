using CallActors.Host.Verbs.Older;
using Orleans;
using Orleans.Runtime;

namespace CallActors.Host.Verbs.Bench.OnOrleans;

/// <summary>A call, as a grain of its own: told of its events one after the other.</summary>
internal interface ICallGrain : IGrainWithStringKey
{
    Task<GrainReply> Tell(GrainEvent told);
}

/// <summary>A call whose every event is in storage before it is answered.</summary>
internal interface IDurableCallGrain : ICallGrain;

/// <summary>A call that lives as long as its silo.</summary>
internal interface IMemoryCallGrain : ICallGrain;

/// <summary>
/// One join when the call starts, what the conversation finds out in the grain's state, one transaction when it ends. An event is applied, kept, answered; one
/// that comes again changes nothing.
/// </summary>
internal abstract class CallGrain(SeedStatements crm, GrainClock clock) : Grain
{
    protected abstract CallState State { get; }

    public async Task<GrainReply> Tell(GrainEvent told)
    {
        if (State.Seen.Contains(told.Id)) return new GrainReply("duplicate", State.Phase, null);
        var context = told.Kind == GrainEventKind.Started ? await StartAsync(told) : null;
        if (State.Phase == GrainPhase.None) return new GrainReply("refused", State.Phase, null);
        Apply(told);
        if (told.Kind == GrainEventKind.Ended) await EndAsync();
        else await KeepAsync();
        return new GrainReply("applied", State.Phase, context);
    }

    /// <summary>Writes the state down, where this is that sort of call.</summary>
    protected abstract Task KeepAsync();

    /// <summary>Forgets the state of a call that is over.</summary>
    protected abstract Task ForgetAsync();

    private async Task<GrainContext> StartAsync(GrainEvent told)
    {
        var start = told.Start!;
        State.Call = new OldCall
        {
            Sid = this.GetPrimaryKeyString(),
            Number = start.Number,
            Business = start.Business,
            Phone = start.Phone,
            Lead = start.Lead,
            Job = start.Job,
            Direction = start.Direction,
            Status = "initiated",
            Now = clock.Now(),
        };
        State.Phase = GrainPhase.Greeting;
        var row = await crm.LoadAsync(State.Call, CancellationToken.None);
        return new GrainContext(
            Text("greeting_message"), Text("voice_name"), Text("timezone"), Text("opening_hours_json"), Text("first_name"), Text("gender"), Text("lead_name"));

        string? Text(string column) => row is not null && row.TryGetValue(column, out var value) ? value as string : null;
    }

    private void Apply(GrainEvent told)
    {
        State.Seen.Add(told.Id);
        var call = State.Call!;
        (State.Phase, State.Call) = told.Kind switch
        {
            GrainEventKind.GreetingFinished => (GrainPhase.Live, call),
            GrainEventKind.NameDetected => (State.Phase, NameTold(told)),
            GrainEventKind.GenderDetected => (State.Phase, call with { Gender = told.Text }),
            GrainEventKind.AppointmentConfirmed => (State.Phase, call with { Slot = told.Text }),
            GrainEventKind.Noted => (State.Phase, call with { Summary = told.Text }),
            GrainEventKind.Ended => (GrainPhase.Ended, call with { Status = told.Text!, Duration = told.Seconds, Now = clock.Now() }),
            _ => (State.Phase, call),
        };
    }

    private OldCall NameTold(GrainEvent told)
    {
        State.FirstName = told.Text;
        return State.Call!;
    }

    /// <summary>
    /// The one transaction. Its UPDATEs may be done again: where the silo died between it and the next line, the gateway's repetition ends the call once more.
    /// </summary>
    private async Task EndAsync()
    {
        await crm.FlushAsync(State.Call!, CancellationToken.None);
        await ForgetAsync();
        DeactivateOnIdle();
    }
}

/// <inheritdoc cref="IDurableCallGrain"/>
internal sealed class DurableCallGrain(
    [PersistentState("call", PostgresGrainStorage.Name)] IPersistentState<CallState> state, SeedStatements crm, GrainClock clock)
    : CallGrain(crm, clock), IDurableCallGrain
{
    protected override CallState State => state.State;

    protected override Task KeepAsync() => state.WriteStateAsync();

    protected override Task ForgetAsync() => state.ClearStateAsync();
}

/// <inheritdoc cref="IMemoryCallGrain"/>
internal sealed class MemoryCallGrain(SeedStatements crm, GrainClock clock) : CallGrain(crm, clock), IMemoryCallGrain
{
    protected override CallState State { get; } = new();

    protected override Task KeepAsync() => Task.CompletedTask;

    protected override Task ForgetAsync() => Task.CompletedTask;
}

/// <summary>Now, as the CRM takes a time.</summary>
internal sealed class GrainClock(BenchDatabase database, TimeProvider time)
{
    public object Now() => database.TimeOf(time.GetUtcNow());
}
