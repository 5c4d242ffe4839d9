using Pond.Client.Ledger;
using Pond.Server.Nodes.Routes;

namespace Pond.Server.Nodes;

/// <summary>What all tasks of a node share.</summary>
/// <param name="Options">The node's settings.</param>
/// <param name="Address">Where others reach the node.</param>
/// <param name="Client">Asks the ledger.</param>
/// <param name="Sender">Sends transactions.</param>
/// <param name="Content">The node's store, gateway and sources.</param>
/// <param name="Routes">Shows the tasks' routes at the node's public port.</param>
/// <param name="Pace">How long slots take.</param>
/// <param name="Face">What the node's public port answers.</param>
/// <param name="Registry">Which other nodes run its tasks.</param>
/// <param name="Metrics">What the node shows of itself.</param>
/// <param name="Time">Waits and measures.</param>
/// <param name="Logger">Where to log.</param>
internal sealed record NodeShared(
    NodeHostOptions Options,
    Uri Address,
    LedgerClient Client,
    TransactionSender Sender,
    NodeContent Content,
    TaskRoutes Routes,
    SlotPace Pace,
    NodeFace Face,
    NodeRegistry Registry,
    NodeMetrics Metrics,
    TimeProvider Time,
    ILogger<NodeHost> Logger);
