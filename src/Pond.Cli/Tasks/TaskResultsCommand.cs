using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Deployment;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task results</c></summary>
internal static class TaskResultsCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var name = TaskStatusCommand.TaskArgument();
        var network = new NetworkOptions(timeProvider);
        var number = new Option<ulong?>("--round") { Description = "The round. Default: the last one that is paid." };
        var folder = new Option<string?>("--out") { Description = "Where to write the results. Default: 'results/round-N' here." };
        var wait = new Option<bool>("--wait") { Description = "Wait until a round is paid, if none is yet." };
        var json = LedgerCommand.JsonOption();
        var command = new Command("results", "Fetch what the auditors of a round have accepted, each byte checked against its CID.") { name, number, wait, folder, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(wait) && result.GetValue(number) is not null)
            {
                result.AddError("--wait is for the next round that is paid; --round is for one that is.");
            }
        });
        network.AddTo(command, pays: false, stores: false);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var task = await TaskLookup.FindAsync(session.Client, parsed.GetValue(name), Environment.CurrentDirectory, cancellationToken);
            var round = parsed.GetValue(number) is { } chosen
                ? (await session.Client.GetTaskRoundAsync(task.Task, new Round(chosen), Commitment.Processed, cancellationToken)).Value
                    ?? throw new PondException(
                        "round-missing", $"The ledger has no round {chosen} of {task.Task}: it has not begun, or is dropped.", "Look at the rounds with 'pond task status'.")
                : parsed.GetValue(wait)
                    ? await TaskResults.WaitForPaidAsync(session.Client, task, session.Target.PollInterval, timeProvider, cancellationToken)
                    : await TaskResults.FindLastPaidAsync(session.Client, task, cancellationToken);
            var target = Path.GetFullPath(parsed.GetValue(folder) ?? Path.Combine("results", $"round-{round.Round}"));
            var results = await TaskResults.FetchAsync(task, round, session.Target, target, timeProvider, cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, task = task.Task, round = round.Round, round.Payout, results });
                return ExitCode.Ok;
            }

            StoreOutput.Line(terminals, $"round {round.Round} of {task.Task}: {results.Length} submissions, {results.Count(result => result.Path is not null)} fetched");
            foreach (var result in results)
            {
                StoreOutput.Line(terminals, $"{result.Node}  {result.Outcome}  {StoreOutput.Harmless(result.Value)}{(result.Path is null ? "" : $"  {StoreOutput.Size(result.SizeBytes)}  {result.Path}")}");
                foreach (var line in (result.Preview ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries))
                {
                    StoreOutput.Line(terminals, $"    {StoreOutput.Harmless(line)}");
                }
            }

            return ExitCode.Ok;
        }));
        return command;
    }
}
