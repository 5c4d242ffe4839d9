using System.Collections.Immutable;
using Pond.Simulation.Attacks;

namespace Pond.Simulation.Tests;

public sealed class TaskAttackTests
{
    private static readonly ImmutableSortedDictionary<string, Type> NoCheats = ImmutableSortedDictionary.Create<string, Type>(StringComparer.Ordinal);

    [Fact]
    public void A_task_that_audits_nothing_is_broken_by_one_liar_in_one_round()
    {
        var found = new TaskAttack(typeof(FlawedHashTask), NoCheats, static () => new SimulationOptions()).Search(1, static () => false);

        Assert.NotNull(found);
        Assert.Equal("lie-paid", found.Break.Kind);
        Assert.Equal("liar=1", found.Scenario);
        Assert.Equal(1, found.Rounds);
        Assert.Equal("--nodes 4 --rounds 1 --scenario liar=1 --seed 1", found.Options);
    }

    [Fact]
    public void A_sound_task_is_not_broken_by_any_of_the_mixes()
    {
        var played = 0;
        var attack = new TaskAttack(typeof(HashTask), NoCheats, static () => new SimulationOptions().Signatures(Ledger.SignatureKind.KeyedHash));

        var found = attack.Search(1, () => played++ >= 21);

        Assert.True(found is null, found?.Break.Message + " " + found?.Options);
        Assert.True(attack.FreeRides["lazy"] > 0);
    }
}
