using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;

namespace Pond.Server.Keys;

/// <summary>All keys of one operator: the main key, and for each task a staking key and an identity key of its own.</summary>
/// <remarks>They follow from one secret, a seed phrase or the main key itself, so that none of them needs a backup.</remarks>
public sealed class OperatorKeys
{
    private readonly byte[]? _seed;
    private readonly ImmutableArray<Keypair> _shared;
    private readonly ImmutableArray<Keypair> _sharedToken;

    private OperatorKeys(Keypair main, byte[]? seed, ImmutableArray<Keypair> shared, ImmutableArray<Keypair> sharedToken)
    {
        Main = main;
        _seed = seed;
        _shared = shared;
        _sharedToken = sharedToken;
    }

    /// <summary>The main key: it pays fees and stake, and gets what is claimed. It never leaves the node.</summary>
    public Keypair Main { get; }

    /// <summary>Whether a seed phrase gives all keys.</summary>
    public bool IsOfPhrase => _seed is not null;

    /// <summary>The keys of a seed phrase.</summary>
    /// <param name="phrase">The words.</param>
    /// <param name="passphrase">The further secret that is part of the phrase; empty for none.</param>
    /// <param name="scheme">How the main key is made.</param>
    public static OperatorKeys Of(Mnemonic phrase, string passphrase, KeyScheme scheme)
    {
        ArgumentNullException.ThrowIfNull(phrase);
        var seed = phrase.ToSeed(passphrase);
        return new(
            KeySchemes.Derive(seed, scheme), seed, [KeySchemes.Derive(seed, KeyScheme.Staking)], [KeySchemes.Derive(seed, KeyScheme.TokenStaking)]);
    }

    /// <summary>The keys of a main key that has no phrase, such as that of an <c>id.json</c>.</summary>
    public static OperatorKeys Of(Keypair main) => new(main, seed: null, [], []);

    /// <summary>These keys, and one that the tasks of an older node have shared.</summary>
    /// <param name="kind">Which tasks.</param>
    /// <param name="shared">The key; null for none.</param>
    public OperatorKeys WithShared(TaskKind kind, Keypair? shared) =>
        shared is null ? this
        : kind is TaskKind.Token ? new(Main, _seed, _shared, [shared, .. _sharedToken])
        : new(Main, _seed, [shared, .. _shared], _sharedToken);

    /// <summary>
    /// The key to take part in a task with: the task's own, but an old shared one where that has a stake already, or something to claim.
    /// </summary>
    public Keypair StakingKeyOf(TaskInfo task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return AllStakingKeysOf(task).FirstOrDefault(key => Holds(task, key.PublicKey), OwnStakingKeyOf(task));
    }

    /// <summary>All keys under which the operator can have something on a task: its own first, then the shared ones.</summary>
    public ImmutableArray<Keypair> AllStakingKeysOf(TaskInfo task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return [OwnStakingKeyOf(task), .. task.Token is null ? _shared : _sharedToken];
    }

    /// <summary>The staking key of that address; null if this operator has none such for the task.</summary>
    public Keypair? Find(Pubkey task, Pubkey stakingKey) =>
        new[] { OwnStakingKeyOf(TaskKind.Koii, task), OwnStakingKeyOf(TaskKind.Token, task) }.Concat(_shared).Concat(_sharedToken)
            .FirstOrDefault(key => key.PublicKey == stakingKey);

    /// <summary>The key with which a task's statements are signed: it owns nothing, so that no statement can move money.</summary>
    public Keypair IdentityKeyOf(TaskKind kind, Pubkey task) =>
        _seed is null ? Keypair.FromSeed(SHA256.HashData(Main.Sign(Encoding.ASCII.GetBytes($"pond identity key {task}")).ToArray()))
        : SeedKeys.Derive(_seed, KeySchemes.IdentityPathOf(kind, task));

    /// <summary>A task's own staking key.</summary>
    public Keypair OwnStakingKeyOf(TaskKind kind, Pubkey task) =>
        _seed is null ? StakingKeys.Of(Main, task) : SeedKeys.Derive(_seed, KeySchemes.StakingPathOf(kind, task));

    /// <summary>The main key's address; never a secret.</summary>
    public override string ToString() => Main.ToString();

    private static bool Holds(TaskInfo task, Pubkey key) => task.Stakes.ContainsKey(key) || task.AvailableBalances.ContainsKey(key);

    private Keypair OwnStakingKeyOf(TaskInfo task) => OwnStakingKeyOf(task.Token is null ? TaskKind.Koii : TaskKind.Token, task.Task);
}
