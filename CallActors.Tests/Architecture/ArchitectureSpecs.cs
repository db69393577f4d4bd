using System.Reflection;
using CallActors.Actors;
using CallActors.Messages;
using CallActors.Storage;
using NetArchTest.Rules;

namespace CallActors.Tests.Architecture;

/// <summary>The direction of the arrows, and that only two actors can reach the database: read from the built assemblies.</summary>
public sealed class ArchitectureSpecs
{
    private static readonly Assembly Library = typeof(CallService).Assembly;
    private static readonly string[] Databases = ["CallActors.Storage", "Dapper", "Npgsql", "Microsoft.Data.Sqlite", "System.Data"];

    private static void AssertHolds(ConditionList rule) =>
        Assert.True(rule.GetResult().IsSuccessful, string.Join(", ", rule.GetResult().FailingTypeNames ?? []));

    [Fact]
    public void The_domain_knows_no_actor_no_SQL_and_no_host() => AssertHolds(
        Types.InAssembly(Library).That().ResideInNamespace("CallActors.Domain")
            .Should().NotHaveDependencyOnAny([.. Databases, "Akka", "CallActors.Actors", "Microsoft.AspNetCore", "Microsoft.Extensions"]));

    [Fact]
    public void Messages_know_nothing_but_the_domain() => AssertHolds(
        Types.InAssembly(Library).That().ResideInNamespace("CallActors.Messages")
            .Should().NotHaveDependencyOnAny([.. Databases, "CallActors.Actors", "Microsoft.AspNetCore"]));

    [Fact]
    public void Of_the_messages_only_those_that_name_an_actor_to_watch_know_Akka() => Assert.Equal(
        [nameof(AdmissionMessages.AdmitToBusiness), nameof(PartitionMessages.HeldCall), nameof(CalendarMessages.HoldSlots)],
        Types.InAssembly(Library).That().ResideInNamespace("CallActors.Messages")
            .Should().NotHaveDependencyOnAny("Akka").GetResult().FailingTypes.Select(type => type.Name).Order());

    [Fact]
    public void The_storage_knows_no_actor_and_no_gateway() => AssertHolds(
        Types.InAssembly(Library).That().ResideInNamespace("CallActors.Storage")
            .Should().NotHaveDependencyOnAny("Akka", "CallActors.Actors", "Microsoft.AspNetCore"));

    [Fact]
    public void Only_the_loader_and_the_writer_can_reach_the_database()
    {
        var reaching = Types.InAssembly(Library).That().ResideInNamespace("CallActors.Actors")
            .Should().NotHaveDependencyOnAny(Databases).GetResult().FailingTypes.Select(Outermost).Distinct().Select(type => type.Name);

        // The desk is the writer's own hand; the tree passes the database on to the two and keeps none of it. The ledger's keeper, and its round, are not given
        // it: see below.
        Assert.Equal(
            [nameof(CallTree), nameof(ContextLoaderActor), nameof(DbWriterActor), nameof(DeadLetterDesk), nameof(LedgerKeeperActor), nameof(LedgerRound)],
            reaching.Order());
    }

    [Fact]
    public void The_ledgers_keeper_can_forget_what_is_old_and_neither_load_nor_write()
    {
        foreach (var type in new[] { typeof(LedgerKeeperActor), typeof(LedgerRound) }.SelectMany(type => type.GetNestedTypes(All).Prepend(type)))
            Assert.DoesNotContain(Members(type), member => member == typeof(ICrmDatabase) || member == typeof(CrmDatabase));
        Assert.Equal([nameof(ILedger.ForgetAsync), nameof(ILedger.IsIndexedAsync)], typeof(ILedger).GetMethods().Select(method => method.Name).Order());
        Assert.Equal(
            [nameof(LedgerKeeperActor)],
            Library.GetTypes().Where(type => Members(type).Contains(typeof(ILedger))).Select(type => Outermost(type).Name).Distinct());
    }

    [Fact]
    public void Nothing_but_the_loader_and_the_writer_is_handed_the_database()
    {
        var holders = Library.GetTypes()
            .Where(type => !type.IsAssignableTo(typeof(ICrmDatabase)))
            .Where(type => Members(type).Any(member => member == typeof(ICrmDatabase)))
            .Select(type => Outermost(type).Name)
            .Distinct()
            .Order();

        Assert.Equal([nameof(ContextLoaderActor), nameof(DbWriterActor)], holders.Except([nameof(DeadLetterDesk), nameof(CallTree), nameof(CrmDatabase)]));
        Assert.DoesNotContain(typeof(CallTree).GetFields(All), field => field.FieldType == typeof(ICrmDatabase));
        Assert.True(typeof(DeadLetterDesk) is { IsAbstract: true, IsSealed: true });
    }

    [Fact]
    public void In_the_live_phase_the_session_has_no_way_to_the_loader_or_the_writer()
    {
        var reachable = ReachableFrom("Live", but: ["EnterPhase", "get_Flush"]);
        Assert.Contains("TellCalendar", reachable);
        Assert.DoesNotContain("AskLoader", reachable);
        Assert.DoesNotContain("AskWriter", reachable);
        Assert.DoesNotContain("get_Loader", reachable);
        Assert.DoesNotContain("get_Writer", reachable);
        Assert.Contains("get_Loader", ReachableFrom("Greeting", but: []));
    }

    /// <summary>The session's methods that one of them leads to, by calls or by what it hands on to be called.</summary>
    /// <param name="from">Where it begins.</param>
    /// <param name="but">Not looked into: the way into the next phase, and the hand-over of a call that has ended.</param>
    private static HashSet<string> ReachableFrom(string from, string[] but)
    {
        var reached = new HashSet<MethodBase>();
        var ahead = new Queue<MethodBase>([typeof(CallSessionActor).GetMethod(from, All)!]);
        while (ahead.TryDequeue(out var method))
            foreach (var called in Called(method)
                .Where(called => reached.Add(called) && !but.Contains(called.Name) && Outermost(called.DeclaringType!) == typeof(CallSessionActor)))
                ahead.Enqueue(called);
        return [.. reached.Select(method => method.Name)];
    }

    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static IEnumerable<Type> Members(Type type) =>
        type.GetFields(All).Select(field => field.FieldType)
            .Concat(type.GetConstructors(All).SelectMany(constructor => constructor.GetParameters()).Select(parameter => parameter.ParameterType))
            .Concat(type.GetMethods(All).SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>The methods whose tokens stand behind an instruction that calls them, or takes their address, in a method's IL.</summary>
    private static IEnumerable<MethodBase> Called(MethodBase method)
    {
        var il = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < il.Length; i++)
        {
            // call, callvirt, newobj; ldftn is of two bytes.
            if (il[i] is not (0x28 or 0x6F or 0x73) && !(il[i] == 0x06 && i > 0 && il[i - 1] == 0xFE)) continue;
            MethodBase? called = null;
            try
            {
                called = method.Module.ResolveMethod(BitConverter.ToInt32(il, i + 1));
            }
            catch (ArgumentException)
            {
                // An operand that happens to hold the byte of a call instruction.
            }

            if (called is { }) yield return called;
        }
    }
}
