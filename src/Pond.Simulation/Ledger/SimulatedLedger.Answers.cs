using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Simulation.Ledger;

/// <content>What a task may ask of the ledger by its JSON-RPC: the few methods that an index needs.</content>
internal sealed partial class SimulatedLedger
{
    private readonly Dictionary<Slot, ImmutableArray<Signature>> _signatures = [];

    internal object? Answer(string method, IReadOnlyList<object?> parameters)
    {
        Touch();
        return method switch
        {
            "getSlot" => Bank.Slot.Value,
            "getBlockHeight" => Bank.BlockHeight,
            "getBlock" when parameters is [Slot slot, ..] => HashOf(slot) is { } hash
                ? new { blockhash = hash.ToString(), signatures = _signatures.GetValueOrDefault(slot, []).Select(signature => signature.ToString()) }
                : null,
            _ => throw new PondException(
                "ledger-refused",
                $"A simulation's ledger answers getSlot, getBlockHeight and getBlock with a slot, and no {method}.",
                "Give SimulationOptions.Ledger a function that answers what the task asks."),
        };
    }

    private void Keep(Block block)
    {
        _hashes[block.Slot] = block.Hash;
        if (!_world.Options.AreNodesMany)
        {
            _signatures[block.Slot] = [.. block.Transactions.Select(result => result.Transaction.Id)];
        }
    }
}
