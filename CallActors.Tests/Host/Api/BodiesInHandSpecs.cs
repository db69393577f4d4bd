using System.IO.Pipelines;
using CallActors.Host.Api;
using Microsoft.AspNetCore.Http;

namespace CallActors.Tests.Host.Api;

public sealed class BodiesInHandSpecs
{
    private readonly EventsInFlight _inFlight = new(10, null, TimeProvider.System);

    [Theory]
    [InlineData(null)]
    [InlineData(1024L * 1024)]
    public async Task What_has_not_come_yet_does_not_count_against_others(long? claimed)
    {
        var pipes = Enumerable.Range(0, 500).Select(_ => new Pipe()).ToArray();
        var reading = pipes.Select(pipe => RequestBody.Read(RequestOf(pipe, claimed), inFlight: _inFlight)).ToArray();
        Assert.False(_inFlight.IsFull);
        foreach (var pipe in pipes)
        {
            await pipe.Writer.WriteAsync("{}"u8.ToArray());
            await pipe.Writer.CompleteAsync();
        }

        foreach (var body in await Task.WhenAll(reading))
        {
            Assert.Equal("{}"u8.ToArray(), body!.Bytes.ToArray());
            body.Dispose();
        }

        AssertNothingIsHeld();
    }

    [Fact]
    public async Task What_has_come_counts_until_it_is_given_back()
    {
        var bodies = new List<RequestBody>();
        while (!_inFlight.IsFull)
        {
            var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
            await pipe.Writer.WriteAsync(new byte[RequestBody.Limit]);
            await pipe.Writer.CompleteAsync();
            bodies.Add((await RequestBody.Read(RequestOf(pipe, null), inFlight: _inFlight))!);
            Assert.InRange(bodies.Count, 1, (int)(EventsInFlight.BytesBound / RequestBody.Limit));
        }

        var (late, answer) = (new Pipe(new PipeOptions(pauseWriterThreshold: 0)), new MemoryStream());
        await late.Writer.WriteAsync(new byte[RequestBody.Limit]);
        await late.Writer.CompleteAsync();
        var context = RequestOf(late, null);
        context.Response.Body = answer;
        Assert.Null(await RequestBody.Read(context, inFlight: _inFlight));
        Assert.Equal(503, context.Response.StatusCode);
        foreach (var body in bodies) body.Dispose();
        AssertNothingIsHeld();
    }

    private void AssertNothingIsHeld()
    {
        _inFlight.Hold((int)EventsInFlight.BytesBound - 1);
        Assert.False(_inFlight.IsFull);
        _inFlight.Hold(1);
        Assert.True(_inFlight.IsFull);
    }

    private static DefaultHttpContext RequestOf(Pipe pipe, long? length) =>
        new() { Request = { Body = pipe.Reader.AsStream(), ContentLength = length } };
}
