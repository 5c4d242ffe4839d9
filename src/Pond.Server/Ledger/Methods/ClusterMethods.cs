using System.Collections.Immutable;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Server.Ledger.Rpc;
using static Pond.Server.Ledger.Methods.LedgerMethods;

namespace Pond.Server.Ledger.Methods;

/// <summary>The node that answers, and the cluster, which it is alone in.</summary>
internal sealed class ClusterMethods
{
    private readonly LedgerEngine _engine;
    private readonly LedgerHostOptions _options;
    private readonly Func<string?> _address;

    private ClusterMethods(LedgerEngine engine, LedgerHostOptions options, Func<string?> address)
    {
        _engine = engine;
        _options = options;
        _address = address;
    }

    internal static IEnumerable<RpcMethod> All(LedgerEngine engine, LedgerHostOptions options, Func<string?> address)
    {
        var methods = new ClusterMethods(engine, options, address);
        return
        [
            Method("getHealth", 0, 0, methods.GetHealth),
            Method("getVersion", 0, 0, _ => new LedgerVersion(ApiVersion)),
            Method("getIdentity", 0, 0, methods.GetIdentity),
            Method("getGenesisHash", 0, 0, methods.GetGenesisHash),
            Method("getClusterNodes", 0, 0, methods.GetClusterNodes),
            Method("getHighestSnapshotSlot", 0, 0, _ => throw RpcErrors.NoSnapshot()),
            Method("getSnapshotSlot", 0, 0, _ => throw RpcErrors.NoSnapshot()),
            // What the cluster sends out is what this node seals.
            Method("getMaxRetransmitSlot", 0, 0, methods.GetLatestSlot),
            Method("getMaxShredInsertSlot", 0, 0, methods.GetLatestSlot),
        ];
    }

    private object GetHealth(RpcCall call)
    {
        var behind = _engine.SlotsBehind;
        return _engine.IsHealthy
            ? "ok"
            : throw new RpcException(
                RpcErrorCodes.NodeUnhealthy, $"Node is behind by {behind} slots", new { numSlotsBehind = behind });
    }

    private object GetIdentity(RpcCall call) => new LedgerIdentity(_options.Producer.PublicKey);

    private object GetGenesisHash(RpcCall call) => GenesisHash();

    private object GetClusterNodes(RpcCall call) => ImmutableArray.Create(new ClusterNode(
        _options.Producer.PublicKey,
        Gossip: null,
        Tpu: null,
        Rpc: _address(),
        Pubsub: null,
        ApiVersion,
        FeatureSet: null,
        ShredVersionOf(GenesisHash())));

    private object GetLatestSlot(RpcCall call) => _engine.Read((bank, _) => bank.LatestBlock.Slot);

    private Hash GenesisHash() => _engine.Read((_, history) => history.GenesisHash);

    // As upstream folds it: the hash's big-endian pairs, one over the other, and one more, so that it is never 0.
    private static ushort ShredVersionOf(Hash genesis)
    {
        var bytes = genesis.ToArray();
        var folded = 0;
        for (var index = 0; index < bytes.Length; index += 2)
        {
            folded ^= (bytes[index] << 8) | bytes[index + 1];
        }

        return (ushort)Math.Min(folded + 1, ushort.MaxValue);
    }
}
