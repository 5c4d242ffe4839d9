using Pond.Primitives;

namespace Pond.Server.Ledger.PubSub;

/// <summary>The kinds of change that can be subscribed to.</summary>
internal enum ChangeKind
{
    Account,
    Program,
    Signature,
    Logs,
    Slot,
    SlotUpdate,
    Root,
    Block,
    Vote,
}

/// <summary>What a change is looked up by.</summary>
/// <param name="Kind">What kind of change.</param>
/// <param name="Key">The account or program that it is about; null for any.</param>
/// <param name="Transaction">The transaction that it is about; null for any.</param>
internal readonly record struct Interest(ChangeKind Kind, Pubkey? Key = null, Signature? Transaction = null);
