using CallActors.Host.Options;

namespace CallActors.Tests.Host.Options;

public sealed class ServiceConfigurationSpecs
{
    private const string RequestIds = "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics";

    [Fact]
    public void Requests_have_no_ids_of_their_own_for_the_log_unless_somebody_wants_them()
    {
        Assert.Equal("None", ServiceConfiguration.Read([])[RequestIds]);
        Assert.Equal("Warning", ServiceConfiguration.Read([$"--{RequestIds}=Warning"])[RequestIds]);
    }
}
