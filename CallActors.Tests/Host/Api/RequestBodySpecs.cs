using System.IO.Pipelines;
using System.Text;
using CallActors.Host.Api;
using Microsoft.AspNetCore.Http;

namespace CallActors.Tests.Host.Api;

public sealed class RequestBodySpecs
{
    private static DefaultHttpContext Request(int bytes, long? claimed = null)
    {
        var context = new DefaultHttpContext();
        context.Request.Body = new MemoryStream(Encoding.ASCII.GetBytes(new string('x', bytes)));
        context.Request.ContentLength = claimed ?? bytes;
        context.Response.Body = new MemoryStream();
        return context;
    }

    [Fact]
    public async Task Of_a_stranger_not_what_he_says_is_taken_for_the_length_but_what_comes()
    {
        var memory = new BodyMemory(RequestBody.Limit);
        using var body = await RequestBody.Read(Request(10, RequestBody.Limit), memory: memory);
        Assert.Equal(10, body!.Bytes.Length);
        Assert.InRange(memory.Taken, 10, 8 * 1024);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8 * 1024)]
    [InlineData(100_000)]
    [InlineData(RequestBody.Limit)]
    public async Task Whatever_its_length_it_is_whole_and_its_memory_is_given_back(int length)
    {
        var memory = new BodyMemory(4 * RequestBody.Limit);
        using (var body = await RequestBody.Read(Request(length), memory: memory)) Assert.Equal(length, body!.Bytes.Length);
        using (var body = await RequestBody.Read(Request(length))) Assert.Equal(length, body!.Bytes.Length);
        Assert.Equal(0, memory.Taken);
    }

    [Theory]
    [InlineData(RequestBody.Limit + 1, 4 * RequestBody.Limit, 413)]
    [InlineData(100_000, 20_000, 503)]
    [InlineData(10, 8, 503)]
    public async Task One_that_is_too_long_or_for_which_there_is_no_memory_is_answered(int length, long bound, int status)
    {
        var (memory, context) = (new BodyMemory(bound), Request(length));
        Assert.Null(await RequestBody.Read(context, memory: memory));
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(0, memory.Taken);
    }

    [Theory]
    [InlineData(0, 408)]
    [InlineData(100, 408)]
    [InlineData(RequestBody.Limit, 408)]
    [InlineData(RequestBody.Limit + 1, 413)]
    public async Task One_that_stops_coming_is_answered_in_time_and_gives_its_memory_back(int length, int status)
    {
        var (memory, context) = (new BodyMemory(4 * RequestBody.Limit), Request(0, RequestBody.Limit));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        await pipe.Writer.WriteAsync(new byte[length]);
        context.Request.Body = pipe.Reader.AsStream();
        Assert.Null(await RequestBody.Read(context, TimeSpan.FromMilliseconds(100), memory));
        Assert.Equal(status, context.Response.StatusCode);
        Assert.Equal(0, memory.Taken);
    }

    [Fact]
    public void A_few_large_ones_do_not_keep_out_the_small_ones()
    {
        var memory = new BodyMemory(1_000_000);
        Assert.True(memory.TryTake(450_000, 450_000));
        Assert.False(memory.TryTake(100_000, 100_000));
        Assert.True(memory.TryTake(60_000, 60_000));
        Assert.True(memory.TryTake(60_000, 60_000));
        Assert.Equal(570_000, memory.Taken);
    }
}
