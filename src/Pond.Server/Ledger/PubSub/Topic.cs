using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Server.Ledger.Methods;

namespace Pond.Server.Ledger.PubSub;

/// <summary>What one subscription asks for. Two with the same <see cref="Name"/> get the same notifications, made once.</summary>
/// <param name="Interest">Which changes.</param>
/// <param name="Level">How settled they must be.</param>
/// <param name="Form">All else that its notifications depend on, as a text.</param>
internal record Topic(Interest Interest, Commitment Level, string Form)
{
    /// <summary>The name of the notifications' method.</summary>
    internal string Method { get; } = Interest.Kind switch
    {
        ChangeKind.Account => "accountNotification",
        ChangeKind.Program => "programNotification",
        ChangeKind.Signature => "signatureNotification",
        ChangeKind.Logs => "logsNotification",
        ChangeKind.Slot => "slotNotification",
        ChangeKind.SlotUpdate => "slotsUpdatesNotification",
        ChangeKind.Root => "rootNotification",
        ChangeKind.Block => "blockNotification",
        _ => "voteNotification",
    };

    /// <summary>Identifies the topic among those of its interest.</summary>
    internal (Commitment Level, string Form) Name => (Level, Form);
}

/// <summary>An account, or the accounts of a program.</summary>
internal sealed record AccountTopic(
    Interest Interest, Commitment Level, string Form, AccountEncoder Encoder, ImmutableArray<AccountDataFilter> Filters)
    : Topic(Interest, Level, Form)
{
    // What upstream has in place of data that the old default encoding can't hold; a notification has no room for an error.
    private const string TooLong = "error: data too large for bs58 encoding";

    internal bool Matches(Account account) => Filters.All(filter => filter.Matches(account.Data.AsSpan()));

    internal AccountAnswer Encode(ReadAccount read)
    {
        try
        {
            return Encoder.Encode(read)!;
        }
        catch (RpcException)
        {
            var account = read.Account;
            return new AccountAnswer(
                account.Lamports, account.Owner, new EncodedBytes(TooLong, Encoding: null), account.IsExecutable,
                RentEpoch: ulong.MaxValue, (ulong)account.Data.Length);
        }
    }
}

/// <summary>The landing of a transaction. With <c>WantsReceived</c> it is also said that the ledger has it, before it is as settled as the level says.</summary>
internal sealed record SignatureTopic(Interest Interest, Commitment Level, bool WantsReceived)
    : Topic(Interest, Level, WantsReceived ? "received" : "");

/// <summary>Sealed blocks.</summary>
internal sealed record BlockTopic(Interest Interest, Commitment Level, string Form, BlockEncoder Encoder) : Topic(Interest, Level, Form);
