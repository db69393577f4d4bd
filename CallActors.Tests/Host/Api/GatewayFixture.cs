using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using CallActors.Domain;
using CallActors.Host.Api;
using CallActors.Host.Options;
using CallActors.Messages;
using CallActors.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Tests.Host.Api;

/// <summary>Calls that say what they are told to say, and remember what they were asked.</summary>
internal sealed class FakeCalls : ICallGateway
{
    public ConcurrentQueue<object> Asked { get; } = new();

    public Func<ICallMessage, Task<CallReply>> OnSend { get; set; } =
        message => Task.FromResult(new CallReply(message.CallId, (message as CallEvents.CallEvent)?.Header.Key.Id, CallOutcome.Applied, CallPhase.Live, 2));

    public Func<CallView?> OnGet { get; set; } = () => null;
    public Func<CancellationToken, Task<HeldHere>> OnCountHere { get; set; } = _ => Task.FromResult(new HeldHere(new CallCounts([], null), 8));
    public CallPage Page { get; set; } = new([], false);
    public Func<CancellationToken, Task> BeforeList { get; set; } = _ => Task.CompletedTask;
    public Func<CancellationToken, Task> BeforeLetters { get; set; } = _ => Task.CompletedTask;
    public ServiceStats Figures { get; set; } = new("node-1");
    public DeadLetterList Letters { get; set; } = new([], null);
    public DeadLetterOutcome Retried { get; set; }
    public ClusterPicture Picture { get; set; } = new("node-1", 8, []);
    public Readiness Readiness { get; set; } = new(true, "ready", []);

    public Task<CallReply> Send(ICallMessage message, CancellationToken cancel)
    {
        Asked.Enqueue(message);
        return OnSend(message);
    }

    public Task<CallView?> Get(GetCall question, CancellationToken cancel)
    {
        Asked.Enqueue(question);
        return Task.FromResult(OnGet());
    }

    public async Task<CallPage> List(ListCalls question, CancellationToken cancel)
    {
        Asked.Enqueue(question);
        await BeforeList(cancel);
        return Page;
    }

    public Task Hear(CallCommands.HearGateway gateway, CancellationToken cancel)
    {
        Asked.Enqueue(gateway);
        return Task.CompletedTask;
    }

    public Task<ServiceStats> Stats(CancellationToken cancel) => Task.FromResult(Figures);

    public Task<HeldHere> CountHere(CancellationToken cancel) => OnCountHere(cancel);

    public async Task<DeadLetterList> DeadLetters(ListDeadLetters question, CancellationToken cancel)
    {
        Asked.Enqueue(question);
        await BeforeLetters(cancel);
        return Letters;
    }

    public Task<DeadLetterRetried> Retry(RetryDeadLetter command, CancellationToken cancel)
    {
        Asked.Enqueue(command);
        return Task.FromResult(new DeadLetterRetried(command.Id, Retried, Retried == DeadLetterOutcome.RefusedAgain ? "still no" : null));
    }

    public Task<Readiness> Ready(CancellationToken cancel) => Task.FromResult(Readiness);

    public Task<ClusterPicture> Cluster(CancellationToken cancel) => Task.FromResult(Picture);

    public Task Drain(TimeSpan? deadline)
    {
        Asked.Enqueue(("drain", deadline));
        return Task.CompletedTask;
    }
}

/// <summary>The edge on a real socket, with fake calls behind it.</summary>
public abstract class GatewayFixture : IAsyncLifetime
{
    protected const string Key = "0123456789abcdef";
    private WebApplication? app;
    private bool isStopped;

    /// <summary>Everything that is routed.</summary>
    protected IEnumerable<RouteEndpoint> Routes => app!.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    internal FakeCalls Calls { get; } = new();

    /// <summary>The keys, which may be changed while it runs.</summary>
    protected IServiceProvider Services => app!.Services;

    internal CallCounters Counters => Services.GetRequiredService<CallCounters>();

    internal KeyRing Ring => Services.GetRequiredService<KeyRing>();
    protected HttpClient Client { get; private set; } = new();
    protected virtual string? Keys => null;

    /// <summary>More of the configuration, without the leading <c>CallActors:</c>.</summary>
    protected virtual (string Key, string Value)[] Settings => [];
    protected virtual TimeProvider Time => TimeProvider.System;

    /// <summary>What stands in for services of the edge; asked for before they are added.</summary>
    protected virtual void Add(IServiceCollection services)
    {
    }

    public async Task InitializeAsync()
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([KeyValuePair.Create("Urls", (string?)"http://127.0.0.1:0"), KeyValuePair.Create("CallActors:Gateway:ApiKeys", Keys)])
            .AddInMemoryCollection(Settings.Select(setting => KeyValuePair.Create($"CallActors:{setting.Key}", (string?)setting.Value)))
            .Build();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<ICallGateway>(Calls);
        builder.Services.AddSingleton(Time);
        Add(builder.Services);
        app = builder.AddCallGateway(ServiceOptions.Read(settings)).Build().MapCallActors();
        await app.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(30) };
    }

    public virtual async Task DisposeAsync()
    {
        Client.Dispose();
        if (!isStopped) await app!.DisposeAsync();
    }

    /// <summary>The service is told to stop.</summary>
    /// <returns>Done once it has.</returns>
    protected async Task Stop()
    {
        isStopped = true;
        await app!.StopAsync();
        await app.DisposeAsync();
    }

    protected static StringContent Structured(string json) => Content(json, "application/cloudevents+json");

    protected static StringContent Batch(params string[] events) => Content($"[{string.Join(',', events)}]", "application/cloudevents-batch+json");

    protected static StringContent Content(string text, string type) => new(text, Encoding.UTF8, MediaTypeHeaderValue.Parse(type));

    /// <summary>Posts events and answers with status, content type and body.</summary>
    protected async Task<Answer> Post(string path, HttpContent? content = null)
    {
        using var response = await Client.PostAsync(new Uri(path, UriKind.Relative), content);
        return await Answer.Of(response);
    }

    protected async Task<Answer> Get(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return await Answer.Of(response);
    }

    /// <summary>Says something to the socket that no HTTP client would, and waits until this comes back.</summary>
    protected async Task Raw(string request, string expected)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(Client.BaseAddress!.Host, Client.BaseAddress.Port);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream);
        var heard = new StringBuilder();
        var buffer = new char[4096];
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!heard.ToString().Contains(expected, StringComparison.Ordinal))
        {
            var read = await reader.ReadAsync(buffer, patience.Token);
            Assert.True(read > 0, $"closed after: {heard}");
            heard.Append(buffer, 0, read);
        }
    }
}

public sealed record Answer(int Status, string? Type, string Body, HttpResponseHeaders Headers, HttpContentHeaders ContentHeaders)
{
    public static async Task<Answer> Of(HttpResponseMessage response) => new(
        (int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), await response.Content.ReadAsStringAsync(), response.Headers,
        response.Content.Headers);

    /// <summary>Whether it is the problem of this name, with its status and content type.</summary>
    public void IsProblem(string name, int status)
    {
        Assert.Equal((status, "application/problem+json"), (Status, Type));
        Assert.Contains($"\"type\":\"urn:callactors:{name}\"", Body, StringComparison.Ordinal);
        Assert.Contains($"\"status\":{status}", Body, StringComparison.Ordinal);
    }
    /// <summary>Whether it says which handshake is expected.</summary>
    public void AsksForHandshake()
    {
        IsProblem("upgrade-required", 426);
        Assert.Equal(("websocket", "13"), (Headers.Upgrade.ToString(), Assert.Single(Headers.GetValues("Sec-WebSocket-Version"))));
    }
}
