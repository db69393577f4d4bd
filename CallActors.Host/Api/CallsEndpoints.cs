using System.Text.Json;
using CallActors.Domain;
using CallActors.Host.Gateways.CloudEvents;
using CallActors.Messages;
using static CallActors.Messages.CallCommands;
using static CallActors.Messages.CallQueries;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Host.Api;

/// <summary><c>/v1/calls</c>: what goes on, and what an operator may do about it.</summary>
internal sealed class CallsEndpoints(ICallGateway calls)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;

    public async Task List(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        var question = new ListCalls(
            query.Word("state", CallPhase.Loading, CallPhase.Greeting, CallPhase.Live, CallPhase.Flushing),
            query.Whole("businessId", 1, long.MaxValue) is { } business ? new BusinessId(business) : null,
            (int)(query.Whole("limit", 1, LargestPage) ?? DefaultPage),
            query.Call("after")?.Value);
        if (query.Problem is { } problem)
        {
            await ProblemJson.Answer(context.Response, problem);
            return;
        }

        var page = await calls.List(question, context.RequestAborted);
        await JsonReply.Write(context.Response, json => CallJson.Write(json, page));
    }

    public async Task Get(HttpContext context)
    {
        if (!CallIdInPath.TryFind(context.Request, out var id) || await calls.Get(new GetCall(id), context.RequestAborted) is not { } view)
        {
            await NoSuchCall(context);
            return;
        }

        await JsonReply.Write(context.Response, json => CallJson.Write(json, view));
    }

    public Task Reload(HttpContext context) => Tell(context, id => new ReloadContext(id));

    public Task Flush(HttpContext context) => Tell(context, id => new FlushNow(id));

    public async Task End(HttpContext context)
    {
        using var body = await RequestBody.Read(context);
        if (body is null) return;

        var faults = new FaultList();
        var reason = ReadReason(body.Bytes, faults);
        if (faults.Count > 0) await ProblemJson.Answer(context.Response, ApiProblems.Malformed(faults.ToImmutable()));
        else await Tell(context, id => new EndCall(id, reason));
    }

    private static string? ReadReason(ReadOnlyMemory<byte> bytes, FaultList faults)
    {
        if (bytes.IsEmpty) return null;
        if (!JsonBytes.TryParse(bytes, out var document, out var fault))
        {
            faults.Add("", fault);
            return null;
        }

        using (document)
        {
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new FieldReader("", Members.Of(document.RootElement, ["reason"]), faults).Text("reason", FieldReader.NameLength);
            faults.Add("", $"{Given.Of(document.RootElement).Shown} was given; a JSON object such as {{\"reason\":\"…\"}} is expected");
            return null;
        }
    }

    private async Task Tell(HttpContext context, Func<CallId, ICallMessage> message)
    {
        if (CallIdInPath.TryFind(context.Request, out var id)) await ReplyJson.Answer(context.Response, await calls.Send(message(id), context.RequestAborted));
        else await NoSuchCall(context);
    }

    private static Task NoSuchCall(HttpContext context) =>
        ProblemJson.Answer(context.Response, ApiProblems.UnknownCall(context.Request.RouteValues["callId"] as string));
}
