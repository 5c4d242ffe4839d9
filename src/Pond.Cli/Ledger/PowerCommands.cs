using System.CommandLine;
using Pond.Cli.Terminal;

namespace Pond.Cli.Ledger;

/// <summary><c>pond ledger warp</c> and the other powers over a local network that runs.</summary>
internal static class PowerCommands
{
    internal static IEnumerable<Command> Create(Terminals terminals, TimeProvider timeProvider)
    {
        var caller = new PowerCaller(terminals, timeProvider);
        yield return caller.Command("status", "Show what is not as usual on a local network.", "pond_status");
        yield return Warp(caller);
        yield return Mine(caller);
        yield return caller.Command("pause", "Let no slot of a local network pass until it is resumed.", "pond_pause");
        yield return caller.Command("resume", "Let a local network's slots pass again.", "pond_resume");
        yield return caller.Command("snapshot", "Keep the state of all accounts, to go back to it.", "pond_snapshot");
        yield return Revert(caller);
        yield return SetAccount(caller);
        yield return Impersonate(caller);
        yield return Fault(caller);
    }

    private static Command Warp(PowerCaller caller)
    {
        var slots = new Option<ulong?>("--slots") { Description = "Go on by so many slots." };
        var slot = new Option<ulong?>("--slot") { Description = "Go on to this slot." };
        var task = new Option<string?>("--task") { Description = "Go on to where this task's next window or round begins." };
        var to = new Option<string?>("--to") { Description = "With --task: 'window' or 'round'. Default window." };
        var command = caller.Command(
            "warp",
            "Let slots pass at once, without blocks.",
            "pond_warp",
            parsed => [Fields(
                ("slots", parsed.GetValue(slots)), ("slot", parsed.GetValue(slot)), ("task", parsed.GetValue(task)), ("to", parsed.GetValue(to)))]);
        command.Add(slots);
        command.Add(slot);
        command.Add(task);
        command.Add(to);
        return command;
    }

    private static Command Mine(PowerCaller caller)
    {
        var slots = new Option<ulong>("--slots") { Description = "How many slots to seal, one block each.", DefaultValueFactory = _ => 1 };
        var command = caller.Command("mine", "Seal the open slot now.", "pond_mine", parsed => [parsed.GetValue(slots)]);
        command.Add(slots);
        return command;
    }

    private static Command Revert(PowerCaller caller)
    {
        var snapshot = new Argument<ulong>("snapshot") { Description = "The number that 'snapshot' gave." };
        var command = caller.Command(
            "revert", "Make all accounts what they were. Slots and blocks go on.", "pond_revert", parsed => [parsed.GetValue(snapshot)]);
        command.Add(snapshot);
        return command;
    }

    private static Command SetAccount(PowerCaller caller)
    {
        var account = AccountArgument();
        var lamports = new Option<ulong?>("--lamports") { Description = "What it holds." };
        var owner = new Option<string?>("--owner") { Description = "The program that owns it. Default the System program." };
        var data = new Option<string?>("--account-data") { Description = "Its data, in base64. Default none." };
        var remove = new Option<bool>("--remove") { Description = "Remove the account." };
        var command = caller.Command(
            "set-account",
            "Put an account in the place of what is at an address. Lamports made or destroyed are counted.",
            "pond_setAccount",
            parsed =>
            [
                parsed.GetValue(account),
                parsed.GetValue(remove)
                    ? null
                    : Fields(("lamports", parsed.GetValue(lamports)), ("owner", parsed.GetValue(owner)), ("data", parsed.GetValue(data))),
            ]);
        command.Add(account);
        command.Add(lamports);
        command.Add(owner);
        command.Add(data);
        command.Add(remove);
        return command;
    }

    private static Command Impersonate(PowerCaller caller)
    {
        var account = AccountArgument();
        var stop = new Option<bool>("--stop") { Description = "Look at its signatures again." };
        var command = caller.Command(
            "impersonate",
            "Don't look at an account's signatures any more.",
            "pond_impersonate",
            parsed => [parsed.GetValue(account), !parsed.GetValue(stop)]);
        command.Add(account);
        command.Add(stop);
        return command;
    }

    private static Command Fault(PowerCaller caller)
    {
        var transactions = new Option<ulong?>("--fail-transactions") { Description = "Let so many of the next transactions fail; 0 for none." };
        var method = new Option<string?>("--method") { Description = "The RPC method that is delayed or refused; '*' for all." };
        var delay = new Option<ulong?>("--delay-ms") { Description = "How long its calls wait, in milliseconds." };
        var refuse = new Option<bool>("--refuse") { Description = "Answer its calls as an overloaded node does." };
        var count = new Option<ulong?>("--count") { Description = "To how many calls that happens. Default to all." };
        var clear = new Option<bool>("--clear") { Description = "End all faults." };
        var command = caller.Command(
            "fault",
            "Let transactions fail, and calls be slow or refused.",
            "pond_fault",
            parsed => parsed.GetValue(clear)
                ? []
                : [Fields(
                    ("transactions", parsed.GetValue(transactions)),
                    ("method", parsed.GetValue(method)),
                    ("delayMs", parsed.GetValue(delay)),
                    ("refuse", parsed.GetValue(refuse)),
                    ("count", parsed.GetValue(count)))]);
        command.Add(transactions);
        command.Add(method);
        command.Add(delay);
        command.Add(refuse);
        command.Add(count);
        command.Add(clear);
        return command;
    }

    private static Argument<string> AccountArgument() => new("account") { Description = "The account's address." };

    private static Dictionary<string, object> Fields(params (string Name, object? Value)[] fields) =>
        fields.Where(field => field.Value is not null).ToDictionary(field => field.Name, field => field.Value!, StringComparer.Ordinal);
}
