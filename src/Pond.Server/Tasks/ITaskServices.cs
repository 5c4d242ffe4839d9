using System.Collections.Immutable;
using System.Text.Json;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Server.Tasks;

/// <summary>What a node does for one of its tasks: the far side of the task's namespace.</summary>
/// <remarks>Safe to call from several threads: a task calls in parallel. A failure is a <see cref="PondException"/>, whose
/// message the task gets to see.</remarks>
public interface ITaskServices
{
    /// <summary>The task's id.</summary>
    Pubkey Task { get; }

    /// <summary>The staking key with which this node takes part in the task.</summary>
    Pubkey StakingKey { get; }

    /// <summary>The ledger's slot, as the node last saw it.</summary>
    Slot CurrentSlot { get; }

    /// <summary>How long a slot takes on average, as this node has measured it.</summary>
    TimeSpan AverageSlotTime { get; }

    /// <summary>The ledger's newest confirmed block.</summary>
    ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken);

    /// <summary>The hash of a slot's block; null if there is none, not yet, or no longer.</summary>
    ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken);

    /// <summary>Calls a JSON-RPC method of the ledger; the caller has made sure that it only reads.</summary>
    ValueTask<JsonElement> CallLedgerAsync(string method, ImmutableArray<object?> parameters, CancellationToken cancellationToken);

    /// <summary>The task as the ledger holds it.</summary>
    ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken);

    /// <summary>One round as the ledger holds it; null if the ledger no longer has it.</summary>
    ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken);

    /// <summary>
    /// The candidates that this node should now audit in <paramref name="round"/>: those it is assigned to or holds a seat for,
    /// without those it has a verdict on already.
    /// </summary>
    ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken);

    /// <summary>The authors whose lists this node should now audit in <paramref name="round"/>.</summary>
    ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken);

    /// <summary>Hands over the round's submission; the node sends it while the window is open.</summary>
    ValueTask SubmitAsync(Round round, string value, CancellationToken cancellationToken);

    /// <summary>Hands over a verdict on a submission.</summary>
    ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken);

    /// <summary>Hands over the round's distribution list: JSON text of lamports by base58 key.</summary>
    ValueTask SubmitDistributionListAsync(Round round, string list, CancellationToken cancellationToken);

    /// <summary>The text of an author's distribution list; null if there is none.</summary>
    ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken);

    /// <summary>Hands over a verdict on a distribution list.</summary>
    ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken);

    /// <summary>Adds a file or folder from the task's own folder to the content store and pins it until some rounds after this one's payout.</summary>
    /// <param name="path">The full path; the caller has confined it to the task's folder.</param>
    /// <param name="name">What the task calls it, such as <c>round 7</c>; what ends the pin is the round that the node is in.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The CID's text.</returns>
    ValueTask<string> AddContentAsync(string path, string name, CancellationToken cancellationToken);

    /// <summary>A value of the task's key-value store; null if there is none.</summary>
    ValueTask<string?> GetValueAsync(string key, CancellationToken cancellationToken);

    /// <summary>Sets a value of the task's key-value store; null removes it. It is on disk when the call returns.</summary>
    ValueTask SetValueAsync(string key, string? value, CancellationToken cancellationToken);

    /// <summary>Signs data for the task with its staking key, never a transaction: the data is prefixed before it is signed.</summary>
    ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);
}
