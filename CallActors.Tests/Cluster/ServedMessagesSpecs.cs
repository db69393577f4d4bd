using System.Reflection;
using CallActors.Cluster;
using CallActors.Messages;

namespace CallActors.Tests.Cluster;

/// <summary>Of every message somebody has decided whether it crosses nodes.</summary>
public class ServedMessagesSpecs
{
    private static readonly Type[] Moods =
    [
        typeof(CallEvents), typeof(CallCommands), typeof(CallQueries), typeof(DatabaseMessages), typeof(PartitionMessages), typeof(AdmissionMessages),
        typeof(CalendarMessages),
        typeof(NodeMessages),
    ];

    /// <summary>Said on one node only: loader and writer are the node's own, and so is whoever drains it or asks its partitions.</summary>
    private static readonly Type[] Staying =
    [
        typeof(CallCommands.RefuseNewCalls), typeof(CallCommands.DrainCalls), typeof(CallCommands.Drained),
        typeof(CallQueries.CountCalls),
        typeof(DatabaseMessages.LoadContext), typeof(DatabaseMessages.AbandonLoad), typeof(DatabaseMessages.BusinessesRecalled),
        typeof(DatabaseMessages.ContextLoaded), typeof(DatabaseMessages.ContextLoadFailed),
        typeof(DatabaseMessages.FlushBatch), typeof(DatabaseMessages.HurryFlush), typeof(DatabaseMessages.WithdrawFlush),
        typeof(DatabaseMessages.FlushCommitted), typeof(DatabaseMessages.FlushReplaced), typeof(DatabaseMessages.SnapshotFailed),
        typeof(DatabaseMessages.FlushDeadLettered),
        typeof(DatabaseMessages.ListDeadLetters), typeof(DatabaseMessages.DeadLetterList), typeof(DatabaseMessages.RetryDeadLetter),
        typeof(DatabaseMessages.DeadLetterRetried),
    ];

    /// <summary>They cross inside of others.</summary>
    private static readonly Type[] Parts =
    [
        typeof(CallQueries.ListCalls), typeof(CallQueries.CallSummary), typeof(CallCommands.HearGateway), typeof(PartitionMessages.HeldCall),
        typeof(NodeMessages.PhaseFigures), typeof(CalendarMessages.CalendarMoment), typeof(CalendarMessages.SlotsOfCall),
    ];

    [Fact]
    public void Every_message_crosses_nodes_or_is_known_to_stay() => Assert.Equal(
        Messages.Select(type => type.FullName).Order(),
        Served.Concat(Staying).Concat(Parts).Select(type => type.FullName).Order());

    [Fact]
    public void Every_type_that_crosses_is_bound_and_whatever_is_addressed_with_it()
    {
        Assert.All(Served, type => Assert.Contains(ClusterSerialization.Bound, bound => type.IsAssignableTo(bound)));
        Assert.All(ClusterSerialization.Bound, bound => Assert.Same(bound, Type.GetType($"{bound.FullName}, {bound.Assembly.GetName().Name}")));
    }

    [Fact]
    public void No_manifest_is_a_types_name_and_each_has_a_version() => Assert.All(ClusterSerializer.Forms, form =>
    {
        Assert.Matches("^[a-z._-]+/[0-9]+$", form.Manifest);
        Assert.Null(form.Type.Assembly.GetType(form.Manifest.Split('/')[0], throwOnError: false, ignoreCase: true));
    });

    private static IEnumerable<Type> Served => ClusterSerializer.Forms.Select(form => form.Type);

    private static IEnumerable<Type> Messages => Moods
        .SelectMany(mood => mood.GetNestedTypes(BindingFlags.Public))
        .Where(type => type is { IsAbstract: false, IsInterface: false, IsEnum: false })
        .Append(typeof(CallReply))
        .Union(typeof(ICallMessage).Assembly.GetTypes().Where(type => type is { IsAbstract: false, IsInterface: false } && IsAddressed(type)));

    private static bool IsAddressed(Type type) =>
        type.IsAssignableTo(typeof(ICallMessage))
        || type.IsAssignableTo(typeof(PartitionMessages.IPartitionMessage))
        || type.IsAssignableTo(typeof(AdmissionMessages.IBusinessMessage));
}
