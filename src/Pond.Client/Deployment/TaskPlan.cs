using Pond.Primitives;

namespace Pond.Client.Deployment;

/// <summary>A task to create: the settings that its creator chooses, as <c>config-task.yml</c> names them.</summary>
public sealed record TaskPlan
{
    /// <summary>At most 24 bytes.</summary>
    public required string Name { get; init; }

    /// <summary>At most 64 bytes.</summary>
    public required string Description { get; init; }

    /// <summary>The CID of the bundle that nodes run.</summary>
    public required string Executable { get; init; }

    /// <summary>Where the bundle lies: see <see cref="Primitives.Tasks.ExecutableNetworks"/>. Default IPFS.</summary>
    public string ExecutableNetwork { get; init; } = Primitives.Tasks.ExecutableNetworks.Ipfs;

    /// <summary>The CID of the folder with <c>metadata.json</c>.</summary>
    public required string Metadata { get; init; }

    /// <summary>At most 64 bytes, such as <c>class=A;fallback=equal</c>.</summary>
    public required string Variables { get; init; }

    /// <summary>What goes into the pot with the task's creation.</summary>
    public required Lamports InitialBounty { get; init; }

    /// <summary>What is funded after it; zero for nothing.</summary>
    public required Lamports FurtherBounty { get; init; }

    /// <summary>What one round pays at most.</summary>
    public required Lamports BountyPerRound { get; init; }

    /// <summary>In slots.</summary>
    public required ulong RoundTime { get; init; }

    /// <summary>In slots.</summary>
    public required ulong SubmissionWindow { get; init; }

    /// <summary>In slots.</summary>
    public required ulong AuditWindow { get; init; }

    /// <summary>With less a node can't take part.</summary>
    public required Lamports MinimumStake { get; init; }

    /// <summary>Further attempts for a round whose payout failed.</summary>
    public required ulong AllowedFailedDistributions { get; init; }

    /// <summary>The room for the task's state, whose rent the creator pays; 100,000 to 50,000,000 bytes.</summary>
    public required ulong SpaceBytes { get; init; }
}
