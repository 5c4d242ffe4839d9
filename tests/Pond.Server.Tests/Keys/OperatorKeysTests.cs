using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;
using Pond.Server.Nodes;
using Pond.Testing;

namespace Pond.Server.Tests.Keys;

public sealed class OperatorKeysTests
{
    private static readonly OperatorKeys OfPhrase = OperatorKeys.Of(Mnemonic.FromEntropy(new byte[16]), "", KeyScheme.Koii);
    private static readonly Keypair Plain = Keypair.FromSeed(new byte[32]);

    [Fact]
    public void Each_task_has_a_staking_key_of_its_own_and_an_identity_that_owns_nothing()
    {
        var (first, second) = (Task("first"), Task("second"));

        var keys = new[]
        {
            OfPhrase.StakingKeyOf(first), OfPhrase.StakingKeyOf(second), OfPhrase.IdentityKeyOf(TaskKind.Koii, first.Task),
            OfPhrase.IdentityKeyOf(TaskKind.Koii, second.Task), OfPhrase.Main, OfPhrase.StakingKeyOf(first with { Token = Plain.PublicKey }),
        };

        Assert.Equal(keys.Length, keys.Select(key => key.PublicKey).Distinct().Count());
    }

    [Fact]
    public void The_old_shared_key_goes_on_where_it_has_something_and_nowhere_else()
    {
        var shared = OfPhrase.AllStakingKeysOf(Task("first"))[1];
        Assert.Equal(KeySchemes.Derive(Mnemonic.FromEntropy(new byte[16]).ToSeed(""), KeyScheme.Staking).PublicKey, shared.PublicKey);
        var staked = Task("first") with { Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(shared.PublicKey, new(1)) };
        var paid = Task("first") with { AvailableBalances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(shared.PublicKey, new(1)) };

        Assert.Equal(shared.PublicKey, OfPhrase.StakingKeyOf(staked).PublicKey);
        Assert.Equal(shared.PublicKey, OfPhrase.StakingKeyOf(paid).PublicKey);
        Assert.NotEqual(shared.PublicKey, OfPhrase.StakingKeyOf(Task("first")).PublicKey);
        Assert.NotEqual(shared.PublicKey, OfPhrase.StakingKeyOf(staked with { Token = Plain.PublicKey }).PublicKey);
    }

    [Fact]
    public void A_key_file_of_an_older_node_counts_before_the_phrases_own_shared_key()
    {
        var keys = OfPhrase.WithShared(TaskKind.Koii, Plain);
        var staked = Task("first") with { Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(Plain.PublicKey, new(1)) };

        Assert.Equal(Plain.PublicKey, keys.StakingKeyOf(staked).PublicKey);
        Assert.Equal(3, keys.AllStakingKeysOf(staked).Length);
    }

    [Fact]
    public void A_main_key_without_a_phrase_has_the_keys_that_it_had_before()
    {
        var keys = OperatorKeys.Of(Plain);
        var task = Task("first");

        Assert.Equal(StakingKeys.Of(Plain, task.Task).PublicKey, keys.StakingKeyOf(task).PublicKey);
        Assert.NotEqual(keys.StakingKeyOf(task).PublicKey, keys.IdentityKeyOf(TaskKind.Koii, task.Task).PublicKey);
    }

    private static TaskInfo Task(string name) => TaskFacts.Named(name);
}
