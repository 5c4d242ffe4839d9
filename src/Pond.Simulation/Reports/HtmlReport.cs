using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Pond.Primitives;
using Pond.Simulation.Tasks;

namespace Pond.Simulation.Reports;

/// <summary>A simulation as a page that needs nothing beside itself.</summary>
public static class HtmlReport
{
    private const string Style = """
        body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#1f2937;background:#fff}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
        td,th{padding:.2rem .8rem .2rem 0;text-align:right;border-bottom:1px solid #e5e7eb}td:first-child,th:first-child{text-align:left}
        figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}svg text{font-size:11px;fill:#6b7280}.grid{stroke:#e5e7eb}
        .legend i{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 .8em}.bad{color:#b91c1c;font-weight:600}.good{color:#047857;font-weight:600}
        code{overflow-wrap:anywhere}@media(prefers-color-scheme:dark){body{color:#e5e7eb;background:#111827}td,th{border-color:#374151}.grid{stroke:#374151}}
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="result">The simulation.</param>
    /// <param name="outsideUses">Where the task's code asks the real world for what no seed repeats.</param>
    public static string Write(SimulationResult result, ImmutableArray<OutsideUse> outsideUses)
    {
        ArgumentNullException.ThrowIfNull(result);
        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>Simulation of a task</title><style>")
            .Append(Style).Append("</style></head><body><h1>Simulation of a task</h1>");
        WriteHead(page, result);
        WriteList(page, "What must not happen, and did", result.Violations.Select(violation => violation.ToString()));
        WritePlots(page, result);
        WriteGroups(page, result);
        WriteDetection(page, result);
        WriteTimes(page, result);
        WriteList(page, "Proposals", Proposals.Of(result));
        WriteList(page, "What no seed repeats", outsideUses.Select(use => use.ToString()));
        WriteList(page, "What went wrong in the task", result.Errors);
        WriteRounds(page, result);
        return page.Append("</body></html>\n").ToString();
    }

    private static void WriteHead(StringBuilder page, SimulationResult result)
    {
        page.Append(result.LiesAccepted > 0 ? $"<p class=\"bad\">Broken: {result.LiesAccepted} of {result.Lies} results were paid that honest work does not give.</p>"
            : result.Holds ? "<p class=\"good\">All checks hold.</p>" : $"<p class=\"bad\">{result.Violations.Length} checks failed.</p>");
        page.Append(
            CultureInfo.InvariantCulture,
            $"<p>{result.Nodes} nodes, {result.Rounds.Length} rounds, scenario <code>{Text(result.Scenario.Length == 0 ? "calm" : result.Scenario)}</code>, seed {result.Seed}. {result.VirtualTime.TotalMinutes:F1} minutes of virtual time took {result.Elapsed.TotalSeconds:F2} s. {result.Transactions.Landed} transactions in {result.Ledger.Blocks} blocks, {result.Messages.Sent} messages, {result.Messages.Lost} of them lost, {result.Ledger.Crashes} crashes of the ledger.</p>");
        page.Append(CultureInfo.InvariantCulture, $"<p>Signatures: {(result.HasRealSignatures ? "Ed25519" : "keyed hashes in the place of Ed25519")}. Every block made a second time: {(result.IsReplayed ? "yes" : "no")}. Trace <code>{result.TraceHash}</code></p>");
    }

    private static void WritePlots(StringBuilder page, SimulationResult result)
    {
        if (result.Rounds.IsEmpty)
        {
            return;
        }

        var first = result.Rounds[0].Number.Value;
        var groups = result.Rounds.SelectMany(round => round.Groups.Keys).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        page.Append("<h2>Over the rounds</h2>");
        page.Append(SvgPlot.Lines(
            "Earned by a node of each group, in KOII", [.. groups.Select(group => (group, PerNode(result, group, round => round.Earned)))], first));
        page.Append(SvgPlot.Lines(
            "Stake lost by a node of each group in all, in KOII", [.. groups.Select(group => (group, Sum(PerNode(result, group, round => round.Lost))))], first));
        page.Append(SvgPlot.Lines(
            "Submissions",
            [
                ("submitted", Values(result, round => round.Submissions)),
                ("accepted", Values(result, round => round.Accepted)),
                ("slashed", Values(result, round => round.Slashed)),
                ("lies paid", Values(result, round => round.LiesAccepted)),
            ],
            first));
        page.Append(SvgPlot.Lines(
            "Verdicts per submission", [("verdicts", Values(result, round => round.Submissions == 0 ? 0 : (double)round.Verdicts / round.Submissions))], first));
    }

    private static void WriteGroups(StringBuilder page, SimulationResult result)
    {
        page.Append("<h2>What it earned or cost</h2><table><tr><th>group</th><th>nodes</th><th>submitted</th><th>accepted</th><th>earned each</th><th>lost each</th><th>calls saved</th></tr>");
        foreach (var group in result.Rounds.SelectMany(round => round.Groups).GroupBy(pair => pair.Key, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var nodes = Math.Max(1, group.Max(pair => pair.Value.Nodes));
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{Text(group.Key)}</td><td>{nodes}</td><td>{group.Sum(pair => pair.Value.Submissions)}</td><td>{group.Sum(pair => pair.Value.Accepted)}</td><td>{Koii(group.Sum(pair => (decimal)pair.Value.Earned.Value) / nodes):F3}</td><td>{Koii(group.Sum(pair => (decimal)pair.Value.Lost.Value) / nodes):F3}</td><td>{result.SavedCalls.GetValueOrDefault(group.Key)}</td></tr>");
        }

        page.Append("</table>");
    }

    private static void WriteDetection(StringBuilder page, SimulationResult result)
    {
        var dishonest = result.Rounds.SelectMany(round => round.Groups).Where(pair => pair.Key is not "honest").Select(pair => (pair.Key, pair.Value.Nodes)).Distinct().Sum(group => group.Nodes);
        var rate = DetectionRate.Of(result.Lies, result.Lies - result.LiesAccepted, result.Nodes, dishonest);
        page.Append("<h2>Detection</h2>").Append(
            CultureInfo.InvariantCulture,
            $"<p>{rate.Found} of {rate.Lies} lies were not paid: {(rate.Lies == 0 ? 1 : (double)rate.Found / rate.Lies):P2}, with a 95 % interval of {rate.Low:P2} to {rate.High:P2}. Computed for {result.Nodes} nodes of which {dishonest} let lies pass, if the task's audit finds every lie: {rate.Computed:P6}.</p>");
    }

    private static void WriteTimes(StringBuilder page, SimulationResult result)
    {
        page.Append("<h2>Time per phase, on this machine</h2><table><tr><th>phase</th><th>calls</th><th>mean</th><th>longest</th></tr>");
        foreach (var time in result.PhaseTimes)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{time.Phase}</td><td>{time.Calls}</td><td>{time.Total.TotalMilliseconds / time.Calls:F3} ms</td><td>{time.Longest.TotalMilliseconds:F3} ms</td></tr>");
        }

        page.Append("</table>");
    }

    private static void WriteRounds(StringBuilder page, SimulationResult result)
    {
        page.Append("<h2>Rounds</h2><table><tr><th>round</th><th>submitted</th><th>accepted</th><th>slashed</th><th>unpaid</th><th>verdicts</th><th>objections</th><th>lies</th><th>passed</th><th>paid</th></tr>");
        foreach (var round in result.Rounds)
        {
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{round.Number.Value}</td><td>{round.Submissions}</td><td>{round.Accepted}</td><td>{round.Slashed}</td><td>{round.Unpaid}</td><td>{round.Verdicts}</td><td>{round.Objections}</td><td>{round.Lies}</td><td>{round.LiesAccepted}</td><td>{(round.IsSettled ? round.Paid.ToString() : "not settled")}</td></tr>");
        }

        page.Append("</table>");
    }

    private static void WriteList(StringBuilder page, string title, IEnumerable<string> lines)
    {
        var items = string.Concat(lines.Select(line => $"<li>{Text(line)}</li>"));
        if (items.Length > 0)
        {
            page.Append($"<h2>{Text(title)}</h2><ul>{items}</ul>");
        }
    }

    private static List<double?> PerNode(SimulationResult result, string group, Func<GroupRound, Lamports> value) =>
        [.. result.Rounds.Select(round => round.Groups.TryGetValue(group, out var part) ? (double?)Koii(value(part).Value / (decimal)Math.Max(1, part.Nodes)) : null)];

    private static List<double?> Sum(List<double?> values)
    {
        var sum = 0d;
        return [.. values.Select(value => (double?)(sum += value ?? 0))];
    }

    private static List<double?> Values(SimulationResult result, Func<SimulatedRound, double> value) => [.. result.Rounds.Select(round => (double?)value(round))];

    private static decimal Koii(decimal lamports) => lamports / Lamports.PerKoii;

    private static string Text(string text) => HtmlEncoder.Default.Encode(text);
}
