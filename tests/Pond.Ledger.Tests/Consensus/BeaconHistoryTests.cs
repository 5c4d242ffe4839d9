using System.Collections.Immutable;
using System.Diagnostics;
using Pond.Ledger.Consensus;
using Pond.Primitives.Tasks;

namespace Pond.Ledger.Tests.Consensus;

public sealed class BeaconHistoryTests
{
    [Fact]
    public void What_is_needed_is_kept_and_asking_for_the_rest_is_an_error_and_not_another_beacon()
    {
        var beacons = new BeaconHistory();
        foreach (var slot in new byte[] { 0, 1, 4, 5, 9 })
        {
            beacons.Add(new(slot), [slot]);
        }

        beacons.Trim([new(2)]);

        Assert.Equal(2, beacons.Count);
        Assert.Equal(4, Assert.Single(beacons.FirstAfter(new(1))!.Value));
        Assert.Equal(4, Assert.Single(beacons.FirstAfter(new(3))!.Value));
        Assert.Throws<UnreachableException>(() => beacons.FirstAfter(new(0)));
        Assert.Throws<UnreachableException>(() => beacons.FirstAfter(new(4)));
        Assert.Equal(9, Assert.Single(beacons.FirstAfter(new(8))!.Value));
        Assert.Null(beacons.FirstAfter(new(9)));
    }

    [Fact]
    public void The_history_does_not_grow_and_an_old_round_can_still_be_paid()
    {
        var ledger = RoundScenarioTests.AuditedRound(4);
        var judged = ledger.Round(new(1)).Outcomes.Count;
        var slot = ledger.Bank.Slot;
        for (var block = 1; block <= 2 * BeaconHistory.BlocksPerTrim; block++)
        {
            _ = ledger.Bank.Seal(proof: null, Beacon(block), slot + (ulong)block);
        }

        Assert.InRange(ledger.Bank.BeaconCount, 1, BeaconHistory.BlocksPerTrim + 20);
        Assert.True(ledger.Payout(new(1)).IsSuccess);
        Assert.Equal(4, judged);
        Assert.True(ledger.Round(new(1)).IsSettled);
        Assert.Equal(4, ledger.Round(new(1)).Outcomes.Count(pair => pair.Value is SubmissionOutcome.Accepted));
        ledger.Bank.VerifyConservation();
    }

    private static ImmutableArray<byte> Beacon(int block) => [.. System.Security.Cryptography.SHA512.HashData(BitConverter.GetBytes(block))];
}
