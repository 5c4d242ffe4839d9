using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Server.LocalNetworks;

/// <summary>A token in a genesis file, with those who hold it.</summary>
public sealed record PlannedMint
{
    /// <summary>The mint's address.</summary>
    public required string Address { get; init; }

    /// <summary>How many digits a whole token has after the point.</summary>
    public byte Decimals { get; init; } = 9;

    /// <summary>Who may make more of it; null for nobody.</summary>
    public string? Authority { get; init; }

    /// <summary>Who may freeze accounts of it; null for nobody.</summary>
    public string? FreezeAuthority { get; init; }

    /// <summary>Wallets, and how much each holds in its associated token account, in the token's smallest unit.</summary>
    public ImmutableSortedDictionary<string, ulong> Balances { get; init; } = ImmutableSortedDictionary.Create<string, ulong>(StringComparer.Ordinal);

    /// <summary>The mint's account, and one for each of its holders.</summary>
    /// <param name="parse">Reads an address, or says which one is none.</param>
    /// <exception cref="ArgumentException">There would be more of it than fits into 64 bits.</exception>
    internal IEnumerable<(Pubkey Key, Account Account)> Accounts(Func<string, Pubkey> parse)
    {
        var mint = parse(Address);
        var supply = Balances.Values.Aggregate(UInt128.Zero, (sum, amount) => sum + amount);
        if (supply > ulong.MaxValue)
        {
            throw new ArgumentException($"There would be {supply} units of {mint}; at most {ulong.MaxValue} fit.", nameof(parse));
        }

        var data = new byte[Mint.SizeBytes];
        new Mint
        {
            MintAuthority = Authority is null ? null : parse(Authority),
            Supply = (ulong)supply,
            Decimals = Decimals,
            IsInitialized = true,
            FreezeAuthority = FreezeAuthority is null ? null : parse(FreezeAuthority),
        }.WriteTo(data);
        yield return (mint, OfToken(data));
        foreach (var (holder, amount) in Balances)
        {
            var owner = parse(holder);
            data = new byte[TokenAccount.SizeBytes];
            new TokenAccount { Mint = mint, Owner = owner, Amount = amount, State = TokenAccountState.Initialized }.WriteTo(data);
            yield return (AssociatedTokenInstruction.Find(owner, mint).Address, OfToken(data));
        }
    }

    private static Account OfToken(byte[] data) => new(Rent.MinimumFor((ulong)data.Length), ProgramIds.Token, [.. data], IsExecutable: false);
}
