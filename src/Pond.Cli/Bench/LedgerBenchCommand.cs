using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench ledger</c></summary>
internal static class LedgerBenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var json = StoreCommand.JsonOption();
        var transfers = new Option<int>("--transfers") { Description = "How many transfers.", DefaultValueFactory = _ => 200_000 };
        var requests = new Option<int>("--requests") { Description = "How many reading requests of each kind.", DefaultValueFactory = _ => 200_000 };
        var accounts = new Option<int>("--accounts") { Description = "How many accounts for the memory and the start.", DefaultValueFactory = _ => 1_000_000 };
        var subscribers = new Option<int>("--subscribers") { Description = "How many sockets subscribe to slots.", DefaultValueFactory = _ => 10_000 };
        var command = new Command("ledger", "Measure transfers and RPC against bare signature checks and a bare web server.")
        {
            json, transfers, requests, accounts, subscribers,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (parsed.GetValue(transfers) is < 100 or > 2_000_000
                || parsed.GetValue(requests) is < 100 or > 10_000_000
                || parsed.GetValue(accounts) is < 100 or > 10_000_000
                || parsed.GetValue(subscribers) is < 1 or > 15_000)
            {
                throw new PondException(
                    "option-out-of-range",
                    "The counts are not possible.",
                    "Choose --transfers from 100 to 2000000, --requests and --accounts from 100 to 10000000, --subscribers from 1 to 15000.");
            }

            var bench = new LedgerBench(timeProvider, line => StoreOutput.Notice(terminals, line));
            var rows = await bench.RunAsync(
                parsed.GetValue(transfers), parsed.GetValue(requests), parsed.GetValue(accounts), parsed.GetValue(subscribers), cancellationToken);
            return BenchView.Show(terminals, rows, "bare machine", parsed.GetValue(json));
        });
        return command;
    }
}
