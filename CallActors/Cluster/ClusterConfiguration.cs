using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.DistributedData;
using CallActors.Journal;

namespace CallActors.Cluster;

/// <summary>Akka.Cluster as the service needs it.</summary>
internal static class ClusterConfiguration
{
    /// <summary>The largest message between nodes, in bytes: an event of 1 MiB, or a call in full that holds several of them.</summary>
    private const int LargestMessage = 16 * 1024 * 1024;

    /// <summary>The configuration of a node's actor system.</summary>
    /// <param name="cluster">Where it is.</param>
    /// <param name="journal">On PostgreSQL, where it is decided which part of a cluster that fell apart goes on.</param>
    public static Config Of(ClusterOptions cluster, JournalOptions journal) => ConfigurationFactory.ParseString($$"""
        akka {
          actor.provider = cluster
          remote {
            log-remote-lifecycle-events = off
            dot-netty.tcp {
              hostname = {{JournalConfiguration.Quoted(cluster.BindHostname ?? cluster.Hostname)}}
              port = {{cluster.BindPort ?? cluster.Port}}
              public-hostname = {{JournalConfiguration.Quoted(cluster.Hostname)}}
              public-port = {{cluster.Port}}

              # On Linux .NET lets two processes share a port that is asked for so, and a node that is started twice would vote itself out. One that is started again is let in without.
              tcp-reuse-addr = off
              maximum-frame-size = {{LargestMessage}}b
              send-buffer-size = {{LargestMessage}}b
              receive-buffer-size = {{LargestMessage}}b
            }
          }
          cluster {
            roles = ["call"]
            allow-weakly-up-members = off
            retry-unsuccessful-join-after = 2s

            # Three seconds of silence, the default, may be a virtual machine that is migrated or a machine with too much to do, and would cost the node a restart.
            failure-detector.acceptable-heartbeat-pause = 5s
            downing-provider-class = "Akka.Cluster.SBR.SplitBrainResolverProvider, Akka.Cluster"

            # What a node that was cut off might still write is excluded by the log's writer, not by waiting for it to be gone.
            down-removal-margin = 1s
            split-brain-resolver {
              # Whoever asks first goes on, and the larger part asks first. Counting heads alone ends the survivor of two nodes, and the last one of three.
              active-strategy = lease-majority
              stable-after = 3s
              lease-majority {
                lease-implementation = callactors-survivor
                acquire-lease-delay-for-minority = 2s
                release-after = 20s
              }
            }
            sharding {
              state-store-mode = ddata
              remember-entities = off
              passivate-idle-entity-after = off
              # A call that says nothing for long is no idle entity; the partitions are woken by the waker.
              role = call

              # Akka kills a partition that has not ended 5 s before this. Its journal may take LongestCall (8 s) to say what became of an append, and a start waits as long for its context.
              handoff-timeout = 15s
              rebalance-interval = 2s
              retry-interval = 500ms
              waiting-for-state-timeout = 2s
              coordinator-failure-backoff = 1s
              shard-start-timeout = 5s
              distributed-data.durable.keys = []
            }
            singleton.hand-over-retry-interval = 500ms
          }
          coordinated-shutdown.phases {
            cluster-sharding-shutdown-region.timeout = 12s
            cluster-leave.timeout = 5s
            cluster-exiting.timeout = 5s
            cluster-exiting-done.timeout = 3s
            cluster-shutdown.timeout = 3s
          }
        }
        callactors-survivor {
          lease-class = {{JournalConfiguration.TypeName<SurvivorLease>()}}
          heartbeat-timeout = 15s
          heartbeat-interval = 3s
          lease-operation-timeout = 8s
          connection-string = {{JournalConfiguration.Quoted(JournalConnections.Of(journal))}}
        }
        """)
        .WithFallback(ClusterSerialization.Hocon)
        .WithFallback(ClusterSharding.DefaultConfig())
        .WithFallback(DistributedData.DefaultConfig())
        .WithFallback(Akka.Cluster.Tools.Singleton.ClusterSingleton.DefaultConfig());
}
