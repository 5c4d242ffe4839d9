using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Simulation;
using Pond.Simulation.Adversaries;
using Pond.Simulation.Reports;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task test</c></summary>
internal static class TaskTestCommand
{
    internal static Command Create(Terminals terminals)
    {
        var simulated = new SimulatedTaskOptions(terminals);
        var nodes = new Option<int>("--nodes") { Description = "How many nodes there are, the dishonest ones among them.", DefaultValueFactory = _ => 5 };
        var rounds = new Option<int>("--rounds") { Description = "How many rounds are worked for.", DefaultValueFactory = _ => 10 };
        var scenario = new Option<string>("--scenario")
        {
            Description = $"Who is dishonest or unlucky, and what goes wrong: liar=5,offline=10%,loss=2%. Nodes: {string.Join(", ", Scenario.Words)}. Faults: {string.Join(", ", Scenario.FaultWords)}.",
            DefaultValueFactory = _ => "",
        };
        var seed = new Option<ulong>("--seed") { Description = "Decides all that is left to chance; the same seed gives the same run.", DefaultValueFactory = _ => 1 };
        var watch = new Option<bool>("--watch") { Description = "Show each round as soon as it is settled." };
        var trace = new Option<string?>("--trace") { Description = "A file for the trace, a line per event." };
        var report = new Option<string?>("--report") { Description = "A file for the report, an HTML page with its plots in it." };
        var json = LedgerCommand.JsonOption();
        var command = new Command("test", "Play rounds of a task in a simulated network, with liars, absentees and crashes, in seconds.")
        {
            nodes, rounds, scenario, seed, watch, trace, report, json,
        };
        simulated.AddTo(command);
        nodes.Validators.Add(result => Check(result.GetValueOrDefault<int>(), SimulationOptions.MaxNodes, result.AddError));
        rounds.Validators.Add(result => Check(result.GetValueOrDefault<int>(), 100_000, result.AddError));
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var task = await simulated.OpenAsync(parsed, cancellationToken);
            await using var traceWriter = parsed.GetValue(trace) is { } traceFile ? new StreamWriter(traceFile) : null;
            var isJson = parsed.GetValue(json);
            var options = task.NewOptions()
                .Nodes(parsed.GetValue(nodes))
                .Rounds(parsed.GetValue(rounds))
                .Seed(parsed.GetValue(seed))
                .Scenario(Scenario.Parse(parsed.GetValue(scenario)!, task.Types.Others));
            if (traceWriter is not null)
            {
                options.TraceTo(traceWriter);
            }

            if (parsed.GetValue(watch) && !isJson)
            {
                StoreOutput.Line(terminals, RoundTable.Head);
                options.Watch(round => StoreOutput.Line(terminals, RoundTable.Row(round)));
            }

            foreach (var use in task.OutsideUses)
            {
                StoreOutput.Notice(terminals, use.ToString());
            }

            var result = TaskSimulation.Run(task.Types.Task, options);
            if (parsed.GetValue(report) is { } reportFile)
            {
                await File.WriteAllTextAsync(reportFile, HtmlReport.Write(result, task.OutsideUses), cancellationToken);
            }

            if (isJson)
            {
                StoreOutput.Json(terminals, Summary.Of(result, task.OutsideUses));
            }
            else
            {
                foreach (var line in RoundTable.Write(result, hasRows: !parsed.GetValue(watch)))
                {
                    StoreOutput.Line(terminals, StoreOutput.Harmless(line));
                }
            }

            return result.Holds && result.LiesAccepted == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
        });
        return command;
    }

    private static void Check(int value, int most, Action<string> addError)
    {
        if (value < 1 || value > most)
        {
            addError($"It is a number from 1 to {most}.");
        }
    }
}
