using System.CommandLine;
using System.Globalization;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Contracts.Operator;
using Pond.Primitives;
using Pond.Server.Nodes.Operator;

namespace Pond.Cli.Nodes;

/// <summary><c>pond node money</c>, <c>stake</c>, <c>unstake</c>, <c>restake</c>, <c>upgrade</c>, <c>claim</c>, <c>transfer</c> and <c>cancel</c></summary>
internal static class NodeMoneyCommands
{
    internal static IEnumerable<Command> Create(Terminals terminals) =>
    [
        Money(terminals),
        OnTask(terminals, "stake", "Add to the stake on a task, from the main key.", needsAmount: true),
        OnTask(terminals, "unstake", "Bring a task's whole stake, and what it has paid, to the main key. It waits until the stake is free.", needsAmount: false),
        OnTask(terminals, "restake", "Add what a task has paid to its stake.", needsAmount: false),
        OnTask(terminals, "upgrade", "Move the stake of a task that has moved to where it has moved to.", needsAmount: false),
        OnTask(terminals, "claim", "Bring what a task has paid to the main key.", needsAmount: false),
        Transfer(terminals),
        Cancel(terminals),
    ];

    private static Command Money(Terminals terminals)
    {
        var all = new Option<bool>("--all") { Description = "Look at every task of the ledger: so a seed phrase finds all its stakes." };
        var options = new OperatorOptions(terminals);
        var command = new Command("money", "Show where every token is, and what is being done with it.") { all };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async client =>
        {
            var money = await client.GetMoneyAsync(parsed.GetValue(all), cancellationToken);
            options.Show(parsed, money, Describe(money));
            return ExitCode.Ok;
        }));
        return command;
    }

    private static Command OnTask(Terminals terminals, string kind, string description, bool needsAmount)
    {
        var task = OperatorOptions.TaskArgument();
        var amount = OperatorOptions.AmountArgument();
        var command = new Command(kind, description) { task };
        if (needsAmount)
        {
            command.Add(amount);
        }

        Ask(terminals, command, async (parsed, client, id, cancellationToken) => new SagaRequest(
            id,
            kind,
            Task: await OperatorOptions.FindTaskAsync(client, parsed.GetValue(task)!, cancellationToken),
            Amount: needsAmount ? parsed.GetValue(amount) : null));
        return command;
    }

    private static Command Transfer(Terminals terminals)
    {
        var to = new Argument<string>("to") { Description = "The address that gets it." };
        var amount = OperatorOptions.AmountArgument();
        var command = new Command("transfer", "Send from the main key to a wallet.") { to, amount };
        Ask(terminals, command, (parsed, _, id, _) => Task.FromResult(new SagaRequest(
            id,
            "transfer",
            To: Pubkey.TryParse(parsed.GetValue(to), out var key) ? key : throw new PondException("option-invalid", $"'{parsed.GetValue(to)}' is no address.", "Give the base58 text of a key."),
            Amount: parsed.GetValue(amount))));
        return command;
    }

    private static Command Cancel(Terminals terminals)
    {
        var id = new Argument<string>("id") { Description = "What it is called: 'pond node money' shows it." };
        var options = new OperatorOptions(terminals);
        var command = new Command("cancel", "Give up something that waits. What is under way can't be taken back.") { id };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async client =>
        {
            var saga = await client.CancelAsync(parsed.GetValue(id)!, cancellationToken);
            options.Show(parsed, new { schema = 1, saga }, [Describe(saga)]);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Ask(Terminals terminals, Command command, Func<ParseResult, OperatorClient, string, CancellationToken, Task<SagaRequest>> make)
    {
        var id = new Option<string?>("--id") { Description = "What to call it: asked again with the same id, it is done once. Default: a new one.", HelpName = "ID" };
        var noWait = new Option<bool>("--no-wait") { Description = "Don't wait until it is done; 'pond node money' shows how far it is." };
        var options = new OperatorOptions(terminals);
        command.Add(id);
        command.Add(noWait);
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) => options.RunAsync(parsed, async client =>
        {
            var name = parsed.GetValue(id) ?? $"{command.Name}-{Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(6))}";
            var saga = await client.AskAsync(await make(parsed, client, name, cancellationToken), cancellationToken);
            if (!parsed.GetValue(noWait))
            {
                saga = await client.WaitAsync(saga.Id, cancellationToken);
            }

            options.Show(parsed, new { schema = 1, saga }, [Describe(saga)]);
            return saga.State is "refused" or "unknown"
                ? ExitCode.For(new PondException(saga.Reason, saga.Sentence, ""))
                : ExitCode.Ok;
        }));
    }

    private static IEnumerable<string> Describe(MoneyAnswer money)
    {
        yield return $"main    {money.MainKey}  {money.Main}";
        foreach (var place in money.Tasks)
        {
            var unit = place.Token is null ? "" : $" of the token {place.Token}";
            var locked = place.LockedUntil is { } slot && slot > money.Slot ? string.Create(CultureInfo.InvariantCulture, $", locked until slot {slot}") : "";
            yield return $"{place.Task} {StoreOutput.Harmless(place.Name)}: staked {place.Staked}{locked}, claimable {place.Claimable}{unit}, rent {place.Rent} on {place.StakingKey}{(place.IsShared ? " (shared)" : "")}";
        }

        yield return $"total   {money.Total}";
        foreach (var saga in money.Open)
        {
            yield return Describe(saga);
        }
    }

    private static string Describe(SagaAnswer saga)
    {
        var task = saga.Task is { } id ? $" on {id}" : "";
        var amount = saga.Amount == Lamports.Zero ? "" : $" {saga.Amount}";
        var reason = saga.Reason.Length == 0 ? "" : $" ({saga.Reason}): {StoreOutput.Harmless(saga.Sentence)}";
        return string.Create(CultureInfo.InvariantCulture, $"{saga.Id}: {saga.Kind}{amount}{task}, {saga.StepsDone} of {saga.Steps} steps, fees {saga.Fees}, {saga.State}{reason}");
    }
}
