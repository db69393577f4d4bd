using CallActors.Actors;
using CallActors.Storage;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Actors;

/// <summary>What is tried apart from the queue, and what the queue has to itself.</summary>
public sealed partial class DbWriterSpecs
{
    [Fact]
    public void Calls_that_wait_for_somebodys_lock_leave_the_others_a_transaction()
    {
        var writer = Writer(
            new WriterSettings { Linger = TimeSpan.Zero, LongestBackOff = TimeSpan.FromMilliseconds(50), AlonePause = TimeSpan.FromHours(1) });
        string[] locked = ["a", "b", "c", "d"];
        foreach (var id in locked)
        {
            writer.Tell(new FlushBatch(Record(id), 1), TestActor);
            for (var tries = 0; tries < 3; tries++)
            {
                var commit = _crm.NextCommit();
                Assert.Equal([id], Ids(commit));
                commit.Answer.SetException(new CrmException(CrmFault.Away, "canceling statement due to lock timeout", "55P03"));
            }
        }

        // Each is tried again now, and the first gets no answer.
        writer.Tell(HurryFlush.Instance, TestActor);
        var waits = _crm.NextCommit();
        for (var i = 0; i < 20; i++)
        {
            writer.Tell(new FlushBatch(Record($"fine-{i}"), 1), TestActor);
            var fine = _crm.NextCommit();
            Assert.Equal([$"fine-{i}"], Ids(fine));
            fine.Answer.SetResult(Written());
            Assert.Equal($"fine-{i}", ExpectMsg<FlushCommitted>().CallId.Value);
        }

        // The last one may have been set apart only after all had been hurried.
        writer.Tell(HurryFlush.Instance, TestActor);
        for (var left = locked.Length; left > 0; left--)
        {
            waits.Answer.SetResult(Written());
            ExpectMsg<FlushCommitted>();
            if (left > 1) waits = _crm.NextCommit();
        }
    }

    [Theory]
    [InlineData("23503")]
    [InlineData("23505")]
    public void A_row_that_came_or_went_between_look_and_write_is_no_reason_for_a_dead_letter(string sqlState)
    {
        Flush(Record("a"));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "violates a constraint", sqlState));
        _crm.NextCommit().Answer.SetResult(Written());
        ExpectMsg<FlushCommitted>();

        Flush(Record("b"));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "violates a constraint", sqlState));
        _crm.NextCommit().Answer.SetException(new CrmException(CrmFault.Refused, "violates a constraint", sqlState));
        Assert.Equal("b", ExpectMsg<FlushDeadLettered>().CallId.Value);
    }
}
