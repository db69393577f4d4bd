using CallActors.Messages;
using static CallActors.Messages.DatabaseMessages;

namespace CallActors.Host.Api;

/// <summary>The service itself: figures, dead letters, drain, probes.</summary>
internal sealed class ServiceEndpoints(ICallGateway calls)
{
    private const int DefaultPage = 100;
    private const int LargestPage = 1000;
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(5);

    public async Task Stats(HttpContext context)
    {
        var stats = await calls.Stats(context.RequestAborted);
        await JsonReply.Write(context.Response, json => ServiceJson.Write(json, stats));
    }

    public async Task Cluster(HttpContext context)
    {
        var picture = await calls.Cluster(context.RequestAborted);
        await JsonReply.Write(context.Response, json => ClusterJson.Write(json, picture));
    }

    public async Task DeadLetters(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        var limit = (int)(query.Whole("limit", 1, LargestPage) ?? DefaultPage);
        if (query.Problem is { } problem)
        {
            await ProblemJson.Answer(context.Response, problem);
            return;
        }

        var list = await calls.DeadLetters(new ListDeadLetters(limit), context.RequestAborted);
        if (list.Failure is null) await JsonReply.Write(context.Response, json => ServiceJson.Write(json, list));
        else await ProblemJson.Answer(context.Response, Away);
    }

    public async Task Retry(HttpContext context)
    {
        var id = context.Request.RouteValues["id"] as string ?? "";
        var retried = await calls.Retry(new RetryDeadLetter(id), context.RequestAborted);
        var problem = retried.Outcome switch
        {
            DeadLetterOutcome.Committed => null,
            DeadLetterOutcome.Unknown => new Problem(ProblemType.UnknownDeadLetter, $"There is no dead letter '{id}'."),
            DeadLetterOutcome.RefusedAgain => new Problem(ApiProblems.RefusedAgain, retried.Reason ?? "The database refused it again."),
            _ => Away,
        };
        if (problem is not null)
        {
            await ProblemJson.Answer(context.Response, problem);
            return;
        }

        await JsonReply.Write(context.Response, json =>
        {
            json.WriteStartObject();
            json.WriteString("id", id);
            json.WriteString("outcome", "committed");
            json.WriteEndObject();
        });
    }

    public async Task Drain(HttpContext context)
    {
        var query = new QueryReader(context.Request.Query);
        var deadline = query.Duration("deadline");
        if (query.Problem is { } problem)
        {
            await ProblemJson.Answer(context.Response, problem);
            return;
        }

        await calls.Drain(deadline);
        await JsonReply.Write(context.Response, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("draining", true);
            if (deadline is { } given) json.WriteNumber("deadlineSeconds", given.TotalSeconds);
            else json.WriteNull("deadlineSeconds");
            json.WriteEndObject();
        });
    }

    public static Task Live(HttpContext context) => JsonReply.Write(context.Response, json => ServiceJson.Write(json, new Readiness(true, "live", [])));

    public async Task Ready(HttpContext context)
    {
        var readiness = await calls.Ready(context.RequestAborted);
        await JsonReply.Write(
            context.Response,
            json => ServiceJson.Write(json, readiness),
            readiness.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static Problem Away => new(ProblemType.Overloaded, "The database is away.") { RetryAfter = ComeAgain };
}
