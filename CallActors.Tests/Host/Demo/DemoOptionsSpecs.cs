using CallActors.Host.Options;
using CallActors.Host.Verbs;
using CallActors.Host.Verbs.Demo;

namespace CallActors.Tests.Host.Demo;

public sealed class DemoOptionsSpecs
{
    [Theory]
    [InlineData("0")]
    [InlineData("100001")]
    [InlineData("many")]
    [InlineData("-5")]
    [InlineData("")]
    public async Task A_number_of_calls_that_is_none_ends_with_2_and_one_sentence(string calls)
    {
        var refused = Assert.Throws<ConfigurationException>(() => DemoOptions.Read(calls, "20", DemoOptions.DefaultUrls));
        Assert.Equal($"--calls is '{calls}'; an integer from 1 to 100000 is expected.", refused.Message);
        Assert.Equal(ConfigurationException.ExitCode, await CommandLine.RunAsync(["demo", "--calls", calls]));
    }

    [Fact]
    public async Task So_does_a_wrong_concurrency_an_address_others_could_reach_and_an_option_there_is_not()
    {
        Assert.Throws<ConfigurationException>(() => DemoOptions.Read("200", "1001", DemoOptions.DefaultUrls));
        Assert.Equal(ConfigurationException.ExitCode, await CommandLine.RunAsync(["demo", "--concurrency", "0"]));
        Assert.Equal(ConfigurationException.ExitCode, await CommandLine.RunAsync(["demo", "--calls", "1", "--urls", "http://0.0.0.0:0"]));
        Assert.Equal(ConfigurationException.ExitCode, await CommandLine.RunAsync(["demo", "--CallActors:Database:Provider=PostgreSql"]));
    }
}
