using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using CallActors.Host.Api;

namespace CallActors.Host.Verbs.Bench.Wire;

/// <summary>
/// Events in batches over a few HTTP/1.1 connections: what was told while a connection's last batch was under way goes into its next, and nobody waits for a
/// batch to be full.
/// </summary>
internal sealed class HttpBatchWire : IWire
{
    /// <summary>Bytes of the events in one batch before its last, well within the megabyte that the service takes.</summary>
    private const int MostBytes = 512 * 1024;

    private readonly Line[] _lines;

    /// <param name="address">The service's.</param>
    /// <param name="key">A key to it.</param>
    /// <param name="connections">How many, each with one batch under way.</param>
    public HttpBatchWire(Uri address, string key, int connections)
    {
        _lines = new Line[connections];
        for (var i = 0; i < connections; i++) _lines[i] = new Line(address, key);
    }

    /// <summary>A batch is put together when it is sent.</summary>
    public ReadOnlyMemory<byte> Frame(ReadOnlyMemory<byte> cloudEvent) => cloudEvent;

    public Task<WireReply> SendAsync(WireEvent told, CancellationToken cancel) => _lines[told.Call % _lines.Length].SendAsync(told, cancel);

    public void Rest() => Array.ForEach(_lines, line => line.Rest());

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines) await line.DisposeAsync();
    }

    /// <summary>The replies of a batch, in its order. One that was refused as a whole is the answer to each of its events.</summary>
    /// <param name="answer">What came.</param>
    /// <param name="count">Events in the batch.</param>
    /// <exception cref="BenchException">It is no list of so many replies.</exception>
    internal static WireReply[] RepliesOf(HttpAnswer answer, int count)
    {
        if (!answer.IsOk) return [.. Enumerable.Repeat(WireReply.Read(answer.All.Span), count)];
        var replies = new List<WireReply>(count);
        var body = answer.Body;
        try
        {
            var json = new Utf8JsonReader(body);
            if (json.Read() && json.TokenType == JsonTokenType.StartArray)
            {
                while (json.Read() && json.TokenType == JsonTokenType.StartObject)
                {
                    var begins = (int)json.TokenStartIndex;
                    json.Skip();
                    replies.Add(WireReply.Read(body[begins..(int)json.BytesConsumed]));
                }
            }
        }
        catch (JsonException e)
        {
            throw new BenchException($"The answer to a batch is no JSON: {e.Message}");
        }

        return replies.Count == count ? [.. replies] : throw new BenchException($"A batch of {count} events had {replies.Count} replies.");
    }

    /// <summary>One connection: whoever sends leaves an event and waits, one loop sends what there is.</summary>
    private sealed class Line : IAsyncDisposable
    {
        private readonly Uri _address;
        private readonly string _head;
        private readonly Channel<Told> _told = Channel.CreateUnbounded<Told>(new UnboundedChannelOptions { SingleReader = true });
        private readonly CancellationTokenSource _closed = new();
        private readonly List<Told> _batch = [];
        private readonly MemoryStream _body = new();
        private readonly Task _loop;
        private HttpConnection? _connection;

        public Line(Uri address, string key)
        {
            (_address, _head) = (address, HttpConnection.HeadOf(address, key, "application/cloudevents-batch+json"));
            _loop = Task.Run(SendBatchesAsync);
        }

        public Task<WireReply> SendAsync(WireEvent told, CancellationToken cancel)
        {
            var reply = new TaskCompletionSource<WireReply>(TaskCreationOptions.RunContinuationsAsynchronously);
            ObjectDisposedException.ThrowIf(!_told.Writer.TryWrite(new Told(told, reply)), this);
            return reply.Task.WaitAsync(cancel);
        }

        /// <summary>Lets the connection go; the next batch has another.</summary>
        public void Rest()
        {
            _connection?.Dispose();
            _connection = null;
        }

        public async ValueTask DisposeAsync()
        {
            _told.Writer.TryComplete();
            await _closed.CancelAsync();
            await _loop;
            Rest();
            await _body.DisposeAsync();
            _closed.Dispose();
        }

        private async Task SendBatchesAsync()
        {
            try
            {
                while (await _told.Reader.WaitToReadAsync(_closed.Token)) await SendBatchAsync();
            }
            catch (OperationCanceledException)
            {
                // The bench lets go of the wire.
            }

            while (_told.Reader.TryRead(out var told)) told.Reply.TrySetException(new ObjectDisposedException(nameof(HttpBatchWire)));
        }

        private async Task SendBatchAsync()
        {
            _batch.Clear();
            for (var bytes = 0; _batch.Count < EventsEndpoint.BatchLimit && bytes < MostBytes
                && _told.Reader.TryRead(out var told); bytes += told.Event.Frame.Length) _batch.Add(told);
            try
            {
                _connection ??= await HttpConnection.OpenAsync(_address, _closed.Token);
                var replies = RepliesOf(await _connection.ExchangeAsync(Request(), _closed.Token), _batch.Count);
                for (var i = 0; i < replies.Length; i++) _batch[i].Reply.TrySetResult(replies[i]);
            }
            catch (Exception e)
            {
                // Whatever it is, it is told to those who wait: a loop that ended here would leave all that is told later without an answer.
                Rest();
                foreach (var told in _batch) told.Reply.TrySetException(e);
            }
        }

        private ReadOnlyMemory<byte> Request()
        {
            // Brackets, and a comma between two.
            var length = _batch.Sum(told => told.Event.Frame.Length) + _batch.Count + 1;
            _body.SetLength(0);
            _body.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{_head}{length}\r\n\r\n")));
            for (var i = 0; i < _batch.Count; i++)
            {
                _body.WriteByte(i == 0 ? (byte)'[' : (byte)',');
                _body.Write(_batch[i].Event.Frame.Span);
            }

            _body.WriteByte((byte)']');
            return _body.GetBuffer().AsMemory(0, (int)_body.Length);
        }
    }

    private readonly record struct Told(WireEvent Event, TaskCompletionSource<WireReply> Reply);
}
