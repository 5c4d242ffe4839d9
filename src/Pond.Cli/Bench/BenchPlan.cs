using Pond.Client.Deployment;
using Pond.Primitives;

namespace Pond.Cli.Bench;

/// <summary>The task of the node's bench.</summary>
internal static class BenchPlan
{
    /// <summary>Windows of 40 slots in rounds of 120: long enough that what is asked in every slot would show.</summary>
    internal static TaskPlan Task { get; } = new()
    {
        Name = "bench",
        Description = "A task for a bench",
        Executable = "bafkqaaa",
        Metadata = "bafkqaaa",
        Variables = "class=A;fallback=none",
        InitialBounty = Lamports.FromKoii(1000),
        FurtherBounty = Lamports.Zero,
        BountyPerRound = Lamports.FromKoii(1),
        RoundTime = 120,
        SubmissionWindow = 40,
        AuditWindow = 40,
        MinimumStake = Lamports.FromKoii(5),
        AllowedFailedDistributions = 3,
        SpaceBytes = 1_000_000,
    };
}
