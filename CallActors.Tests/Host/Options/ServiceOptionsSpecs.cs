using CallActors.Actors;
using CallActors.Cluster;
using CallActors.Domain;
using CallActors.Host.Options;
using CallActors.Messages;
using Microsoft.Extensions.Configuration;

namespace CallActors.Tests.Host.Options;

public class ServiceOptionsSpecs
{
    private const string Key = "0123456789abcdef";
    private const string Secret = "hunter2hunter2";

    [Fact]
    public void Nothing_configured_is_the_defaults()
    {
        var options = Read();
        Assert.Equal(new CallActorsOptions { Journal = new JournalOptions { AdoptsPartitions = true } }, options.Core);
        Assert.Equal((DatabaseProvider.Sqlite, "Data Source=data/crm.db"), (options.Core.Database.Provider, options.Core.Database.ConnectionString));
        Assert.Equal((100_000, null), (options.Core.Limits.PerNode, options.Core.Limits.PerBusiness));
        Assert.Equal(
            new CallTimeouts(TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(4), TimeSpan.FromSeconds(30)),
            options.Core.Timeouts);
        Assert.Equal(
            new JournalOptions
            {
                Provider = DatabaseProvider.Sqlite,
                ConnectionString = "Data Source=data/journal.db",
                Durability = Durability.Journal,
                Partitions = 8,
                AdoptsPartitions = true
            },
            options.Core.Journal);
        Assert.True(options.Keys.AnyoneMayCall);
        Assert.Equal("http://127.0.0.1:8080", Assert.Single(options.Addresses).Url);
    }

    [Theory]
    [InlineData(true, "CallActors:Database:ConnectionString=Data Source=data/one.db",
        "CallActors:Journal:ConnectionString=Data Source=./data/../data/one.db;Pooling=false")]
    [InlineData(false, "CallActors:Database:ConnectionString=Data Source=data/one.db", "CallActors:Journal:ConnectionString=Data Source=data/two.db")]
    [InlineData(false, "CallActors:Database:ConnectionString=Data Source=data/journal.db", "CallActors:Journal:Durability=Memory")]
    public void One_file_for_the_CRM_and_the_journal_is_taken_and_doubted(bool doubted, params string[] settings) =>
        Assert.Equal(doubted, Read(settings).Doubts.Any(doubt => doubt.Contains("name one file", StringComparison.Ordinal)));

    [Fact]
    public void Every_key_is_read()
    {
        var options = Read(
            "CallActors:Database:Provider=postgresql",
            "callactors:database:connectionstring=Host=db;Database=crm;Username=u;Password=p",
            "CallActors:Journal:Provider=Sqlite",
            "CallActors:Journal:ConnectionString=Data Source=j.db",
            "CallActors:Journal:Durability=MEMORY",
            "CallActors:Journal:Partitions=64",
            "CallActors:Cluster:Hostname=node1",
            "CallActors:Cluster:Port=4053",
            "CallActors:Cluster:JoinTimeout=45s",
            "CallActors:Limits:LiveCallsPerNode=10",
            "CallActors:Limits:LiveCallsPerBusiness=2",
            "CallActors:Limits:StartsPerSecondPerBusiness=9",
            "CallActors:Timeouts:Load=500ms",
            "CallActors:Timeouts:Idle=1.5m",
            "CallActors:Timeouts:MaxCall=2h",
            "CallActors:Timeouts:Flush=00:00:20",
            "CallActors:Ledger:Keep=84h",
            "CallActors:Ledger:Every=10m",
            $"CallActors:Gateway:ApiKeys:0={Key}",
            "Urls=http://0.0.0.0:80;http://[::]:443");
        Assert.Equal(
            new CallActorsOptions
            {
                Database = new DatabaseOptions { Provider = DatabaseProvider.PostgreSql, ConnectionString = "Host=db;Database=crm;Username=u;Password=p" },
                Journal = new JournalOptions { ConnectionString = "Data Source=j.db", Durability = Durability.Memory, Partitions = 64 },
                Cluster = new ClusterOptions { Hostname = "node1", Port = 4053 },
                Limits = new CallLimits(10, 2) { StartsPerSecondPerBusiness = 9 },
                Timeouts = new CallTimeouts(TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(90), TimeSpan.FromHours(2), TimeSpan.FromSeconds(20)),
                Ledger = new LedgerSettings { Keep = TimeSpan.FromHours(84), Every = TimeSpan.FromMinutes(10) },
            },
            options.Core);
        Assert.Equal(["http://0.0.0.0:80", "http://[::]:443"], options.Addresses.Select(address => address.Url));
        Assert.True(options.Keys.Find(Key) is { });
    }

    [Fact]
    public void Seed_nodes_make_a_node_of_a_cluster_with_a_shared_journal_of_more_partitions()
    {
        var core = Read(
            "CallActors:Database:Provider=PostgreSql",
            "CallActors:Database:ConnectionString=Host=db;Database=crm;Username=u;Password=p",
            "CallActors:Journal:Provider=PostgreSql",
            "CallActors:Journal:ConnectionString=Host=db;Database=journal;Username=u;Password=p",
            "CallActors:Cluster:Hostname=node-2",
            "CallActors:Cluster:Port=4053",
            "CallActors:Cluster:SeedNodes=node-1:4053, [::1]:4053").Core;
        Assert.Equal([new NodeAddress("node-1", 4053), new NodeAddress("[::1]", 4053)], core.Cluster.SeedNodes);
        Assert.False(core.Cluster.IsFirstSeed);
        Assert.True((core.Cluster with { Hostname = "node-1" }).IsFirstSeed);
        Assert.Equal((32, true, true), (core.Journal.Partitions, core.Journal.AdoptsPartitions, core.Journal.IsShared));
    }

    [Theory]
    [InlineData("CallActors:Database:Provider=Oracle", "CallActors:Database:Provider is 'Oracle'; Sqlite or PostgreSql is expected.")]
    [InlineData("CallActors:Database:Provider=1", "CallActors:Database:Provider is '1'; Sqlite or PostgreSql is expected.")]
    [InlineData("CallActors:Database:Provider=", "CallActors:Database:Provider is empty; give it a value, or leave it out for its default.")]
    [InlineData("CallActors:Database:Provider=PostgreSql",
        "CallActors:Database:ConnectionString is missing; with CallActors:Database:Provider PostgreSql a connection string such as Host=…;Database=…;Username=…;Password=… is expected.")]
    [InlineData("CallActors:Journal:Provider=PostgreSql",
        "CallActors:Journal:ConnectionString is missing; with CallActors:Journal:Provider PostgreSql a connection string such as Host=…;Database=…;Username=…;Password=… is expected.")]
    [InlineData($"CallActors:Database:ConnectionString=Host=x;Password={Secret}",
        "CallActors:Database:ConnectionString (not shown) is no connection string of Sqlite; one such as Data Source=data/crm.db is expected.")]
    [InlineData($"CallActors:Database:ConnectionString={Secret}",
        "CallActors:Database:ConnectionString (not shown) is no connection string of Sqlite; one such as Data Source=data/crm.db is expected.")]
    [InlineData("CallActors:Journal:Partitions=0", "CallActors:Journal:Partitions is '0'; an integer from 1 to 1024 is expected.")]
    [InlineData("CallActors:Journal:Partitions=1025", "CallActors:Journal:Partitions is '1025'; an integer from 1 to 1024 is expected.")]
    [InlineData("CallActors:Journal:Durability=disk", "CallActors:Journal:Durability is 'disk'; Memory or Journal is expected.")]
    [InlineData("CallActors:Cluster:Port=65536", "CallActors:Cluster:Port is '65536'; an integer from 0 to 65535 is expected.")]
    [InlineData("CallActors:Cluster:SeedNodes:0=node-1", "CallActors:Cluster:SeedNodes:0 is 'node-1'; host:port, such as node-1:4053, is expected.")]
    [InlineData(
        "CallActors:Cluster:SeedNodes=node-1:4053,node-2:0", "CallActors:Cluster:SeedNodes is 'node-2:0'; host:port, such as node-1:4053, is expected.")]
    [InlineData("CallActors:Cluster:Hostname=0.0.0.0",
        "CallActors:Cluster:Hostname is '0.0.0.0'; a name or an address under which the other nodes reach this one is expected.")]
    [InlineData("CallActors:Cluster:SeedNodes:0=a:1",
        "CallActors:Journal:Provider is 'Sqlite'; PostgreSql, which all nodes can reach, since CallActors:Cluster:SeedNodes is given, is expected.")]
    [InlineData("CallActors:Limits:Connections=0", "CallActors:Limits:Connections is '0'; an integer from 1 to 1000000 is expected.")]
    [InlineData("CallActors:Limits:LiveCallsPerNode=0", "CallActors:Limits:LiveCallsPerNode is '0'; an integer from 1 to 2147483647 is expected.")]
    [InlineData(
        "CallActors:Limits:LiveCallsPerBusiness=many", "CallActors:Limits:LiveCallsPerBusiness is 'many'; an integer from 1 to 2147483647 is expected.")]
    [InlineData("CallActors:Timeouts:Load=2", "CallActors:Timeouts:Load is '2'; a duration such as 500ms, 2s, 10m or 4h, from 1ms to 30d, is expected.")]
    [InlineData("CallActors:Timeouts:Idle=0s", "CallActors:Timeouts:Idle is '0s'; a duration such as 500ms, 2s, 10m or 4h, from 1ms to 30d, is expected.")]
    [InlineData("CallActors:Timeouts:MaxCall=-00:00:01",
        "CallActors:Timeouts:MaxCall is '-00:00:01'; a duration such as 500ms, 2s, 10m or 4h, from 1ms to 30d, is expected.")]
    [InlineData("CallActors:Ledger:Keep=71h", "CallActors:Ledger:Keep is '71h'; a duration such as 500ms, 2s, 10m or 4h, from 3d to 30d, is expected.")]
    [InlineData("CallActors:Ledger:Keep=31d", "CallActors:Ledger:Keep is '31d'; a duration such as 500ms, 2s, 10m or 4h, from 3d to 30d, is expected.")]
    [InlineData("CallActors:Ledger:Every=999ms", "CallActors:Ledger:Every is '999ms'; a duration such as 500ms, 2s, 10m or 4h, from 1s to 30d, is expected.")]
    [InlineData("CallActors:Timeouts:Flush=31d", "CallActors:Timeouts:Flush is '31d'; a duration such as 500ms, 2s, 10m or 4h, from 1ms to 30d, is expected.")]
    [InlineData("CallActors:Gateway:ApiKeys=two words",
        "CallActors:Gateway:ApiKeys (not shown) is a text of 9 characters; a key of visible ASCII characters, or sha256: and 64 hexadecimal digits, is expected.")]
    [InlineData("CallActors:Gateway:ApiKeys:1=",
        "CallActors:Gateway:ApiKeys:1 (not shown) is empty; a key of visible ASCII characters, or sha256: and 64 hexadecimal digits, is expected.")]
    [InlineData($"CallActors:Gateway:ApiKeys=sha256:{Secret}",
        "CallActors:Gateway:ApiKeys (not shown) begins with sha256: and is no hash; 64 hexadecimal digits are expected after it.")]
    [InlineData("CallActors:Databse:Provider=Sqlite", "CallActors:Databse is no key of the configuration; did you mean CallActors:Database:Provider?")]
    [InlineData("CallActors:Timeouts:Lod=2s", "CallActors:Timeouts:Lod is no key of the configuration; did you mean CallActors:Timeouts:Load?")]
    [InlineData("CallActors:Timeouts=2s", "CallActors:Timeouts (not shown) is given as one value; keys in it are expected, such as CallActors:Timeouts:Load.")]
    [InlineData("CallActors:Timeouts:Load:Max=2s", "CallActors:Timeouts:Load is given as a list or an object; one value is expected.")]
    [InlineData("CallActors:Limits:EventsInFlight:0=1", "CallActors:Limits:EventsInFlight is given as a list or an object; one value is expected.")]
    [InlineData("CallActors:Gateway:ApiKeys:main=0123456789abcdef",
        "CallActors:Gateway:ApiKeys:main is no item of a list; items are numbered, from CallActors:Gateway:ApiKeys:0 on.")]
    [InlineData(
        "CallActors:Gateway:Twilio:AuthTokens:0:Name=main", "CallActors:Gateway:Twilio:AuthTokens:0 is given as a list or an object; a text is expected.")]
    [InlineData("CallActors:Writer:Linger=61s", "CallActors:Writer:Linger is '61s'; a duration such as 500ms, 2s, 10m or 4h, from 1ms to 60s, is expected.")]
    [InlineData("Kestrel:Endpoints:a:Url=http://0.0.0.0:80", "Kestrel:Endpoints is given; this service takes its addresses from Urls and no other key.")]
    [InlineData("Urls=", "Urls is empty; http://, an address and a port, such as http://127.0.0.1:8080 (several separated by ';'), is expected.")]
    [InlineData("Urls=127.0.0.1:8080",
        "Urls is '127.0.0.1:8080'; http://, an address and a port, such as http://127.0.0.1:8080 (several separated by ';'), is expected.")]
    [InlineData("Urls=http://localhost:0", "Urls is 'http://localhost:0'; with port 0 a numeric address such as http://127.0.0.1:0 is expected.")]
    public void A_wrong_value_is_named_in_one_sentence(string setting, string sentence)
    {
        var message = Assert.Throws<ConfigurationException>(() => Read(setting)).Message;
        Assert.Equal(sentence, message);
        Assert.DoesNotContain(Secret, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_item_that_is_none_is_the_one_that_is_named() => Assert.StartsWith(
        "CallActors:Gateway:ApiKeys:main is no item of a list;",
        Assert.Throws<ConfigurationException>(() =>
            Read("CallActors:Gateway:ApiKeys:0=0123456789abcdef", "CallActors:Gateway:ApiKeys:main=0123456789abcdee")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("Host=db;Nonsense=1")]
    [InlineData("Host=db;Port=hunter2hunter2")]
    [InlineData("Database=crm")]
    [InlineData("=")]
    public void A_connection_string_that_is_none_is_refused_and_not_shown(string text) => Assert.StartsWith(
        "CallActors:Database:ConnectionString (not shown) is no connection string of PostgreSql; ",
        Assert.Throws<ConfigurationException>(() => Read("CallActors:Database:Provider=PostgreSql", $"CallActors:Database:ConnectionString={text}")).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("ftp://127.0.0.1:80")]
    [InlineData("http://127.0.0.1:80/base")]
    [InlineData("http://u:p@127.0.0.1:80")]
    [InlineData("http://unix:/tmp/s")]
    [InlineData("http://:80")]
    [InlineData("http://127.0.0.1:80 http://0.0.0.0:80")]
    public void An_address_is_scheme_host_and_port(string url) =>
        Assert.StartsWith("Urls is ", Assert.Throws<ConfigurationException>(() => Read($"Urls={url}")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("http://127.0.0.1:80")]
    [InlineData("http://127.8.9.1:80/")]
    [InlineData("http://[::1]:443")]
    [InlineData("http://LocalHost:80;http://127.0.0.1:0")]
    public void Loopback_needs_no_key(string urls) => Assert.All(Read($"Urls={urls}").Addresses, address => Assert.True(address.IsLoopback));

    [Theory]
    [InlineData("http://0.0.0.0:80")]
    [InlineData("http://[::]:80")]
    [InlineData("http://*:80")]
    [InlineData("http://+:80")]
    [InlineData("http://10.0.0.1:80")]
    [InlineData("http://gateway:80")]
    [InlineData("http://localhost.example:80")]
    [InlineData("http://127.0.0.1:80;http://0.0.0.0:81")]
    public void Any_other_address_does(string urls)
    {
        Assert.Contains(
            "while CallActors:Gateway:ApiKeys is empty", Assert.Throws<ConfigurationException>(() => Read($"Urls={urls}")).Message, StringComparison.Ordinal);
        Assert.False(Read($"Urls={urls}", $"CallActors:Gateway:ApiKeys={Key}").Keys.AnyoneMayCall);
    }

    [Fact]
    public void Keys_come_as_a_list_in_one_value_or_as_hashes()
    {
        var keys = Read(
            "CallActors:Gateway:ApiKeys=0123456789abcdef, fedcba9876543210",
            "CallActors:Gateway:ApiKeys:0=sha256:D1198E2B654A50FC8FD61A19BC9985079FC08A9C28BBEFD253ED896830D1F98D").Keys;
        Assert.NotNull(keys.Find("0123456789abcdef"));
        Assert.NotNull(keys.Find("fedcba9876543210"));
        Assert.NotNull(keys.Find("this is hashed"));
        Assert.Null(keys.Find(""));
        Assert.Null(keys.Find("0123456789abcdeF"));
    }

    [Fact]
    public void A_key_may_have_a_name_and_limits_and_stand_beside_plain_ones()
    {
        var keys = Read(
            "CallActors:Gateway:ApiKeys:0=fedcba9876543210",
            "CallActors:Gateway:ApiKeys:1:Name=kamailio",
            $"CallActors:Gateway:ApiKeys:1:Key={Key}",
            "CallActors:Gateway:ApiKeys:1:StartsPerSecond=50",
            "CallActors:Gateway:ApiKeys:1:LiveCalls=500",
            "CallActors:Gateway:ApiKeys:2:Name=twilio",
            "CallActors:Gateway:ApiKeys:2:Key=sha256:D1198E2B654A50FC8FD61A19BC9985079FC08A9C28BBEFD253ED896830D1F98D").Keys;
        Assert.Equal(3, keys.Count);
        Assert.Equal((null, ClientLimits.None), (keys.Find("fedcba9876543210")!.Name, keys.Find("fedcba9876543210")!.Limits));
        Assert.Equal(("kamailio", new ClientLimits(500, 50)), (keys.Find(Key)!.Name, keys.Find(Key)!.Limits));
        Assert.Equal(("twilio", ClientLimits.None), (keys.Find("this is hashed")!.Name, keys.Find("this is hashed")!.Limits));
    }

    [Theory]
    [InlineData("Key", "A key of mine",
        "0:Key (not shown) is a text of 13 characters; a key of visible ASCII characters, or sha256: and 64 hexadecimal digits, is expected.")]
    [InlineData("Name", " ", "0:Name is empty; give it a value, or leave it out for its default.")]
    [InlineData("Name", null, "0:Name is missing; a name for this key, shown in logs and refusals, is expected.")]
    [InlineData("Key", null, "0:Key is missing; the key, or sha256: and its hash, is expected.")]
    [InlineData("LiveCalls", "0", "0:LiveCalls is '0'; an integer from 1 to 2147483647 is expected.")]
    [InlineData("StartsPerSecond", "fast", "0:StartsPerSecond is 'fast'; an integer from 1 to 1000000 is expected.")]
    [InlineData("Livecals", "1", "0:Livecals is no key of the configuration; Name, Key, StartsPerSecond, LiveCalls are what a key may have.")]
    public void A_wrong_key_is_named_and_not_shown(string member, string? value, string sentence)
    {
        var members = new Dictionary<string, string?> { ["Name"] = "kamailio", ["Key"] = Key };
        if (value is null) members.Remove(member);
        else members[member] = value;
        var message = Assert.Throws<ConfigurationException>(() =>
            Read([.. members.Select(one => $"CallActors:Gateway:ApiKeys:0:{one.Key}={one.Value}")])).Message;
        Assert.Equal($"CallActors:Gateway:ApiKeys:{sentence}", message);
    }

    [Theory]
    [InlineData("kamailio", "another key of mi", "1:Name is the name of another key, too")]
    [InlineData("twilio", Key, "1:Key (not shown) stands in the list twice")]
    public void Two_keys_have_two_names(string name, string key, string fault) => Assert.Contains(
        fault,
        Assert.Throws<ConfigurationException>(() => Read(
            "CallActors:Gateway:ApiKeys:0:Name=kamailio", $"CallActors:Gateway:ApiKeys:0:Key={Key}",
            $"CallActors:Gateway:ApiKeys:1:Name={name}", $"CallActors:Gateway:ApiKeys:1:Key={key.Replace(' ', '-')}")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_secret_that_did_not_arrive_is_not_taken_for_no_keys() =>
        Assert.Contains(
            "CallActors:Gateway:ApiKeys", Assert.Throws<ConfigurationException>(() => Read("CallActors:Gateway:ApiKeys=")).Message, StringComparison.Ordinal);

    private static ServiceOptions Read(params string[] settings) => ServiceOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => setting.Split('=', 2)).Select(parts => KeyValuePair.Create(parts[0], (string?)parts[1])))
        .Build());
}
