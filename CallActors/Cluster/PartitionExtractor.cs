using System.Collections.Immutable;
using System.Globalization;
using Akka.Cluster.Sharding;
using CallActors.Actors;
using CallActors.Messages;

namespace CallActors.Cluster;

/// <summary>Which partition a message is for. A shard holds one partition: that is what moves between nodes.</summary>
internal sealed class PartitionExtractor(int partitions) : IMessageExtractor
{
    private readonly ImmutableArray<string> _names = [.. Enumerable.Range(0, partitions).Select(i => i.ToString(CultureInfo.InvariantCulture))];

    public string? EntityId(object message) => message switch
    {
        ICallMessage about => _names[CallPartition.Of(about.CallId, _names.Length)],
        PartitionMessages.IPartitionMessage { Partition: var partition } when partition >= 0 && partition < _names.Length => _names[partition],
        _ => null,
    };

    public object EntityMessage(object message) => message;

    public string? ShardId(object message) => EntityId(message);

    public string ShardId(string entityId, object? messageHint = null) => entityId;
}

/// <summary>Which business a message is for; businesses are spread over the nodes by their ids.</summary>
internal sealed class BusinessExtractor : IMessageExtractor
{
    private const int Shards = 64;

    public string? EntityId(object message) =>
        message is AdmissionMessages.IBusinessMessage about ? about.BusinessId.Value.ToString(CultureInfo.InvariantCulture) : null;

    public object EntityMessage(object message) => message;

    public string? ShardId(object message) => EntityId(message) is { } business ? ShardId(business) : null;

    public string ShardId(string entityId, object? messageHint = null) =>
        ((ulong)long.Parse(entityId, CultureInfo.InvariantCulture) % Shards).ToString(CultureInfo.InvariantCulture);
}
