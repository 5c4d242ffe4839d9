using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Nodes;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node tasks</c></summary>
internal static class NodeTasksCommand
{
    internal static Command Create(Terminals terminals) => new("tasks", "Look after what tasks keep on this machine.") { Reset(terminals) };

    /// <summary>A task's id, where no ledger is asked for it.</summary>
    /// <exception cref="PondException"><c>option-invalid</c></exception>
    internal static Pubkey ParseTask(string? text) => Pubkey.TryParse(text, out var key) ? key : throw new PondException(
        "option-invalid", $"'{text}' is no task's id.", "Give the base58 id that 'pond task status' shows.");

    private static Command Reset(Terminals terminals)
    {
        var task = new Argument<string>("task") { Description = "The task's id." };
        var folder = new Option<string>("--folder") { Description = "The node's folder.", DefaultValueFactory = _ => ".", HelpName = "DIR" };
        var command = new Command("reset", "Empty the folder 'runtime' of a task: what it can make anew. Its other files, its journal and its stake stay.") { task, folder };
        command.SetAction(parsed =>
        {
            var id = ParseTask(parsed.GetValue(task));
            var freed = TaskRuntime.ResetIn(parsed.GetValue(folder)!, id);
            StoreOutput.Line(terminals, $"{StoreOutput.Size(freed)} of {id} removed");
            return ExitCode.Ok;
        });
        return command;
    }
}
