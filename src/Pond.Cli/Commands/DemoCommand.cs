using System.CommandLine;
using System.Text.Json;
using Pond.Cli.Demo;
using Pond.Cli.Terminal;
using Pond.Contracts.Json;

namespace Pond.Cli.Commands;

/// <summary><c>pond demo</c>: a whole network on this machine.</summary>
internal static class DemoCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var defaults = new DemoOptions();
        var folder = new Argument<string?>("folder")
        {
            Description = "A folder of text, Markdown, HTML or XML files to index. Default: the API documentation of the .NET SDK.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        folder.Validators.Add(result =>
        {
            // The parser takes an option that it does not know for the folder's name.
            if (result.Tokens is [{ Value: ['-', ..] value }])
            {
                result.AddError($"There is no option '{value}'. A folder of that name is './{value}'.");
            }
        });
        var nodes = new Option<int>("--nodes") { Description = "How many nodes there are.", DefaultValueFactory = _ => defaults.Nodes };
        var cheaters = new Option<int>("--cheaters")
        {
            Description = "How many of them alter what they index; fewer than half.",
            DefaultValueFactory = _ => defaults.Cheaters,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Over how many rounds the documents are spread.",
            DefaultValueFactory = _ => defaults.Rounds,
        };
        var slot = new Option<int>("--slot-ms")
        {
            Description = "The length of a slot in milliseconds.",
            DefaultValueFactory = _ => (int)defaults.SlotDuration.TotalMilliseconds,
        };
        var port = new Option<int>("--rpc-port")
        {
            Description = "The port of the ledger's RPC; 0 for any free one.",
            DefaultValueFactory = _ => defaults.RpcPort,
        };
        var noVerify = new Option<bool>("--no-verify") { Description = "Don't compare the merged index with a single process's." };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON; progress goes to stderr." };
        var command = new Command(
            "demo",
            "Run a network on this machine that indexes documents, audits itself, slashes a cheater and pays the honest.")
        {
            folder, nodes, cheaters, rounds, slot, port, noVerify, json,
        };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminals,
            timeProvider,
            new DemoOptions
            {
                Folder = parsed.GetValue(folder),
                Nodes = parsed.GetValue(nodes),
                Cheaters = parsed.GetValue(cheaters),
                Rounds = parsed.GetValue(rounds),
                SlotDuration = TimeSpan.FromMilliseconds(parsed.GetValue(slot)),
                RpcPort = parsed.GetValue(port),
                Verify = !parsed.GetValue(noVerify),
            },
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminals terminals, TimeProvider timeProvider, DemoOptions options, bool json, CancellationToken cancellationToken)
    {
        // With --json stdout carries the report alone.
        var console = json ? terminals.Error : terminals.Out;
        IDemoView view = console.Profile.Out.IsTerminal && !json ? new LiveDemoView(console) : new PlainDemoView(console);
        DemoReport report;
        try
        {
            report = await new DemoRun(options, view, timeProvider).RunAsync(cancellationToken);
        }
        finally
        {
            view.Close();
        }

        if (json)
        {
            terminals.Out.Profile.Out.Writer.WriteLine(JsonSerializer.Serialize(report, PondJson.Options));
        }
        else
        {
            DemoReportView.Write(console, report);
        }

        return report.Ok ? ExitCode.Ok : ExitCode.CheckFailed;
    }
}
