using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>All lamports together: how many there are, and who has most of them.</summary>
internal sealed class SupplyMethods
{
    private const int MaxLargestAccounts = 20;

    // Two addresses whose keys nobody holds: slashed stake goes to the one, what people throw away to the other.
    private static readonly ImmutableArray<Pubkey> BurnAddresses =
        [ProgramIds.Burn, Pubkey.Parse("1nc1nerator11111111111111111111111111111111")];

    private readonly LedgerEngine _engine;
    private Ranking? _ranking;

    private SupplyMethods(LedgerEngine engine)
    {
        _engine = engine;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine)
    {
        var methods = new SupplyMethods(engine);
        return
        [
            Method("getSupply", 0, 1, methods.GetSupply),
            Method("getLargestAccounts", 0, 1, methods.GetLargestAccounts),
        ];
    }

    private object GetSupply(RpcCall call)
    {
        var settings = call.Settings(0);
        var withoutList = settings.Flag("excludeNonCirculatingAccountsList");
        return _engine.Answer(settings, bank =>
        {
            var fixedAccounts = NonCirculating(bank);
            var fixedLamports = fixedAccounts.Values.Aggregate(Lamports.Zero, (sum, lamports) => sum + lamports);
            return new Supply(
                bank.TotalLamports, bank.TotalLamports - fixedLamports, fixedLamports, withoutList ? [] : [.. fixedAccounts.Keys]);
        });
    }

    private object GetLargestAccounts(RpcCall call)
    {
        var settings = call.Settings(0);
        bool? circulating = settings.Text("filter") switch
        {
            null => null,
            "circulating" => true,
            "nonCirculating" => false,
            var other => throw RpcErrors.InvalidParams(
                $"Invalid params: unknown variant `{other}`, expected `circulating` or `nonCirculating`."),
        };
        return _engine.Answer(settings, bank =>
        {
            // Every account is looked at, so one block's answers are worked out once.
            var ranking = _ranking is { } known && known.Blockhash == bank.LatestBlock.Hash ? known : _ranking = Rank(bank);
            return circulating switch
            {
                null => ranking.All,
                true => ranking.Circulating,
                false => ranking.NonCirculating,
            };
        });
    }

    private static Ranking Rank(Bank bank)
    {
        var fixedAccounts = NonCirculating(bank);
        var (all, free) = (new Largest(), new Largest());
        foreach (var (key, lamports) in bank.GetBalances())
        {
            all.Add(key, lamports);
            if (!fixedAccounts.ContainsKey(key))
            {
                free.Add(key, lamports);
            }
        }

        var held = new Largest();
        foreach (var (key, lamports) in fixedAccounts)
        {
            held.Add(key, lamports);
        }

        return new Ranking(bank.LatestBlock.Hash, all.ToAnswer(), free.ToAnswer(), held.ToAnswer());
    }

    // What no transaction can move: the chain's own accounts, and what was burnt by sending it away.
    private static SortedDictionary<Pubkey, Lamports> NonCirculating(Bank bank)
    {
        var found = new SortedDictionary<Pubkey, Lamports>();
        foreach (var owner in new[] { ProgramIds.SysvarOwner, ProgramIds.NativeLoader })
        {
            foreach (var (key, account) in bank.GetProgramAccounts(owner))
            {
                found[key] = account.Lamports;
            }
        }

        foreach (var key in BurnAddresses)
        {
            if (bank.GetAccount(key) is { } account)
            {
                found[key] = account.Lamports;
            }
        }

        return found;
    }

    private sealed record Ranking(
        Hash Blockhash,
        ImmutableArray<AccountBalance> All,
        ImmutableArray<AccountBalance> Circulating,
        ImmutableArray<AccountBalance> NonCirculating);

    // The first twenty of any number, in one pass and little room. Equal balances stand in key order.
    private sealed class Largest
    {
        private readonly SortedSet<(ulong Rank, Pubkey Key)> _entries = [];

        internal void Add(Pubkey key, Lamports lamports)
        {
            _ = _entries.Add((ulong.MaxValue - lamports.Value, key));
            if (_entries.Count > MaxLargestAccounts)
            {
                _ = _entries.Remove(_entries.Max);
            }
        }

        internal ImmutableArray<AccountBalance> ToAnswer() =>
            [.. _entries.Select(entry => new AccountBalance(entry.Key, new Lamports(ulong.MaxValue - entry.Rank)))];
    }
}
