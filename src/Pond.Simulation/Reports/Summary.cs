using System.Collections.Immutable;
using Pond.Simulation.Checks;
using Pond.Simulation.Tasks;

namespace Pond.Simulation.Reports;

/// <summary>A simulation for other programs.</summary>
public sealed record Summary
{
    /// <summary>The version of this form.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How many nodes there were.</summary>
    public required int Nodes { get; init; }

    /// <summary>The scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>The SHA-256 of all that happened.</summary>
    public required string TraceHash { get; init; }

    /// <summary>The rounds.</summary>
    public required ImmutableArray<SimulatedRound> Rounds { get; init; }

    /// <summary>What happened that must not.</summary>
    public required ImmutableArray<string> Violations { get; init; }

    /// <summary>What went wrong in the task's code.</summary>
    public required ImmutableArray<string> Errors { get; init; }

    /// <summary>Where the task's code asks the real world for what no seed repeats.</summary>
    public required ImmutableArray<OutsideUse> OutsideUses { get; init; }

    /// <summary>How many lies there were.</summary>
    public required int Lies { get; init; }

    /// <summary>How many of them were paid.</summary>
    public required int LiesAccepted { get; init; }

    /// <summary>How many calls of the task free riders saved themselves.</summary>
    public required ImmutableSortedDictionary<string, long> SavedCalls { get; init; }

    /// <summary>Whether signatures were Ed25519's.</summary>
    public required bool HasRealSignatures { get; init; }

    /// <summary>What it took on this machine, in milliseconds.</summary>
    public required double ElapsedMs { get; init; }

    /// <summary>How much virtual time passed, in milliseconds.</summary>
    public required double VirtualMs { get; init; }

    /// <summary>How many messages were sent.</summary>
    public required long Messages { get; init; }

    /// <summary>How many transactions landed.</summary>
    public required long Transactions { get; init; }

    /// <summary>Sums a simulation up.</summary>
    public static Summary Of(SimulationResult result, ImmutableArray<OutsideUse> outsideUses)
    {
        ArgumentNullException.ThrowIfNull(result);
        return new()
        {
            Seed = result.Seed,
            Nodes = result.Nodes,
            Scenario = result.Scenario,
            TraceHash = result.TraceHash,
            Rounds = result.Rounds,
            Violations = [.. result.Violations.Select((Violation violation) => violation.ToString())],
            Errors = result.Errors,
            OutsideUses = outsideUses,
            Lies = result.Lies,
            LiesAccepted = result.LiesAccepted,
            SavedCalls = result.SavedCalls,
            HasRealSignatures = result.HasRealSignatures,
            ElapsedMs = result.Elapsed.TotalMilliseconds,
            VirtualMs = result.VirtualTime.TotalMilliseconds,
            Messages = result.Messages.Sent,
            Transactions = result.Transactions.Landed,
        };
    }
}
