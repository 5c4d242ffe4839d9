using System.CommandLine;
using Pond.Cli.Store;
using Pond.Cli.Terminal;

namespace Pond.Cli.Bench.Consensus;

/// <summary><c>pond bench consensus</c></summary>
internal static class ConsensusBenchCommand
{
    internal static Command Create(Terminals terminals)
    {
        var json = StoreCommand.JsonOption();
        var quick = new Option<bool>("--quick") { Description = "Fewer rounds: seconds instead of minutes." };
        var seed = new Option<ulong>("--seed") { Description = "Decides all draws; the same seed gives the same figures.", DefaultValueFactory = _ => 1 };
        var command = new Command("consensus", "Compute and play how safe the audits are, beside the rule of Koii's clients.") { json, quick, seed };
        command.SetAction((parsed, cancellationToken) =>
        {
            var bench = new ConsensusBench(
                parsed.GetValue(quick) ? ConsensusBenchSize.Quick : ConsensusBenchSize.Full,
                parsed.GetValue(seed),
                line => StoreOutput.Notice(terminals, line));
            return Task.FromResult(BenchView.Show(terminals, bench.Run(cancellationToken), "Koii's rule", parsed.GetValue(json)));
        });
        return command;
    }
}
