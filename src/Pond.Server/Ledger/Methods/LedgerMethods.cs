using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;

namespace Pond.Server.Ledger.Methods;

/// <summary>All methods of the ledger's interface, and what they share.</summary>
internal static class LedgerMethods
{
    /// <summary>The version of Solana whose interface this is; clients choose method names by it.</summary>
    internal const string ApiVersion = "1.16.7";

    /// <summary>The methods, ready to be called.</summary>
    internal static RpcMethodTable CreateTable(LedgerEngine engine, LedgerHostOptions options) => new(All(engine, options));

    /// <summary>The methods.</summary>
    /// <param name="engine">The ledger.</param>
    /// <param name="options">What it was started with.</param>
    /// <param name="addresses">Where calls are taken, asked for with each call; null for nowhere.</param>
    internal static IEnumerable<RpcMethod> All(LedgerEngine engine, LedgerHostOptions options, Func<NodeAddresses>? addresses = null) =>
    [
        .. ChainMethods.All(engine),
        .. ClusterMethods.All(engine, options, addresses ?? (() => NodeAddresses.None)),
        .. EpochMethods.All(engine, options),
        .. AccountMethods.All(engine),
        .. SupplyMethods.All(engine),
        .. TokenMethods.All(engine),
        .. TransactionMethods.All(engine, options),
        .. FeeMethods.All(engine),
        .. HistoryMethods.All(engine),
        .. TaskMethods.All(engine),
    ];

    /// <summary>A method whose answer is at hand.</summary>
    internal static RpcMethod Method(string name, int minParameters, int maxParameters, Func<RpcCall, object?> answer) =>
        new(name, minParameters, maxParameters, call => ValueTask.FromResult(answer(call)));

    /// <summary>The slot of the newest state at a level.</summary>
    internal static Slot SlotAt(this Bank bank, BlockHistory history, Commitment commitment) =>
        commitment is Commitment.Processed ? bank.Slot : history.Latest.Slot;

    /// <summary>The height of the block of a slot that <see cref="SlotAt"/> gave.</summary>
    internal static ulong HeightAt(this Bank bank, BlockHistory history, Slot slot) =>
        slot > history.Latest.Slot ? bank.BlockHeight : history.Latest.Height;

    /// <summary>The newest blockhash at a level: that of a block which is not on the disk yet may be gone after a crash, and all that names it with it.</summary>
    internal static Hash BlockhashAt(this Bank bank, BlockHistory history, Commitment commitment) =>
        commitment is Commitment.Processed ? bank.LatestBlock.Hash : history.Latest.Hash;

    /// <summary>Reads the newest state and answers with its slot.</summary>
    /// <exception cref="RpcException">The caller wants a later state than there is.</exception>
    internal static Contextual<T> Answer<T>(this LedgerEngine engine, RpcSettings settings, Func<Bank, T> read)
    {
        // An unknown level is refused even where all levels have one answer.
        _ = settings.Commitment;
        var minSlot = settings.MinContextSlot;
        return engine.Read((bank, _) =>
            minSlot > bank.Slot
                ? throw RpcErrors.MinContextSlotNotReached(bank.Slot)
                : new Contextual<T>(new AnswerContext(bank.Slot, ApiVersion), read(bank)));
    }

    /// <summary>Reads the bank and the history, and the slot that stands for the level that was asked for.</summary>
    /// <exception cref="RpcException">The caller wants a later slot than there is.</exception>
    internal static T AtLevel<T>(this LedgerEngine engine, RpcSettings settings, Func<Bank, BlockHistory, Slot, T> read)
    {
        var (commitment, minSlot) = (settings.Commitment, settings.MinContextSlot);
        return engine.Read((bank, history) =>
        {
            var slot = bank.SlotAt(history, commitment);
            return minSlot > slot ? throw RpcErrors.MinContextSlotNotReached(slot) : read(bank, history, slot);
        });
    }
}
