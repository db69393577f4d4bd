using System.Globalization;
using CallActors.Telemetry;
using Spectre.Console;

namespace CallActors.Host.Verbs.Demo;

/// <summary>Before and now, side by side, a call's share of each.</summary>
internal static class CostTable
{
    public static Table Of(DesignCost before, DesignCost now)
    {
        var table = new Table().Title("What a call costs the database").SimpleBorder().AddColumn(new TableColumn("").NoWrap().Padding(0, 0));
        foreach (var design in (string[])["before", "now"])
            foreach (var figure in (string[])["statements", "ms", "commits"])
                table.AddColumn(new TableColumn($"{design}\n{figure}").RightAligned().NoWrap().Padding(0, 0));

        AddRow(table, "before the greeting", before, now, cost => cost.Load);
        AddRow(table, "while the caller talks", before, now, cost => cost.Live);
        AddRow(table, "after the hang-up", before, now, cost => cost.Flush);
        table.AddEmptyRow();
        AddRow(table, "total", before, now, cost => cost.Total);
        return table;
    }

    private static void AddRow(Table table, string phase, DesignCost before, DesignCost now, Func<DesignCost, StatementTotals> of) =>
        table.AddRow([phase, .. Cells(of(before), before.Calls), .. Cells(of(now), now.Calls)]);

    private static string[] Cells(StatementTotals totals, int calls) =>
        [Share(totals.Statements, calls), Share(totals.Duration.TotalMilliseconds, calls), Share(totals.Transactions, calls)];

    /// <summary>A share that rounds to nothing is not nothing: 0 stands for none at all.</summary>
    private static string Share(double total, int calls)
    {
        if (total == 0) return "0";
        var share = total / calls;
        return share < 0.01 ? "<0.01" : share.ToString("0.00", CultureInfo.InvariantCulture);
    }
}
