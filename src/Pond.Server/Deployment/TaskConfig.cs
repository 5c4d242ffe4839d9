using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Server.Deployment;

/// <summary>What a <c>config-task.yml</c> says, read and found right.</summary>
public sealed record TaskConfig
{
    /// <summary><c>task_name</c>: at most 24 bytes.</summary>
    public required string Name { get; init; }

    /// <summary><c>author</c></summary>
    public required string Author { get; init; }

    /// <summary><c>description</c>, or the content of the file that <c>markdownDescriptionPath</c> names.</summary>
    public required string Description { get; init; }

    /// <summary><c>repositoryUrl</c></summary>
    public required string RepositoryUrl { get; init; }

    /// <summary><c>imageUrl</c>; null if there is none.</summary>
    public string? ImageUrl { get; init; }

    /// <summary><c>infoUrl</c>; null if there is none.</summary>
    public string? InfoUrl { get; init; }

    /// <summary><c>koiiOceanUrl</c>; null if there is none.</summary>
    public string? KoiiOceanUrl { get; init; }

    /// <summary><c>task_executable_network</c>: IPFS, ARWEAVE or DEVELOPMENT.</summary>
    public required string ExecutableNetwork { get; init; }

    /// <summary><c>task_audit_program</c>: a path for IPFS, an id for ARWEAVE, a name for DEVELOPMENT.</summary>
    public required string Executable { get; init; }

    /// <summary><c>round_time</c>, in slots.</summary>
    public required ulong RoundTime { get; init; }

    /// <summary><c>audit_window</c>, in slots.</summary>
    public required ulong AuditWindow { get; init; }

    /// <summary><c>submission_window</c>, in slots.</summary>
    public required ulong SubmissionWindow { get; init; }

    /// <summary><c>minimum_stake_amount</c></summary>
    public required Lamports MinimumStake { get; init; }

    /// <summary><c>task_type</c> is KPL: it pays in a token.</summary>
    public required bool IsTokenTask { get; init; }

    /// <summary><c>total_bounty_amount</c>; an update takes what is left instead.</summary>
    public required Lamports TotalBounty { get; init; }

    /// <summary><c>bounty_amount_per_round</c></summary>
    public required Lamports BountyPerRound { get; init; }

    /// <summary><c>allowed_failed_distributions</c></summary>
    public required ulong AllowedFailedDistributions { get; init; }

    /// <summary><c>space</c>, in bytes: the file says megabytes of 1,000,000.</summary>
    public required ulong SpaceBytes { get; init; }

    /// <summary><c>task_vars</c>, such as <c>class=A;fallback=equal</c>; Koii's own tool leaves it empty, which is a legacy task.</summary>
    public string Variables { get; init; } = "";

    /// <summary><c>requirementsTags</c></summary>
    public ImmutableArray<TaskRequirement> Requirements { get; init; } = [];

    /// <summary><c>tags</c></summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary><c>environment</c>: TEST or PRODUCTION.</summary>
    public string Environment { get; init; } = "TEST";

    /// <summary><c>task_id</c>: the task that an update is about; null if there is none.</summary>
    public Pubkey? TaskId { get; init; }

    /// <summary><c>migrationDescription</c>; null if there is none.</summary>
    public string? MigrationDescription { get; init; }
}
