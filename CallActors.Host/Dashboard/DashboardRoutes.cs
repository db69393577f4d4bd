namespace CallActors.Host.Dashboard;

/// <summary>Marks the request of a browser that has signed in: a cookie opened it.</summary>
internal sealed record Session
{
    public static readonly Session Open = new();
}

/// <summary>Marks the route where the form's key is sent: whoever comes there has no other yet.</summary>
internal sealed class TakesKey
{
    public static readonly TakesKey Mark = new();
}

internal static class DashboardRoutes
{
    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddDashboard(this IServiceCollection services) =>
        services.AddSingleton<DashboardPages>().AddSingleton<DashboardEndpoints>().AddSingleton<Door>();

    public static void MapDashboard(this WebApplication app)
    {
        var dashboard = app.Services.GetRequiredService<DashboardEndpoints>();
        app.MapMethods(DashboardEndpoints.Path, Reading, dashboard.Get);
        app.MapPost(DashboardEndpoints.Path, dashboard.Post).WithMetadata(TakesKey.Mark);
        app.MapMethods(DashboardEndpoints.FilePath, Reading, dashboard.File);
        app.MapMethods(DashboardEndpoints.SignInPath, Reading, DashboardEndpoints.GetSignIn);
        app.MapPost(DashboardEndpoints.SignInPath, dashboard.SignIn).WithMetadata(TakesKey.Mark);
        app.MapPost(DashboardEndpoints.SignOutPath, DashboardEndpoints.SignOut);
    }
}
