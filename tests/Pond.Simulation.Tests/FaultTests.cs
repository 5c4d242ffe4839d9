using Pond.Simulation.Disk;
using Pond.Simulation.Network;

namespace Pond.Simulation.Tests;

public sealed class FaultTests
{
    [Fact]
    public void A_ledger_that_loses_its_power_loses_nothing_that_was_confirmed()
    {
        var result = TaskSimulation.Run<HashTask>(
            new SimulationOptions().Nodes(5).Rounds(6).Seed(3).Signatures(Ledger.SignatureKind.KeyedHash)
                .Disk(new DiskConditions { PowerCutsPerThousandBlocks = 40, FailuresPerThousandBlocks = 20 })).AssertHolds();

        Assert.NotEqual(0, result.Ledger.Crashes);
        Assert.True(result.IsReplayed);
        Assert.All(result.Rounds, round => Assert.True(round.IsSettled || round.Submissions == 0));
    }

    [Fact]
    public void A_bad_network_delays_and_breaks_nothing()
    {
        var result = TaskSimulation.Run<HashTask>(
            new SimulationOptions().Nodes(7).Rounds(6).Seed(5).Signatures(Ledger.SignatureKind.KeyedHash)
                .Network(new NetworkConditions { LossPerThousand = 50, DuplicationPerThousand = 50, PartitionPercent = 20 })).AssertHolds();

        Assert.NotEqual(0, result.Messages.Lost);
        Assert.All(result.Rounds, round => Assert.True(round.IsSettled || round.Submissions == 0));
    }

    [Fact]
    public void More_nodes_than_are_signed_for_are_simulated_with_keyed_hashes_and_it_is_said()
    {
        var result = TaskSimulation.Run<HashTask>(new SimulationOptions().Nodes(65).Rounds(1)).AssertHonestWins();

        Assert.False(result.HasRealSignatures);
        Assert.Equal(65, result.Rounds[0].Accepted);
    }
}
