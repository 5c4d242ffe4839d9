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
    /// <param name="engine">The ledger.</param>
    /// <param name="options">What it was started with.</param>
    /// <param name="address">Where calls are taken, as host and port; null as long as nobody knows.</param>
    internal static RpcMethodTable CreateTable(LedgerEngine engine, LedgerHostOptions options, Func<string?>? address = null) =>
        new(All(engine, options, address));

    /// <summary>The methods.</summary>
    internal static IEnumerable<RpcMethod> All(LedgerEngine engine, LedgerHostOptions options, Func<string?>? address = null) =>
    [
        .. ChainMethods.All(engine),
        .. ClusterMethods.All(engine, options, address ?? (() => null)),
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
    internal static Slot SlotAt(this Bank bank, Commitment commitment) =>
        commitment is Commitment.Processed ? bank.Slot : bank.LatestBlock.Slot;

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
            var slot = bank.SlotAt(commitment);
            return minSlot > slot ? throw RpcErrors.MinContextSlotNotReached(slot) : read(bank, history, slot);
        });
    }
}
