using System.Text.Json;
using CallActors.Cluster;

namespace CallActors.Host.Api;

/// <summary>The cluster as an operator sees it.</summary>
internal static class ClusterJson
{
    public static void Write(Utf8JsonWriter json, ClusterPicture picture)
    {
        json.WriteStartObject();
        json.WriteString("node", picture.Node);
        json.WriteBoolean("clustered", picture.IsClustered);
        json.WriteNumber("partitions", picture.Partitions);
        json.WriteStartArray("members");
        foreach (var member in picture.Members) Write(json, member);
        json.WriteEndArray();
        json.WriteStartArray("unreachable");
        foreach (var member in picture.Members.Where(member => !member.IsReachable)) json.WriteStringValue(member.Address);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ClusterMember member)
    {
        json.WriteStartObject();
        json.WriteString("node", member.Address);
        json.WriteString("status", member.Status);
        json.WriteBoolean("reachable", member.IsReachable);
        json.WriteBoolean("leader", member.IsLeader);
        json.WriteStartArray("roles");
        foreach (var role in member.Roles) json.WriteStringValue(role);
        json.WriteEndArray();
        if (member.Figures is { } figures)
        {
            json.WriteBoolean("draining", figures.IsDraining);
            json.WriteStartArray("partitions");
            foreach (var partition in figures.Partitions) json.WriteNumberValue(partition);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
