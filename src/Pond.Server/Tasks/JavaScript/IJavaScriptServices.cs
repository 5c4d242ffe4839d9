using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>What a node does for a JavaScript task besides what it does for every task: the original's way of doing things.</summary>
/// <remarks>Texts of the ledger are passed on byte for byte: clients hash what they read to choose a list's author.</remarks>
public interface IJavaScriptServices : ITaskServices
{
    /// <summary>The task's name.</summary>
    string TaskName { get; }

    /// <summary>What the task is told of the operator: a key of this task alone, which signs its statements and owns nothing. Its secret half stays in the node.</summary>
    Pubkey MainKey { get; }

    /// <summary>Whether a task that names this key means its operator.</summary>
    bool IsOperators(Pubkey key) => key == MainKey;

    /// <summary>The ledger's RPC address.</summary>
    Uri Ledger { get; }

    /// <summary>Where others reach this node.</summary>
    Uri ServiceAddress { get; }

    /// <summary>The operating mode that a task is told, such as <c>service</c>.</summary>
    string Mode { get; }

    /// <summary>The stake on the task, as last seen.</summary>
    Lamports Stake { get; }

    /// <summary>
    /// The key with which the node takes part in this task and in nothing else. The original hands both halves to the task, and tasks sign with it.
    /// </summary>
    Keypair SubmitterAccount { get; }

    /// <summary>Signs a statement of the task with <see cref="MainKey"/>.</summary>
    /// <param name="message">JSON text, which is no transaction: its first byte would ask for more signatures than a transaction has room for.</param>
    Signature SignStatement(ReadOnlySpan<byte> message);

    /// <summary>A task's account as clients read it; null if there is none.</summary>
    ValueTask<ReadOnlyMemory<byte>?> GetTaskImageAsync(Pubkey task, TaskParts parts, CancellationToken cancellationToken);

    /// <summary>A round's submissions and their audits as clients read them; null for all rounds.</summary>
    /// <exception cref="PondException">There are none: the message begins with "Task does not have any".</exception>
    ValueTask<ReadOnlyMemory<byte>> GetSubmissionsTextAsync(Round? round, CancellationToken cancellationToken);

    /// <summary>A round's lists and their audits as clients read them; null for all rounds.</summary>
    /// <inheritdoc cref="GetSubmissionsTextAsync"/>
    ValueTask<ReadOnlyMemory<byte>> GetDistributionsTextAsync(Round? round, CancellationToken cancellationToken);

    /// <summary>The accounts of the task program, as the ledger's RPC gives them: JSON text.</summary>
    ValueTask<ReadOnlyMemory<byte>> GetProgramAccountsTextAsync(CancellationToken cancellationToken);

    /// <summary>Who is chosen to write a round's list now; null before its window, or if nobody is.</summary>
    ValueTask<Pubkey?> GetAuthorAsync(Round round, CancellationToken cancellationToken);

    /// <summary>The nodes that run the task and have told this one: the registry's JSON text.</summary>
    ReadOnlyMemory<byte> ReadNodes();

    /// <summary>Stakes more on this task from the operator's money.</summary>
    /// <exception cref="PondException"><c>spending-refused</c>: the operator has allowed the task less.</exception>
    ValueTask<Signature> StakeAsync(Lamports amount, CancellationToken cancellationToken);

    /// <summary>Claims what the node has earned in this task, for its operator and nobody else.</summary>
    /// <exception cref="PondException"><c>spending-refused</c>: the operator has allowed the task less than the fee.</exception>
    ValueTask<Signature> ClaimAsync(CancellationToken cancellationToken);

    /// <summary>Sends the operator's money to somebody.</summary>
    /// <exception cref="PondException"><c>spending-refused</c>: the operator has allowed the task less.</exception>
    ValueTask<Signature> TransferAsync(Pubkey to, Lamports amount, CancellationToken cancellationToken);
}
