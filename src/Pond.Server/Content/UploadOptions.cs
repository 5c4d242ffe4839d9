using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Instructions;

namespace Pond.Server.Content;

/// <summary>For whom a node takes files, and how many.</summary>
public sealed record UploadOptions
{
    /// <summary>Whether a key is a staking wallet: its account belongs to one of the task programs.</summary>
    public required Func<Pubkey, CancellationToken, Task<bool>> IsStakingWallet { get; init; }

    /// <summary>Options by which those stake who do so on a ledger: their keys' accounts belong to one of its task programs.</summary>
    /// <param name="ledger">Asked once for each upload whose signature is good.</param>
    public static UploadOptions OfLedger(LedgerClient ledger) => new()
    {
        IsStakingWallet = async (key, cancellationToken) =>
            await ledger.GetAccountInfoAsync(key, Commitment.Confirmed, cancellationToken) is { } account
            && (account.Owner == ProgramIds.Task || account.Owner == ProgramIds.TokenTask),
    };

    /// <summary>How large a file may be. Default 100 MB: more than any proof.</summary>
    public long MaxFileBytes { get; init; } = 100_000_000;

    /// <summary>For how long a file is kept. Default 30 days.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long a signature may be good for at most. Default an hour.</summary>
    public TimeSpan MaxSignatureLifetime { get; init; } = TimeSpan.FromHours(1);
}
