using System.Collections.Immutable;
using CallActors.Domain;
using CallActors.Journal;
using CallActors.Journal.Wire;
using CallActors.Messages;
using CallActors.Tests.Domain;
using CsCheck;
using Google.Protobuf;

namespace CallActors.Tests.Journal;

/// <summary>
/// For any script, with crashes at any point and a gateway that sends again what was not answered, what is written is what is written without a crash.
/// </summary>
public sealed class CrashProperties
{
    private static readonly LoadedCall Found = new(CallScripts.Salon, null, null, null, null, null, null, null, null);

    /// <summary>Where in the life of an event the process dies.</summary>
    private enum Crash
    {
        None,
        BeforeAppend,
        AfterAppendBeforeReply,
        AfterReply,
    }

    private static readonly Gen<(CallEvents.CallEvent Told, Crash Crash)> Step = Gen.Select(CallScripts.Event, Gen.Enum<Crash>());

    [Fact]
    public void The_rows_are_those_of_the_script_without_crashes() => Step.Array[0, 40].Sample(script =>
    {
        var smooth = new CallScripts.Run();
        foreach (var (told, _) in script) smooth.Tell(told);

        var bumpy = new Service();
        foreach (var (told, crash) in script) bumpy.Tell(told, crash);

        Assert.Equal(smooth.Call, bumpy.Call);
        Assert.Equal(PlanOf(smooth.Call), PlanOf(bumpy.Call));
    });

    private static FlushDecision PlanOf(Call call) => FlushPlanner.Plan(call.ToRecord(), Found);

    /// <summary>A service whose memory goes with every crash and whose log stays: bytes, as the store has them.</summary>
    private sealed class Service
    {
        private readonly List<(string Manifest, byte[] Bytes)> _log = [];
        private BusinessBook _book = new();
        private long _number;

        public Service()
        {
            Append(CallDecider.Open(CallScripts.Start(), CallScripts.Noon).Facts);
            Append(CallDecider.GiveContext(CallScripts.Context, CallScripts.Noon).Facts);
            Restart();
        }

        public Call Call { get; private set; } = null!;

        public void Tell(CallEvents.CallEvent told, Crash crash)
        {
            var decision = CallDecider.Decide(Call, told, told.Header.Time);
            if (crash == Crash.BeforeAppend)
            {
                Restart();
                decision = CallDecider.Decide(Call, told, told.Header.Time);
            }

            Append(decision.Facts);
            if (crash is Crash.AfterAppendBeforeReply or Crash.AfterReply) Restart();
            else Call = decision.Facts.Aggregate(Call, Call.Apply);

            // Not answered: it is sent again, and was applied once, or is refused as before.
            if (crash != Crash.AfterAppendBeforeReply) return;
            var again = CallDecider.Decide(Call, told, told.Header.Time);
            Assert.Equal(decision.Outcome == CallOutcome.Applied ? CallOutcome.Duplicate : decision.Outcome, again.Outcome);
            Assert.Empty(again.Facts);
        }

        private void Append(ImmutableArray<CallFact> facts)
        {
            if (facts.IsEmpty) return;
            var businesses = new List<BusinessEntry>();
            var entry = FactCodec.ToWire(CallScripts.Id, ++_number, facts, closed: false, _book, businesses);
            foreach (var business in businesses)
            {
                _log.Add(("business", business.ToByteArray()));
                _book.Written(business, _log.Count);
            }

            _log.Add(("entry", entry.ToByteArray()));
        }

        private void Restart()
        {
            _book = new BusinessBook();
            Call? call = null;
            for (var i = 0; i < _log.Count; i++)
            {
                if (_log[i].Manifest == "business") _book.Written(BusinessEntry.Parser.ParseFrom(_log[i].Bytes), i + 1);
                else call = FactCodec.FromWire(CallEntry.Parser.ParseFrom(_log[i].Bytes), _book).Aggregate(call, Call.Apply);
            }

            Call = call!;
        }
    }
}
