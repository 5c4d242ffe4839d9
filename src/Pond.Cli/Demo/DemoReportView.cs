using System.Globalization;
using Pond.Cli.Search;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Spectre.Console;

namespace Pond.Cli.Demo;

/// <summary>Prints what came out of a demo.</summary>
internal static class DemoReportView
{
    internal static void Write(IAnsiConsole console, DemoReport report)
    {
        console.WriteLine();
        console.Write(RoundTable(report));
        console.Write(NodeTable(report));
        WriteConservation(console, report.Conservation);
        console.WriteLine();
        foreach (var check in report.Checks)
        {
            console.MarkupLineInterpolated(
                check.Ok ? (FormattableString)$"[green]✓[/] {check.Name}: {check.Detail}" : $"[red]✗[/] {check.Name}: {check.Detail}");
        }

        var audit = report.Audit;
        console.MarkupLineInterpolated(
            $"audits        {audit.AuditorsPerSubmission} nodes check each submission; each recomputes {audit.SampleDocuments} of at most {audit.OfDocuments} documents, and misses a lie about 5 % of them with {audit.MissProbability:0.#E-00}");
        console.WriteLine();
        console.MarkupLineInterpolated($"merged index  [bold]{report.Index}[/]");
        foreach (var search in report.Searches)
        {
            console.WriteLine();
            console.MarkupLineInterpolated($"[grey]search[/] [bold]{search.Query}[/]");
            SearchView.Write(console, search.Hits);
        }

        console.WriteLine();
        console.MarkupLineInterpolated(
            $"Done in {report.Seconds:F1} s. Search it yourself: [bold]./pond search {report.Index} \"cancel after timeout\"[/]");
    }

    private static Table RoundTable(DemoReport report)
    {
        var table = new Table().RoundedBorder().BorderColor(Color.Grey);
        table.AddColumn(new TableColumn("round").RightAligned());
        table.AddColumn(new TableColumn("shards").RightAligned());
        table.AddColumn(new TableColumn("submissions").RightAligned());
        table.AddColumn(new TableColumn("accepted").RightAligned());
        table.AddColumn(new TableColumn("slashed").RightAligned());
        table.AddColumn("payout");
        table.AddColumn(new TableColumn("paid").RightAligned());
        foreach (var round in report.Rounds)
        {
            table.AddRow(
                round.Round.ToString(),
                Number(round.Shards),
                Number(round.Submissions),
                Number(round.Accepted),
                Number(round.Slashed),
                round.Payout is PayoutRecord.PayoutSuccessful ? "successful" : Markup.Escape(round.Payout.ToString()),
                round.Paid.ToString());
        }

        return table;
    }

    private static Table NodeTable(DemoReport report)
    {
        var table = new Table().RoundedBorder().BorderColor(Color.Grey);
        table.AddColumn("node");
        foreach (var column in new[] { "for work", "for audits", "from slashes", "slashed", "stake left", "fees" })
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        table.AddColumn("why");
        foreach (var node in report.Nodes)
        {
            table.AddRow(
                node.IsCheater ? $"[red]{Markup.Escape(node.Name)}[/]" : Markup.Escape(node.Name),
                Amount(node.ForWork),
                Amount(node.ForAudits),
                Amount(node.FromSlashes),
                node.Slashed == Lamports.Zero ? "-" : $"[red]-{Amount(node.Slashed)}[/]",
                Amount(node.Stake),
                Amount(node.Fees),
                Markup.Escape(node.Why));
        }

        return table;
    }

    private static void WriteConservation(IAnsiConsole console, DemoConservation conservation)
    {
        var holds = conservation.Before == conservation.After + conservation.FeesBurnt;
        console.MarkupLineInterpolated(
            $"all tokens before {conservation.Before} {(holds ? "=" : "≠")} after {conservation.After} + fees burnt {conservation.FeesBurnt}");
    }

    private static string Amount(Lamports amount) =>
        amount == Lamports.Zero ? "-" : (amount.Value / (decimal)Lamports.PerKoii).ToString("0.#########", CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
