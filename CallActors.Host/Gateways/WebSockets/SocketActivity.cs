using System.Diagnostics;

namespace CallActors.Host.Gateways.WebSockets;

/// <summary>A socket lives for hours: what comes over it is not within the request that opened it.</summary>
internal static class SocketActivity
{
    /// <summary>A middleware that has to stand behind the WebSocket's own.</summary>
    public static Task Invoke(HttpContext context, RequestDelegate next) =>
        Activity.Current is not null && context.WebSockets.IsWebSocketRequest ? GoOnWithoutIt(context, next) : next(context);

    /// <summary>Asynchronous, so that whoever called still has it afterwards.</summary>
    private static async Task GoOnWithoutIt(HttpContext context, RequestDelegate next)
    {
        Activity.Current = null;
        await next(context);
    }
}
