using CallActors.Domain;
using CsCheck;

namespace CallActors.Tests.Domain;

public class CallStatusSpecs
{
    [Theory]
    [InlineData(CallStatus.Initiated, CallStatus.Ringing, CallStatus.Ringing)]
    [InlineData(CallStatus.Initiated, CallStatus.InProgress, CallStatus.InProgress)]
    [InlineData(CallStatus.InProgress, CallStatus.Ringing, CallStatus.InProgress)]
    [InlineData(CallStatus.Ringing, CallStatus.NoAnswer, CallStatus.NoAnswer)]
    [InlineData(CallStatus.Busy, CallStatus.InProgress, CallStatus.Busy)]
    [InlineData(CallStatus.Busy, CallStatus.Completed, CallStatus.Busy)]
    [InlineData(CallStatus.Busy, CallStatus.Failed, CallStatus.Busy)]
    [InlineData(CallStatus.Completed, CallStatus.Failed, CallStatus.Failed)]
    [InlineData(CallStatus.Completed, CallStatus.InProgress, CallStatus.Completed)]
    public void A_status_becomes(CallStatus current, CallStatus told, CallStatus becomes) => Assert.Equal(becomes, current.Advance(told));

    [Fact]
    public void Whatever_is_told_it_never_goes_backwards() =>
        Gen.Enum<CallStatus>().Array[1, 10].Sample(told =>
        {
            var status = CallStatus.Initiated;
            foreach (var next in told)
            {
                var before = status;
                status = status.Advance(next);
                Assert.True(Rank(status) >= Rank(before));
                Assert.True(Rank(status) > Rank(before) || status == before);
                Assert.Equal(status, status.Advance(next));
            }
        });

    [Fact]
    public void Every_status_is_read_as_it_is_spelled() =>
        Assert.All(Enum.GetValues<CallStatus>(), status => Assert.Equal(status, CallStatuses.Parse(status.Spelling())));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Completed")]
    [InlineData("in_progress")]
    [InlineData("cancelled")]
    [InlineData("queued")]
    public void There_is_one_spelling(string? text) => Assert.Null(CallStatuses.Parse(text));

    /// <summary>How far a call has come: completed yields to the four that say more.</summary>
    private static int Rank(CallStatus status) => Math.Min((int)status, (int)CallStatus.Busy);
}
