using System.Buffers;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>The whole body of a request, never more than the limit. Give it back by disposing it.</summary>
internal sealed class RequestBody : IDisposable
{
    /// <summary>What a body may be long.</summary>
    public const int Limit = 1024 * 1024;

    /// <summary>
    /// Where Kestrel itself stops reading. Up to here a body that is too long is read to its end and thrown away, so that its sender gets to
    /// read why it was refused.
    /// </summary>
    public const int HardLimit = 16 * Limit;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Problem TooSlow = new(ApiProblems.TooSlow, "The body came too slowly.");

    /// <summary>It is not believed how much will come: what nobody has sent yet is not to count against others.</summary>
    private const int First = 8 * 1024;

    private readonly BodyMemory? memory;
    private readonly EventsInFlight? inFlight;
    private readonly TimeSpan patience;
    private byte[] buffer = [];
    private int length;
    private bool isWaitedFor;

    private RequestBody(BodyMemory? memory, EventsInFlight? inFlight, TimeSpan patience) =>
        (this.memory, this.inFlight, this.patience) = (memory, inFlight, patience);

    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Reads the body of a request, or answers the request with why it was not read.</summary>
    /// <param name="context">The request and its answer.</param>
    /// <param name="patience">What it may take to come from the first wait for it, however fast it began; by default half a minute.</param>
    /// <param name="memory">What it takes its memory from, where only the body itself shows who sent it.</param>
    /// <param name="inFlight">Told what is in hand, until it is given back.</param>
    /// <returns>Null where the request was answered: the body is over the limit, whatever its header says, or too slow, or there is no memory for it.</returns>
    public static async Task<RequestBody?> Read(HttpContext context, TimeSpan? patience = null, BodyMemory? memory = null, EventsInFlight? inFlight = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var body = new RequestBody(memory, inFlight, patience ?? Patience);
        try
        {
            if (await body.FillWithin(context, limit) is not { } refusal) return body;
            body.Dispose();
            if (limit.IsCancellationRequested) context.Response.Headers.Connection = "close";
            await ProblemJson.Answer(context.Response, refusal);
            return null;
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        memory?.Give(buffer.Length);
        inFlight?.LetGo(buffer.Length);
        buffer = [];
        length = 0;
    }

    /// <returns>Why it was not read to its end.</returns>
    private async Task<Problem?> FillWithin(HttpContext context, CancellationTokenSource limit)
    {
        var request = context.Request;
        Problem? refusal = TooSlow;
        try
        {
            // Whoever asks first need not send it at all.
            if (request.ContentLength > Limit && request.Headers.ContainsKey("Expect")) return Failures.TooLarge;
            refusal = await Fill(request, limit);
            if (refusal is not null) await Discard(request.Body, limit);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // What was to be said is still to be said.
        }

        return refusal;
    }

    /// <returns>Why it was not read to its end.</returns>
    private async Task<Problem?> Fill(HttpRequest request, CancellationTokenSource limit)
    {
        var claimed = (int)Math.Min(request.ContentLength + 1 ?? 4096, Limit + 1);
        if (!TryGrow(Math.Min(claimed, First))) return EventsInFlight.Refusal;
        while (await Next(request.Body, buffer.AsMemory(length), limit) is var read and > 0)
        {
            length += read;
            if (length > Limit) return Failures.TooLarge;
            if (length == buffer.Length && !TryGrow(Math.Min(buffer.Length * 2, Limit + 1))) return EventsInFlight.Refusal;
        }

        return null;
    }

    private async Task Discard(Stream stream, CancellationTokenSource limit)
    {
        var left = HardLimit - length;
        while (buffer.Length > 0 && left > 0 && await Next(stream, buffer, limit) is var read and > 0) left -= read;
    }

    /// <summary>The patience begins with the first wait: most bodies are there when they are asked for, and need no timer.</summary>
    private ValueTask<int> Next(Stream stream, Memory<byte> into, CancellationTokenSource limit)
    {
        var reading = stream.ReadAsync(into, limit.Token);
        if (reading.IsCompleted || isWaitedFor) return reading;
        isWaitedFor = true;
        limit.CancelAfter(patience);
        return reading;
    }

    private bool TryGrow(int capacity)
    {
        // The first bytes were let in; what grows beyond them while everything is full is not.
        if (buffer.Length > 0 && inFlight is { IsFull: true }) return false;
        var larger = ArrayPool<byte>.Shared.Rent(capacity);
        if (memory?.TryTake(larger.Length - buffer.Length, larger.Length) is false)
        {
            ArrayPool<byte>.Shared.Return(larger);
            return false;
        }

        inFlight?.Hold(larger.Length - buffer.Length);
        buffer.AsSpan(0, length).CopyTo(larger);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
        return true;
    }
}
