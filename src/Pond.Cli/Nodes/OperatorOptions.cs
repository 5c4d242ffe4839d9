using System.CommandLine;
using Pond.Cli.Ledger;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Nodes.Operator;

namespace Pond.Cli.Nodes;

/// <summary>Which node is asked, and how its answer is shown: options that all of an operator's commands have alike.</summary>
internal sealed class OperatorOptions(Terminals terminals)
{
    private readonly Option<string> _folder = new("--folder")
    {
        Description = "The node's folder, as it was given to 'pond node run'. Default: $POND_NODE, or the current one.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("POND_NODE") is { Length: > 0 } folder ? folder : ".",
        HelpName = "DIR",
    };

    private readonly Option<bool> _json = LedgerCommand.JsonOption();

    internal void AddTo(Command command)
    {
        command.Add(_folder);
        command.Add(_json);
    }

    internal string FolderOf(ParseResult parsed) => parsed.GetValue(_folder)!;

    internal bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Asks the node.</summary>
    internal async Task<int> RunAsync(ParseResult parsed, Func<OperatorClient, Task<int>> work)
    {
        using var client = OperatorClient.Open(FolderOf(parsed));
        return await work(client);
    }

    /// <summary>Shows an answer: as it is, or as lines.</summary>
    internal void Show(ParseResult parsed, object answer, IEnumerable<string> lines)
    {
        if (IsJson(parsed))
        {
            StoreOutput.Json(terminals, answer);
            return;
        }

        foreach (var line in lines)
        {
            StoreOutput.Line(terminals, line);
        }
    }

    internal static Argument<string> TaskArgument() => new("task") { Description = "The task's id, or the beginning of one that the node knows." };

    internal static Argument<Lamports> AmountArgument() => new("amount") { Description = "How much: 1.5, 1.5KOII or 1500000000roe.", CustomParser = Amounts.Parse };

    internal static Option<Lamports?> AmountOption(string name, string description) =>
        new(name) { Description = description, HelpName = "AMOUNT", CustomParser = result => Amounts.Parse(result) };

    /// <summary>The task of that id, or the one that the node knows whose id begins so.</summary>
    /// <exception cref="PondException"><c>task-ambiguous</c> or <c>option-invalid</c>.</exception>
    internal static async Task<Pubkey> FindTaskAsync(OperatorClient client, string text, CancellationToken cancellationToken)
    {
        if (Pubkey.TryParse(text, out var id))
        {
            return id;
        }

        var found = (await client.GetNodeAsync(cancellationToken)).Tasks.Select(task => task.Task)
            .Where(task => task.ToString().StartsWith(text, StringComparison.Ordinal)).ToList();
        return found.Count == 1 ? found[0]
            : found.Count == 0 ? NodeTasksCommand.ParseTask(text)
            : throw new PondException("task-ambiguous", $"Several tasks begin with '{text}': {string.Join(", ", found)}.", "Give more of the id.");
    }
}
