using System.CommandLine;
using Pond.Cli.Bench.Consensus;
using Pond.Cli.Terminal;

namespace Pond.Cli.Bench;

/// <summary><c>pond bench</c>: what Pond reaches on this machine, beside what the machine does without it.</summary>
internal static class BenchCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider) =>
        new("bench", "Measure Pond against the bare machine, both in one run.") 
        {
            StoreBenchCommand.Create(terminals, timeProvider),
            LedgerBenchCommand.Create(terminals, timeProvider),
            SoakBenchCommand.Create(terminals, timeProvider),
            PubSubBenchCommand.Create(terminals, timeProvider),
            PubSubBenchCommand.CreateListeners(terminals, timeProvider),
            BareServer.CreateCommand(),
            NodeBenchCommand.Create(terminals, timeProvider),
            TasksBenchCommand.Create(terminals, timeProvider),
            ConsensusBenchCommand.Create(terminals),
            SimBenchCommand.Create(terminals, timeProvider),
        };
}
