using System.CommandLine;
using System.Runtime.InteropServices;
using Pond.Cli.Bench;
using Pond.Cli.Commands;
using Pond.Cli.Keys;
using Pond.Cli.Ledger;
using Pond.Cli.LocalNetworks;
using Pond.Cli.Nodes;
using Pond.Cli.Store;
using Pond.Cli.Tasks;
using Pond.Cli.Terminal;
using Spectre.Console;

namespace Pond.Cli;

/// <summary>The command line: its tree of commands, and what all of them do alike on errors and interruption.</summary>
public static class PondCommand
{
    /// <summary>Runs one command line.</summary>
    /// <param name="args">The words after <c>pond</c>.</param>
    /// <param name="terminals">Where it writes.</param>
    /// <param name="timeProvider">The clock for everything that waits or measures.</param>
    /// <returns>An <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, Terminals terminals, TimeProvider timeProvider)
    {
        // Ours instead of the library's, which kills the process two seconds after the signal: a network of nodes first
        // puts away its children and its data.
        using var stopping = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);

        var parsed = Build(terminals, timeProvider).Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
            {
                terminals.Error.WriteLine($"error usage: {error.Message}");
            }

            terminals.Error.WriteLine($"      {HintFor(parsed.CommandResult.Command)}");
            return ExitCode.Usage;
        }

        try
        {
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, stopping.Token);
        }
        catch (Exception exception)
        {
            return ErrorReport.Write(terminals.Error, exception);
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    // What one can say next: a group's commands, or where a command is explained.
    private static string HintFor(Command command)
    {
        var name = string.Join(' ', PathOf(command));
        return command.Subcommands.Count > 0
            ? $"'{name}' is followed by one of: {string.Join(", ", command.Subcommands.Where(each => !each.Hidden).Select(each => each.Name))}. '{name} --help' explains them."
            : $"'{name} --help' explains it, 'pond --help' lists all commands.";
    }

    private static IEnumerable<string> PathOf(Command command) =>
        command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? PathOf(parent).Append(command.Name) : ["pond"];

    private static RootCommand Build(Terminals terminals, TimeProvider timeProvider) =>
        new("Pond runs tasks on other people's computers, checks the results and pays only honest work.")
        {
            UpCommand.Create(terminals, timeProvider),
            DownCommand.Create(terminals, timeProvider),
            TaskCommand.Create(terminals, timeProvider),
            NodeCommand.Create(terminals, timeProvider),
            KeyCommand.Create(terminals, timeProvider),
            DemoCommand.Create(terminals, timeProvider),
            SearchCommand.Create(terminals),
            LedgerCommand.Create(terminals, timeProvider),
            StoreCommand.Create(terminals, timeProvider),
            BenchCommand.Create(terminals, timeProvider),
        };
}
