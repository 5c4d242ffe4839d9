using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;

namespace Pond.Client.Ledger;

/// <content>Accounts.</content>
public sealed partial class LedgerClient
{
    /// <summary>An account's balance; nothing if there is no such account.</summary>
    public async Task<Lamports> GetBalanceAsync(Pubkey account, Commitment commitment, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<Lamports>>("getBalance", [account, At(commitment)], cancellationToken)).Value;

    /// <summary>An account; null if there is none.</summary>
    public async Task<AccountAnswer?> GetAccountInfoAsync(
        Pubkey account, Commitment commitment, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<AccountAnswer?>>(
            "getAccountInfo", [account, InBase64(commitment)], cancellationToken)).Value;

    /// <summary>Accounts in the order asked for, null where there is none.</summary>
    /// <param name="accounts">At most 100.</param>
    /// <param name="commitment">How settled the state must be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ImmutableArray<AccountAnswer?>> GetMultipleAccountsAsync(
        ImmutableArray<Pubkey> accounts, Commitment commitment, CancellationToken cancellationToken) =>
        (await CallAsync<Contextual<ImmutableArray<AccountAnswer?>>>(
            "getMultipleAccounts", [accounts, InBase64(commitment)], cancellationToken)).Value;

    /// <summary>All accounts of a program that pass every filter.</summary>
    /// <param name="program">The owner.</param>
    /// <param name="filters">At most four.</param>
    /// <param name="dataSlice">Which bytes of the data to send, start and length; null for all.</param>
    /// <param name="commitment">How settled the state must be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ImmutableArray<KeyedAccount>> GetProgramAccountsAsync(
        Pubkey program,
        ImmutableArray<AccountFilter> filters,
        (ulong Offset, ulong Length)? dataSlice,
        Commitment commitment,
        CancellationToken cancellationToken) =>
        CallAsync<ImmutableArray<KeyedAccount>>(
            "getProgramAccounts",
            [
                program,
                new
                {
                    commitment,
                    encoding = EncodedBytes.Base64,
                    filters,
                    dataSlice = dataSlice is var (offset, length) ? new { offset, length } : null,
                },
            ],
            cancellationToken);

    /// <summary>The least balance that keeps an account with so much data.</summary>
    public Task<Lamports> GetMinimumBalanceForRentExemptionAsync(ulong sizeBytes, CancellationToken cancellationToken) =>
        CallAsync<Lamports>("getMinimumBalanceForRentExemption", [sizeBytes], cancellationToken);

    private static object InBase64(Commitment commitment) => new { commitment, encoding = EncodedBytes.Base64 };
}
