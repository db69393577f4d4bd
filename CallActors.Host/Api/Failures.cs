using Akka.Actor;
using CallActors.Messages;

namespace CallActors.Host.Api;

/// <summary>The outermost middleware: what goes wrong below, and what nobody serves, is answered with a problem that says nothing of our insides.</summary>
internal sealed class Failures(RequestDelegate next, DenyLog denials, ILogger<Failures> log)
{
    private static readonly TimeSpan ComeAgain = TimeSpan.FromSeconds(1);

    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            var denial = context.Features.Get<Denial>();
            if (denial is not null
                || context.Response.StatusCode is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status421MisdirectedRequest)
                denials.Count(context.Connection.RemoteIpAddress, context.Response.StatusCode, denial);
            if (!context.Response.HasStarted && Unserved(context) is { } unserved) await ProblemJson.Answer(context.Response, unserved);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await ProblemJson.Answer(context.Response, Of(e));
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            await ProblemJson.Answer(context.Response, Of(e, log, context.Request.Path));
        }
    }

    /// <summary>The problem an exception of the calls' side makes, logged with its cause where it is ours.</summary>
    public static Problem Of(Exception exception, ILogger log, string about)
    {
        if (exception is CallUnreadableException) return new Problem(ProblemType.Overloaded, exception.Message) { RetryAfter = ComeAgain };
        if (exception is TimeoutException or AskTimeoutException or OperationCanceledException)
        {
            log.LogWarning("No answer in time: {About}", about);
            const string detail = "There was no answer in time; whether it was applied is not known, sending it again is safe.";
            return new Problem(ProblemType.Overloaded, detail) { RetryAfter = ComeAgain };
        }

        log.LogError(exception, "Failed: {About}", about);
        return new Problem(ProblemType.Failed, "Something failed here; the log of the service says what.");
    }

    private static Problem Of(BadHttpRequestException exception) => exception.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => TooLarge,
        StatusCodes.Status408RequestTimeout => new Problem(ApiProblems.TooSlow, "The request came too slowly."),
        _ => new Problem(ProblemType.MalformedRequest, "The request is no HTTP that can be read."),
    };

    public static readonly Problem TooLarge = new(ProblemType.TooLarge, $"A body may have {RequestBody.Limit} bytes.");

    private static Problem? Unserved(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Problem(ProblemType.NotFound, "Nothing is served at this path."),
        StatusCodes.Status405MethodNotAllowed => new Problem(
            ProblemType.MethodNotAllowed,
            $"{context.Request.Method} is not served at this path; {context.Response.Headers.Allow} is."),
        _ => null,
    };
}
