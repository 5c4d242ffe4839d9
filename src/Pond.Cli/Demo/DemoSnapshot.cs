using System.Collections.Immutable;
using Pond.Primitives;

namespace Pond.Cli.Demo;

/// <summary>The running demo at one moment, as the live view shows it.</summary>
/// <param name="Slot">The ledger's slot.</param>
/// <param name="Round">The current round.</param>
/// <param name="Phase">What the network does in this part of the round.</param>
/// <param name="PhaseProgress">How much of that part is over, from 0 to 1.</param>
/// <param name="CoveredShards">How many shards have an accepted submission.</param>
/// <param name="ShardCount">How many shards there are.</param>
/// <param name="Nodes">The nodes, in the order of their numbers.</param>
internal sealed record DemoSnapshot(
    Slot Slot,
    Round Round,
    string Phase,
    double PhaseProgress,
    int CoveredShards,
    int ShardCount,
    ImmutableArray<DemoNodeRow> Nodes);

/// <summary>One node's row.</summary>
/// <param name="Name">The node's name.</param>
/// <param name="IsCheater">Whether the demo made it a cheater; nobody in the network knows.</param>
/// <param name="Work">What it works on.</param>
/// <param name="Submission">Its latest submission's CID, shortened, with its round.</param>
/// <param name="AuditsMade">How many verdicts it gave.</param>
/// <param name="ValidVotes">How many Valid verdicts its submissions received.</param>
/// <param name="InvalidVotes">How many Invalid verdicts its submissions received.</param>
/// <param name="Earned">What it has earned in all.</param>
/// <param name="Stake">What it has at stake now.</param>
internal sealed record DemoNodeRow(
    string Name,
    bool IsCheater,
    string Work,
    string Submission,
    int AuditsMade,
    int ValidVotes,
    int InvalidVotes,
    Lamports Earned,
    Lamports Stake);
