using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>Reading accounts.</summary>
internal sealed class AccountMethods
{
    private const int MaxAccountsPerCall = 100;
    private const int MaxFilters = 4;

    private readonly LedgerEngine _engine;

    private AccountMethods(LedgerEngine engine)
    {
        _engine = engine;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine)
    {
        var methods = new AccountMethods(engine);
        return
        [
            Method("getBalance", 1, 2, methods.GetBalance),
            Method("getAccountInfo", 1, 2, methods.GetAccountInfo),
            Method("getMultipleAccounts", 1, 2, methods.GetMultipleAccounts),
            Method("getProgramAccounts", 1, 2, methods.GetProgramAccounts),
        ];
    }

    private object GetBalance(RpcCall call)
    {
        var key = call.Pubkey(0);
        return _engine.Answer(call.Settings(1), bank => bank.GetAccount(key)?.Lamports ?? Lamports.Zero);
    }

    private object GetAccountInfo(RpcCall call)
    {
        var (key, settings) = (call.Pubkey(0), call.Settings(1));
        var encoder = new AccountEncoder(settings, defaultEncoding: null);
        var (context, account) = _engine.Answer(settings, bank => bank.GetAccount(key));
        return new Contextual<AccountAnswer?>(context, encoder.Encode(account));
    }

    private object GetMultipleAccounts(RpcCall call)
    {
        var keys = RpcJson.List(call.Value(0)).Select(item => RpcJson.Pubkey(RpcJson.Text(item))).ToImmutableArray();
        if (keys.Length > MaxAccountsPerCall)
        {
            throw RpcErrors.InvalidParams($"Too many inputs provided; max {MaxAccountsPerCall}");
        }

        var settings = call.Settings(1);
        var encoder = new AccountEncoder(settings, EncodedBytes.Base64);
        var (context, accounts) = _engine.Answer(settings, bank => Array.ConvertAll([.. keys], bank.GetAccount));
        return new Contextual<ImmutableArray<AccountAnswer?>>(context, [.. accounts.Select(encoder.Encode)]);
    }

    private object GetProgramAccounts(RpcCall call)
    {
        var (program, settings) = (call.Pubkey(0), call.Settings(1));
        var encoder = new AccountEncoder(settings, defaultEncoding: null);
        var filters = settings.Member("filters") is { } list
            ? RpcJson.List(list).Select(item => AccountDataFilter.Parse(item)).ToImmutableArray()
            : [];
        if (filters.Length > MaxFilters)
        {
            throw RpcErrors.InvalidParams($"Too many filters provided; max {MaxFilters}");
        }

        // Clients look for tasks by their first bytes, and those are indexed.
        var start = filters.Select(filter => filter.Start.ToArray()).MaxBy(bytes => bytes.Length) ?? [];
        var (context, accounts) = _engine.Answer(settings, bank =>
            (start.Length > 0 ? bank.GetProgramAccounts(program, start) : bank.GetProgramAccounts(program))
            .Where(entry => filters.All(filter => filter.Matches(entry.Account.Data.AsSpan())))
            .ToImmutableArray());
        var answer = accounts.Select(entry => new KeyedAccount(entry.Key, encoder.Encode(entry.Account)!)).ToImmutableArray();
        return settings.Flag("withContext") ? new Contextual<ImmutableArray<KeyedAccount>>(context, answer) : answer;
    }
}
