using Akka.Actor;
using Akka.TestKit.Xunit2;
using CallActors.Actors;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CallActors.Tests.Fixtures;
using static CallActors.Actors.JournalMessages;

namespace CallActors.Tests.Journal;

/// <summary>A real store under a log that is trimmed again and again while calls of several businesses come, stay and go.</summary>
public sealed class TrimSpecs
{
    private const int Rounds = 40;
    private const int CallsARound = 25;

    /// <summary>No other call refers to it.</summary>
    private static readonly BusinessId OfStaying = new(3);

    /// <summary>Entries, of thousands that were written.</summary>
    private const int Longest = Rounds * CallsARound / 2;

    [Fact]
    public async Task A_log_that_was_trimmed_under_load_is_read_whole_and_is_short()
    {
        await using var journal = await SpecJournal.OnSqliteAsync();
        await using (await JournalStore.PrepareAsync(journal.Options))
        {
            using var kit = new TestKit(journal.Start("writing"));
            var supervisor = kit.CreateTestProbe();
            var (known, read) = (new BusyBook(), new BusyBook());
            Learn(OfStaying, 0);
            var log = supervisor.ChildActorOf(
                Props.Create<CallJournal>(0, 50, new CutTurns(TimeProvider.System, CutTurns.Pause), (Func<bool>)(() => true), LogWriter.On("spec"), true, null,
                known, new LogProof(TimeProvider.System)));
            supervisor.ExpectMsg<Recovered>(TimeSpan.FromSeconds(10));
            var states = new Dictionary<CallId, (Call Call, long Number)>();
            var carriedForward = 0;

            // Five calls stay for good; of each round's others all but one are closed, entries of all of them side by side.
            var staying = Enumerable.Range(0, 5).Select(i => CallId.Parse($"stays-{i}")).ToArray();
            for (var round = 0; round < Rounds; round++) await Round(round);
            Assert.True(carriedForward > 0, "The log was never trimmed.");

            // A trim takes its time, callers come first: with each write few of the open calls are asked for their state, and what is written meanwhile is left
            // to the next trim. With writes that come one by one the log gets short, and stays so.
            var began = TimeProvider.System.GetTimestamp();
            while (CountEntries() is var left && left > Longest)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(30),
                    $"The log still holds {left} entries; {states.Count} calls are open.");
                for (var write = 0; write < 20; write++)
                {
                    Write(staying[0], Rounds, [new CallFact.Stashed(new WriteIntent.Summary($"the call stays, {write}"), null)]);
                    await Settle();
                }
            }

            kit.Watch(log);
            kit.Sys.Stop(log);
            kit.ExpectTerminated(log);

            var second = kit.CreateTestProbe();
            var reader = second.ChildActorOf(
                Props.Create<CallJournal>(0, 50, new CutTurns(TimeProvider.System, CutTurns.Pause), (Func<bool>)(() => true), LogWriter.On("spec"), true, null,
                read, new LogProof(TimeProvider.System)));
            var recovered = second.ExpectMsg<Recovered>(TimeSpan.FromSeconds(10)).Calls;
            Assert.Equal(states.Count, recovered.Length);
            foreach (var call in recovered) Assert.Equal(states[call.State.Id], (call.State, call.Number));
            foreach (var business in recovered.Select(call => call.State.Context!.Business.Id!.Value).Distinct())
                Assert.Equal(known.Find(business)!.Times, read.Find(business)?.Times);
            kit.Sys.Stop(reader);

            int CountEntries()
            {
                var counting = kit.CreateTestProbe();
                var counter = kit.Sys.ActorOf(Props.Create<LogCounter>(CallJournal.IdOf(0), counting.Ref));
                var count = counting.ExpectMsg<int>(TimeSpan.FromSeconds(10));
                kit.Sys.Stop(counter);
                return count;
            }

            async Task Round(int round)
            {
                var calls = Enumerable.Range(0, CallsARound).Select(i => CallId.Parse($"r{round}-{i}")).ToArray();
                Learn(new BusinessId(round % 3), round);
                if (round == 0)
                    foreach (var call in staying) Write(call, round, OpeningOf(call, OfStaying, round));
                foreach (var call in calls) Write(call, round, OpeningOf(call, new BusinessId(round % 3), round));
                foreach (var call in calls.Concat(staying))
                    Write(call, round, [new CallFact.Stashed(new WriteIntent.Summary($"{call} in round {round}"), null)]);
                foreach (var call in calls.Skip(1)) Close(call);
                await Settle();
            }

            void Learn(BusinessId business, int round) =>
                known.Remember(business, new KnownBusy(BusyTimes.FromMinutes([(round, round + 30)]), CallScripts.Noon.AddSeconds(round)));

            void Write(CallId call, int round, CallFact[] facts)
            {
                var (state, number) = states.GetValueOrDefault(call);
                states[call] = (facts.Aggregate(state, Call.Apply)!, number + 1);
                log.Tell(new Append(call, 1, number + 1, [.. facts], false), supervisor.Ref);
            }

            void Close(CallId call)
            {
                states.Remove(call, out var closed);
                log.Tell(new Append(call, 1, closed.Number + 1, [], true), supervisor.Ref);
            }

            // The spec plays the supervisor: calls that are asked to write their state anew do so, while the next ones come already.
            async Task Settle()
            {
                log.Tell(new Remind(staying[0], 1), supervisor.Ref);
                while (true)
                {
                    switch (await supervisor.ReceiveOneAsync(TimeSpan.FromSeconds(10)))
                    {
                        case CarryForward old:
                            carriedForward++;
                            foreach (var call in old.Calls.Where(states.ContainsKey)) Write(call, 0, [new CallFact.Restored(states[call].Call)]);
                            break;
                        case LogSays:
                            return;
                        case Appended or JournalWrites or Checkpoint:
                            break;
                        case var other:
                            throw new InvalidOperationException($"Nobody expected {other}.");
                    }
                }
            }
        }
    }

    /// <summary>Businesses whose data changes from time to time.</summary>
    private static CallFact[] OpeningOf(CallId call, BusinessId id, int round)
    {
        var business = CallScripts.Salon with { Id = id, Name = $"Salon {id.Value} of {round / 10}" };
        return
        [
            new CallFact.Opened(call, CallScripts.Start().Start, CallScripts.Noon, CallScripts.Noon),
            new CallFact.ContextGiven(CallScripts.Context with { CallId = call, Business = business }, CallScripts.Noon),
        ];
    }
}
