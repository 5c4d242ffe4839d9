using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Differential;

/// <summary>A small set of addresses, and random transactions between them. The same seed makes the same transactions.</summary>
/// <remarks>
/// The transactions are made from what the bank holds, so that many succeed, and then some are broken. Nobody checks signatures, so an
/// address needs no key.
/// </remarks>
public sealed partial class World
{
    /// <summary>How many transactions a world is good for: after that its accounts are in a state that few others reach.</summary>
    public const int TransactionsPerWorld = 250;

    /// <summary>After how many the block is sealed.</summary>
    public const int TransactionsPerBlock = 20;

    private readonly DeterministicRandom _random;
    private readonly LedgerSide _ledger;
    private readonly Pubkey _payer;
    private readonly ImmutableArray<Pubkey> _wallets;
    private readonly ImmutableArray<Pubkey> _mints;
    private readonly ImmutableArray<Pubkey> _accounts;
    private readonly ImmutableArray<Pubkey> _multisigs;
    private readonly ImmutableArray<Pubkey> _nonces;
    private readonly HashSet<string> _sent = new(StringComparer.Ordinal);

    /// <summary>Makes the world of a seed.</summary>
    public World(ulong seed)
    {
        _random = DeterministicRandom.ForStream(seed, "differential");
        _payer = Keys(seed, "payer", 1)[0];
        _wallets = Keys(seed, "wallet", 5);
        _nonces = Keys(seed, "nonce", 2);
        _mints = [.. Keys(seed, "mint", 3), ProgramIds.NativeMint];
        _multisigs = Keys(seed, "multisig", 2);
        _accounts = [.. Keys(seed, "account", 8), .. _wallets.Take(2).SelectMany(wallet => _mints.Select(mint => AssociatedTokenInstruction.Find(wallet, mint).Address))];
        Balances = [(_payer, Lamports.FromKoii(1_000)), .. _wallets.Select(wallet => (wallet, Lamports.FromKoii(2)))];
        _ledger = new(Balances);
    }

    /// <summary>What the wallets begin with.</summary>
    public ImmutableArray<(Pubkey Key, Lamports Balance)> Balances { get; }

    /// <summary>The bank in which the transactions run.</summary>
    public Bank Bank => _ledger.Bank;

    /// <summary>Seals the block. From then on nonces can be advanced once more.</summary>
    public void Seal() => _ledger.Seal();

    /// <summary>Makes the next transaction and runs it.</summary>
    public (Message Message, Outcome Outcome) Next()
    {
        while (true)
        {
            var instructions = new List<Instruction>();
            var count = _random.Chance(1, 4) ? 2 : 1;
            while (instructions.Count < count)
            {
                instructions.AddRange(NextMove());
            }

            ImmutableArray<Instruction> broken = [.. instructions.Select(Break)];
            if (broken.Any(IsTooLargeForOne))
            {
                continue;
            }

            var message = Message.Compile(_payer, Bank.LatestBlock.Hash, broken);
            // A second one with the same bytes would not run at all.
            if (message.Serialize() is var bytes && bytes.Length < 1_000 && _sent.Add(Convert.ToBase64String(SHA256.HashData(bytes))))
            {
                return (message, _ledger.Run(message));
            }
        }
    }

    private static ImmutableArray<Pubkey> Keys(ulong seed, string name, int count) =>
    [
        .. Enumerable.Range(0, count).Select(index => new Pubkey(SHA256.HashData(
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed} {name} {index}"))))),
    ];

    private IEnumerable<Instruction> NextMove() => _random.NextBelow(12) switch
    {
        0 or 1 => [NextSystemMove()],
        2 or 3 => NextBeginning(),
        4 => [NextAssociatedMove()],
        5 or 6 => NextNonceMove(),
        _ => [NextTokenMove()],
    };

    /// <summary>Leaves most instructions alone and spoils the others.</summary>
    private Instruction Break(Instruction instruction)
    {
        if (!_random.Chance(1, 5) || instruction.Accounts.IsEmpty)
        {
            return instruction;
        }

        var index = _random.NextBelow(instruction.Accounts.Length);
        var meta = instruction.Accounts[index];
        return _random.NextBelow(7) switch
        {
            0 or 1 => instruction with { Accounts = instruction.Accounts.SetItem(index, meta with { IsSigner = false }) },
            2 => instruction with { Accounts = instruction.Accounts.SetItem(index, meta with { IsWritable = false }) },
            3 => instruction with { Accounts = instruction.Accounts.SetItem(index, meta with { Key = AnyKey() }) },
            4 => instruction with { Accounts = instruction.Accounts.RemoveAt(index) },
            5 => instruction with { Accounts = instruction.Accounts.Add(new(AnyKey(), _random.Chance(1, 2), _random.Chance(1, 2))) },
            _ => instruction with { Data = BreakData(instruction.Data) },
        };
    }

    private ImmutableArray<byte> BreakData(ImmutableArray<byte> data) => _random.NextBelow(3) switch
    {
        0 => [.. data, (byte)_random.NextBelow(256)],
        1 when data.Length > 0 => data[..^1],
        // The first byte says which instruction: another one would often make a token call of what is none.
        _ when data.Length > 1 => data.SetItem(1 + _random.NextBelow(data.Length - 1), (byte)_random.NextBelow(256)),
        _ => data,
    };

    private Pubkey AnyKey() => _random.NextBelow(12) switch
    {
        0 or 1 or 2 => Pick(_wallets),
        3 or 4 => Pick(_mints),
        5 => Pick(_multisigs),
        6 => ProgramIds.Rent,
        7 => Pick(_nonces),
        _ => Pick(_accounts),
    };

    // One that is not in use yet, mostly.
    private Pubkey Fresh(ImmutableArray<Pubkey> keys)
    {
        ImmutableArray<Pubkey> fresh = [.. keys.Where(key => Bank.GetAccount(key) is null)];
        return fresh.IsEmpty || _random.Chance(1, 6) ? Pick(keys) : Pick(fresh);
    }

    // One that is in use, mostly.
    private Pubkey Used(ImmutableArray<Pubkey> keys)
    {
        ImmutableArray<Pubkey> used = [.. keys.Where(key => Bank.GetAccount(key) is { } account && !account.Data.IsEmpty)];
        return used.IsEmpty || _random.Chance(1, 20) ? Pick(keys) : Pick(used);
    }

    private T Pick<T>(ImmutableArray<T> items) => items[_random.NextBelow(items.Length)];

    private ulong Amount(ulong have) => _random.NextBelow(8) switch
    {
        0 => 0,
        1 => have,
        2 => unchecked(have + 1),
        3 => ulong.MaxValue - _random.NextBelow(2UL),
        _ => _random.NextBelow(Math.Max(have, 1)),
    };

    private TokenAccount? TokenAccountAt(Pubkey key) =>
        Bank.GetAccount(key) is { } account && account.Owner == ProgramIds.Token && TokenAccount.TryParse(account.Data.AsSpan(), out var state)
            ? state
            : null;

    private Mint? MintAt(Pubkey key) =>
        Bank.GetAccount(key) is { } account && account.Owner == ProgramIds.Token && Mint.TryParse(account.Data.AsSpan(), out var state)
            ? state
            : null;
}
