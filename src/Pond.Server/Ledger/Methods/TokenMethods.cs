using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>Reading tokens: amounts, supplies, and who holds them.</summary>
internal sealed class TokenMethods
{
    private const int MaxLargestAccounts = 20;

    private readonly LedgerEngine _engine;

    private TokenMethods(LedgerEngine engine)
    {
        _engine = engine;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine)
    {
        var methods = new TokenMethods(engine);
        return
        [
            Method("getTokenAccountBalance", 1, 2, methods.GetTokenAccountBalance),
            Method("getTokenSupply", 1, 2, methods.GetTokenSupply),
            Method("getTokenLargestAccounts", 1, 2, methods.GetTokenLargestAccounts),
            Method("getTokenAccountsByOwner", 2, 3, call => methods.GetTokenAccounts(call, (bank, owner) => bank.GetTokenAccountsByOwner(owner))),
            Method("getTokenAccountsByDelegate", 2, 3, call => methods.GetTokenAccounts(call, (bank, holder) => bank.GetTokenAccountsByDelegate(holder))),
        ];
    }

    private object GetTokenAccountBalance(RpcCall call)
    {
        var key = call.Pubkey(0);
        return _engine.Answer(call.Settings(1), bank =>
        {
            var token = TokenAccounts.Read(Existing(bank, key)) ?? throw RpcErrors.InvalidParams("Invalid param: not a Token account");
            return TokenAmountAnswer.Of(token.Amount, Mint(bank, token.Mint).Decimals);
        });
    }

    private object GetTokenSupply(RpcCall call)
    {
        var key = call.Pubkey(0);
        return _engine.Answer(call.Settings(1), bank =>
        {
            var mint = Mint(bank, key);
            return TokenAmountAnswer.Of(mint.Supply, mint.Decimals);
        });
    }

    private object GetTokenLargestAccounts(RpcCall call)
    {
        var key = call.Pubkey(0);
        return _engine.Answer(call.Settings(1), bank =>
        {
            var decimals = Mint(bank, key).Decimals;
            return TokenAccounts.Of(bank, key)
                .OrderByDescending(entry => entry.Token.Amount)
                .ThenBy(entry => entry.Key)
                .Take(MaxLargestAccounts)
                .Select(entry =>
                {
                    var amount = TokenAmountAnswer.Of(entry.Token.Amount, decimals);
                    return new TokenHolding(entry.Key, amount.Amount, amount.Decimals, amount.UiAmount, amount.UiAmountString);
                })
                .ToImmutableArray();
        });
    }

    private Contextual<ImmutableArray<KeyedAccount>> GetTokenAccounts(RpcCall call, Func<Bank, Pubkey, IEnumerable<(Pubkey Key, Account Account)>> find)
    {
        var (holder, which, settings) = (call.Pubkey(0), call.Settings(1), call.Settings(2));
        Pubkey? mint = which.Text("mint") is { } mintText ? RpcJson.Pubkey(mintText) : null;
        Pubkey? program = which.Text("programId") is { } programText ? RpcJson.Pubkey(programText) : null;
        if (mint is null == program is null)
        {
            throw RpcErrors.InvalidParams("Invalid params: expected an object with either `mint` or `programId`.");
        }

        if (program is { } named && named != ProgramIds.Token)
        {
            throw RpcErrors.InvalidParams("Invalid param: unrecognized Token program id");
        }

        var encoder = new AccountEncoder(settings, defaultEncoding: null, call.Caller.Lease);
        var (context, accounts) = _engine.Answer(settings, bank =>
        {
            if (mint is { } wanted && TokenAccounts.ReadMint(bank.GetAccount(wanted)) is null)
            {
                throw RpcErrors.InvalidParams(
                    bank.GetAccount(wanted) is null ? "Invalid param: could not find mint" : "Invalid param: not a Token mint");
            }

            return find(bank, holder)
                .Where(entry => mint is null || TokenAccounts.Read(entry.Account)?.Mint == mint)
                .Select(entry => encoder.Read(bank, entry.Key, entry.Account))
                .ToImmutableArray();
        });
        return new Contextual<ImmutableArray<KeyedAccount>>(
            context, [.. accounts.Select(account => new KeyedAccount(account.Key, encoder.Encode(account)!))]);
    }

    private static Mint Mint(Bank bank, Pubkey key) =>
        TokenAccounts.ReadMint(Existing(bank, key)) ?? throw RpcErrors.InvalidParams("Invalid param: not a Token mint");

    private static Account Existing(Bank bank, Pubkey key) =>
        bank.GetAccount(key) ?? throw RpcErrors.InvalidParams("Invalid param: could not find account");
}
