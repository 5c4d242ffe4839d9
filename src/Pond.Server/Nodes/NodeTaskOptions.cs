using System.Collections.Immutable;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;

namespace Pond.Server.Nodes;

/// <summary>What a node runs one task with.</summary>
public sealed record NodeTaskOptions
{
    /// <summary>The task to run.</summary>
    public required Pubkey Task { get; init; }

    /// <summary>The key with which the node takes part in the task; used for nothing else.</summary>
    public required Keypair StakingKey { get; init; }

    /// <summary>The stake to have on the task at least; less than the task's minimum means the minimum. Default: the minimum.</summary>
    public Lamports Stake { get; init; }

    /// <summary>
    /// A folder with a program to run in place of the task's verified bundle: for developing a task, on local networks only. Default none.
    /// </summary>
    public string? ExecutableOverride { get; init; }

    /// <summary>Whether it runs with the node's own rights although others are boxed: its operator trusts it. Default false.</summary>
    public bool IsUnboxed { get; init; }

    /// <summary>Further environment variables of the task. Default none.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>
    /// Whether the task may ask the web: one in C# through the node, and a JavaScript one whose metadata asks for the internet by a network of its box, which
    /// leads to public addresses only. Default false.
    /// </summary>
    public bool AllowsWeb { get; init; }

    /// <summary>How much managed memory the task may use, in bytes; null leaves it to the runtime.</summary>
    public long? HeapHardLimitBytes { get; init; }

    /// <summary>
    /// How much of the operator's money a JavaScript task may spend in all, by transfers and further stake. Default nothing: the original let it
    /// spend everything.
    /// </summary>
    public Lamports MaxSpending { get; init; }

    /// <summary>Whether the stake is taken back when the task has moved and its rounds are over. Default false.</summary>
    public bool LeavesMigrated { get; init; }

    /// <summary>The key that signs the task's statements; it owns nothing. Null for one made of the operator's key. Default null.</summary>
    public Keypair? IdentityKey { get; init; }

    /// <summary>
    /// Whether the operator has agreed to hand a JavaScript task its staking key: <see cref="NodeConsent"/>. Without, such a task is not run. Default true:
    /// who runs a task by these options has chosen it.
    /// </summary>
    public bool HandsOverStakingKey { get; init; } = true;

    /// <summary>From how much on earnings are claimed; null as for all tasks of the node. Default null.</summary>
    public Lamports? ClaimFrom { get; init; }

    /// <summary>
    /// Makes sure of a stake and of the listed address: the task, the stake, the address. Null for a transaction that nothing remembers if the node is killed.
    /// Default null.
    /// </summary>
    public Func<TaskInfo, Lamports, string, CancellationToken, Task<Signature?>>? EnsureStake { get; init; }

    /// <summary>Starts the task. Default: fetch its bundle, verify it, and run it as a child process of the bundle's kind.</summary>
    public TaskStarter? StartTask { get; init; }

    /// <summary>Gets the status after each slot. Called by one thread at a time; must not block.</summary>
    public Action<NodeStatus> OnStatus { get; init; } = _ => { };

    /// <summary>Gets each journal entry once it is on disk. Called by one thread at a time; must not block.</summary>
    public Action<JournalEntry> OnJournal { get; init; } = _ => { };

    /// <summary>Gets each line that the task writes. Called by one thread at a time; must not block.</summary>
    public Action<string> OnLine { get; init; } = _ => { };
}
