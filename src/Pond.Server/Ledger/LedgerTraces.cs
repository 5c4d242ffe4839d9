using System.Diagnostics;
using Pond.Ledger;
using Pond.Primitives;

namespace Pond.Server.Ledger;

/// <summary>What the ledger tells whoever traces: a call, the transaction in it, the block that it landed in, the writing of that block. Costs next to
/// nothing while nobody listens.</summary>
internal static class LedgerTraces
{
    /// <summary>The source's name.</summary>
    internal const string SourceName = "Pond.Ledger";

    // A block of thousands names some; the others name no block.
    private const int MaxLinks = 128;

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>A request over HTTP, as a part of the caller's trace if it names one.</summary>
    internal static Activity? Request(HttpRequest request)
    {
        if (!Source.HasListeners())
        {
            return null;
        }

        _ = ActivityContext.TryParse(request.Headers.TraceParent, request.Headers.TraceState, isRemote: true, out var parent);
        return Source.StartActivity("POST", ActivityKind.Server, parent);
    }

    /// <summary>A call of a method; one of several in a batch.</summary>
    internal static Activity? Call(string method) => Source.HasListeners()
        ? Source.StartActivity(method)?.SetTag("rpc.system", "jsonrpc").SetTag("rpc.method", method)
        : null;

    /// <summary>The check and the run of a transaction.</summary>
    internal static Activity? Transaction(Signature id) =>
        Source.HasListeners() ? Source.StartActivity("transaction")?.SetTag("pond.transaction", id.ToString()) : null;

    /// <summary>The sealing of a block, with the transactions in it that are traced.</summary>
    internal static Activity? Block(Slot slot, IReadOnlyCollection<ActivityContext> transactions) => Source.HasListeners()
        ? Source.StartActivity(
            "block", ActivityKind.Internal, parentContext: default, links: transactions.Select(context => new ActivityLink(context)))?.SetTag("pond.slot", (long)slot.Value)
        : null;

    /// <summary>The writing of some blocks, as a part of the first one's trace.</summary>
    internal static Activity? Store(IReadOnlyList<ActivityContext> blocks) => Source.HasListeners()
        ? Source.StartActivity(
            "store", ActivityKind.Internal, blocks[0], links: blocks.Skip(1).Select(context => new ActivityLink(context)))?.SetTag("pond.blocks", blocks.Count)
        : null;

    /// <summary>Remembers the transaction that is traced now, if one is, for the block that it lands in.</summary>
    internal static void Remember(List<ActivityContext> transactions)
    {
        if (Activity.Current is { } activity && transactions.Count < MaxLinks)
        {
            transactions.Add(activity.Context);
        }
    }

    /// <summary>Says what a block is.</summary>
    internal static void Tell(this Activity? activity, Block block) =>
        activity?.SetTag("pond.height", (long)block.Height).SetTag("pond.blockhash", block.Hash.ToString()).SetTag("pond.transactions", block.Transactions.Length);
}
