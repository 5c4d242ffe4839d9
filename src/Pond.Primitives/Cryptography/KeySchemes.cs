using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Primitives.Tasks;

namespace Pond.Primitives.Cryptography;

/// <summary>The keys of one seed phrase: the main key by each wallet's scheme, and the keys of each task.</summary>
public static class KeySchemes
{
    private const uint Bip44 = 44;
    private const uint Solana = 501;
    private const uint StakingAccount = 99;
    private const uint IdentityAccount = 98;

    /// <summary>All schemes, in the order in which they are shown.</summary>
    public static readonly ImmutableArray<KeyScheme> All = [KeyScheme.Koii, KeyScheme.Cli, KeyScheme.Phantom, KeyScheme.Staking, KeyScheme.TokenStaking];

    /// <summary>A scheme's name in commands and files.</summary>
    public static string NameOf(KeyScheme scheme) => scheme switch
    {
        KeyScheme.Koii => "koii",
        KeyScheme.Cli => "cli",
        KeyScheme.Phantom => "phantom",
        KeyScheme.Staking => "staking",
        KeyScheme.TokenStaking => "kpl-staking",
        _ => throw new ArgumentOutOfRangeException(nameof(scheme)),
    };

    /// <summary>The scheme of that name; false if there is none.</summary>
    public static bool TryParse(string? name, out KeyScheme scheme)
    {
        scheme = All.FirstOrDefault(each => string.Equals(NameOf(each), name, StringComparison.OrdinalIgnoreCase));
        return scheme is not KeyScheme.None;
    }

    /// <summary>The path of a scheme; null for the one that has none.</summary>
    public static DerivationPath? PathOf(KeyScheme scheme) => scheme switch
    {
        KeyScheme.Koii => new(Bip44, Solana, 0),
        KeyScheme.Cli => null,
        KeyScheme.Phantom => new(Bip44, Solana, 0, 0),
        KeyScheme.Staking => new(Bip44, Solana, StakingAccount, 0),
        KeyScheme.TokenStaking => new(Bip44, Solana, StakingAccount, 1),
        _ => throw new ArgumentOutOfRangeException(nameof(scheme)),
    };

    /// <summary>The key that a scheme makes of a seed.</summary>
    /// <param name="seed">The 64 bytes of a <see cref="Mnemonic"/>.</param>
    /// <param name="scheme">The scheme.</param>
    public static Keypair Derive(ReadOnlySpan<byte> seed, KeyScheme scheme) =>
        PathOf(scheme) is { } path ? SeedKeys.Derive(seed, path) : Keypair.FromSeed(seed[..Keypair.SeedSizeBytes]);

    /// <summary>Where a task's own staking key is: <c>m/44'/501'/99'/i'</c>, i the first 31 bits of SHA-256(<c>KOII</c> or <c>KPL</c>, task's id).</summary>
    public static DerivationPath StakingPathOf(TaskKind kind, Pubkey task) => new(Bip44, Solana, StakingAccount, IndexOf(kind, task));

    /// <summary>Where the key is with which a task signs its statements: <c>m/44'/501'/98'/i'</c>, i as for its staking key.</summary>
    public static DerivationPath IdentityPathOf(TaskKind kind, Pubkey task) => new(Bip44, Solana, IdentityAccount, IndexOf(kind, task));

    private static uint IndexOf(TaskKind kind, Pubkey task)
    {
        Span<byte> id = stackalloc byte[Pubkey.SizeBytes];
        task.CopyTo(id);
        return BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. kind is TaskKind.Token ? "KPL"u8 : "KOII"u8, .. id])) >> 1;
    }
}
