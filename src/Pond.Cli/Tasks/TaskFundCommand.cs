using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Deployment;

namespace Pond.Cli.Tasks;

/// <summary><c>pond task fund</c></summary>
internal static class TaskFundCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var name = new Argument<string>("task") { Description = "The task's id, the beginning of it, or its name." };
        var amount = new Argument<Lamports>("amount")
        {
            Description = "How much: 1.5, 1.5KOII or 1500000000roe.",
            CustomParser = result =>
            {
                if (!Lamports.TryParse(result.Tokens[0].Value, out var parsed))
                {
                    result.AddError($"'{result.Tokens[0].Value}' is no amount; write 1.5, 1.5KOII or 1500000000roe.");
                }

                return parsed;
            },
        };
        var network = new NetworkOptions(timeProvider);
        var json = LedgerCommand.JsonOption();
        var command = new Command("fund", "Add to a task's bounty.") { name, amount, json };
        network.AddTo(command, pays: true, stores: false);
        command.SetAction((parsed, cancellationToken) => network.RunAsync(parsed, async session =>
        {
            var task = await TaskLookup.FindAsync(session.Client, parsed.GetValue(name), Environment.CurrentDirectory, cancellationToken);
            var funded = await new TaskTransactions(session.Client, session.Sender)
                .FundAsync(session.Target.ReadPayer(), task, parsed.GetValue(amount), cancellationToken);
            if (parsed.GetValue(json))
            {
                StoreOutput.Json(terminals, new { schema = 1, task = funded });
            }
            else
            {
                StoreOutput.Line(terminals, $"{funded.Task} has a bounty of {funded.TotalBounty} now.");
            }

            return ExitCode.Ok;
        }));
        return command;
    }
}
