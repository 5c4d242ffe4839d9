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
        var encoder = new AccountEncoder(settings, defaultEncoding: null, call.Caller.Lease);
        var (context, account) = _engine.Answer(settings, bank => encoder.Read(bank, key));
        return new Contextual<AccountAnswer?>(context, encoder.Encode(account));
    }

    private object GetMultipleAccounts(RpcCall call)
    {
        var keys = call.Pubkeys(0, MaxAccountsPerCall);
        var settings = call.Settings(1);
        var encoder = new AccountEncoder(settings, EncodedBytes.Base64, call.Caller.Lease);
        var (context, accounts) = _engine.Answer(settings, bank => keys.Select(key => encoder.Read(bank, key)).ToImmutableArray());
        return new Contextual<ImmutableArray<AccountAnswer?>>(context, [.. accounts.Select(encoder.Encode)]);
    }

    private object GetProgramAccounts(RpcCall call)
    {
        var (program, settings) = (call.Pubkey(0), call.Settings(1));
        var encoder = new AccountEncoder(settings, defaultEncoding: null, call.Caller.Lease);
        var filters = AccountDataFilter.ParseAll(settings);
        var withContext = settings.Flag("withContext");
        // Clients look for tasks by their first bytes, and those are indexed.
        var start = filters.Select(filter => filter.Start.ToArray()).MaxBy(bytes => bytes.Length) ?? [];
        var maxScanned = call.Caller.Lease?.Limits.MaxScannedAccounts ?? int.MaxValue;
        var (context, accounts) = _engine.Answer(settings, bank =>
        {
            if (start.Length == 0 && bank.CountProgramAccounts(program) > maxScanned)
            {
                throw RpcErrors.TooManyAccounts(program, maxScanned);
            }

            return (start.Length > 0 ? bank.GetProgramAccounts(program, start) : bank.GetProgramAccounts(program))
                .Where(entry => filters.All(filter => filter.Matches(entry.Account.Data.AsSpan())))
                .Select(entry => encoder.Read(bank, entry.Key, entry.Account))
                .ToImmutableArray();
        });
        var answer = accounts.Select(account => new KeyedAccount(account.Key, encoder.Encode(account)!)).ToImmutableArray();
        return withContext ? new Contextual<ImmutableArray<KeyedAccount>>(context, answer) : answer;
    }
}
