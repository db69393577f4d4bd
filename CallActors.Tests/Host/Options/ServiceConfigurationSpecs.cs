using CallActors.Host.Options;
using Microsoft.Extensions.Configuration;

namespace CallActors.Tests.Host.Options;

public sealed class ServiceConfigurationSpecs
{
    private const string RequestIds = "Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics";
    private const string NoLists = """{"CallActors":{"Gateway":{"ApiKeys":[],"Twilio":{"AuthTokens":[]}},"Cluster":{"SeedNodes":[]}}}""";

    [Fact]
    public void Requests_have_no_ids_of_their_own_for_the_log_unless_somebody_wants_them()
    {
        Assert.Equal("None", ServiceConfiguration.Read([])[RequestIds]);
        Assert.Equal("Warning", ServiceConfiguration.Read([$"--{RequestIds}=Warning"])[RequestIds]);
    }

    [Fact]
    public async Task An_empty_list_in_a_file_is_none()
    {
        var options = await ReadAsync(NoLists);
        Assert.True(options.Keys.AnyoneMayCall);
        Assert.False(options.Core.Cluster.IsClustered);
        Assert.False(options.Gateways.Any);
    }

    [Theory]
    [InlineData("CallActors:Gateway:ApiKeys")]
    [InlineData("CallActors:Cluster:SeedNodes")]
    public async Task A_list_that_came_out_empty_on_the_command_line_is_not_the_files_empty_list(string key)
    {
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync(NoLists, $"--{key}="));
        Assert.Equal($"{key} is empty; give it a value, or leave it out.", refused.Message);
    }

    [Theory]
    [InlineData("serv")]
    [InlineData("--CallActors:Gateway:ApiKeys=0123456789abcdef", "--port", "80")]
    public void A_word_that_is_no_setting_is_named(params string[] settings) =>
        Assert.Contains($"'{settings.Last(word => word != "80")}' is no verb",
            Assert.Throws<ConfigurationException>(() => ServiceConfiguration.Read(settings)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("--CallActors:Gateway:ApiKeys", "hunter1hunter1", "hunter2hunter2")]
    [InlineData("--CallActors:Gateway:ApiKeys=hunter1hunter1", "hunter2hunter2")]
    [InlineData("--CallActors:Database:ConnectionString", "Host=hunter1;Database=hunter1", "hunter2=hunter2")]
    public void A_word_that_may_be_a_part_of_a_secret_is_not_repeated(params string[] settings)
    {
        var message = Assert.Throws<ConfigurationException>(() => ServiceConfiguration.Read(settings)).Message;
        Assert.StartsWith($"The word after the value of {settings[0].Split('=')[0]} (not shown) is no setting;", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("cli-key-0123456789", "--CallActors:Gateway:ApiKeys=cli-key-0123456789")]
    [InlineData("cli-key-0123456789", "--callactors:gateway:apikeys:0=cli-key-0123456789")]
    [InlineData("file-key-0123456789 other-key-0123456789")]
    [InlineData("file-key-0123456789 other-key-0123456789", "--CallActors:Journal:Partitions=9")]
    public async Task A_list_is_what_the_last_source_says_that_names_it(string keys, params string[] commandLine)
    {
        var options = await ReadAsync(
            """{"CallActors":{"Gateway":{"ApiKeys":["file-key-0123456789",{"Name":"other","Key":"other-key-0123456789"}],"Twilio":{"PublicUrl":"https://c.example","AuthTokens":["old-token-0123456789"]}}}}""",
            [.. commandLine, "--CallActors:Gateway:Twilio:AuthTokens=new-token-0123456789"]);
        var known = keys.Split(' ');
        Assert.Equal(known.Length, options.Keys.Count);
        Assert.All(known, key => Assert.NotNull(options.Keys.Find(key)));
        var tokens = options.Gateways.Twilio!.AuthTokens;
        Assert.Equal((true, false), (tokens.Contains("new-token-0123456789"), tokens.Contains("old-token-0123456789")));
        Assert.Equal(known.Length == 1,
            options.Doubts.Any(doubt => doubt.StartsWith("CallActors:Gateway:ApiKeys is given by several", StringComparison.OrdinalIgnoreCase)));
        Assert.Contains(options.Doubts, doubt => doubt.StartsWith("CallActors:Gateway:Twilio:AuthTokens is given by several", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_secret_of_an_item_may_come_from_elsewhere_than_its_name()
    {
        const string Named = """{"CallActors":{"Gateway":{"ApiKeys":[{"Name":"one"},{"Name":"two","Key":"old-key-0123456789"},"plain-key-0123456789"]}}}""";
        var options = await ReadAsync(Named, "--CallActors:Gateway:ApiKeys:0:Key=one-key-0123456789", "--callactors:gateway:apikeys:1:key=two-key-0123456789");
        Assert.Equal(("one", "two", 3), (options.Keys.Find("one-key-0123456789")?.Name, options.Keys.Find("two-key-0123456789")?.Name, options.Keys.Count));
        Assert.NotNull(options.Keys.Find("plain-key-0123456789"));
        Assert.Null(options.Keys.Find("old-key-0123456789"));
        Assert.Empty(options.Doubts);

        options = await ReadAsync(Named, "--CallActors:Gateway:ApiKeys:2:Key=new-key-0123456789", "--CallActors:Gateway:ApiKeys:2:Name=three");
        Assert.Equal(("three", 1), (options.Keys.Find("new-key-0123456789")?.Name, options.Keys.Count));
    }

    private static async Task<ServiceOptions> ReadAsync(string json, params string[] commandLine)
    {
        var folder = Directory.CreateTempSubdirectory("callactors-settings-").FullName;
        try
        {
            var file = Path.Combine(folder, "appsettings.json");
            await File.WriteAllTextAsync(file, json);
            return ServiceOptions.Read(new ConfigurationBuilder().AddJsonFile(file).AddCommandLine(commandLine).Build());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
