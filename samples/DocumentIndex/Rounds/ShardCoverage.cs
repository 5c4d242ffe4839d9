using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace DocumentIndex;

/// <summary>How far the task is: which shards are indexed by accepted submissions, and by which.</summary>
/// <param name="Shards">How many shards there are.</param>
/// <param name="Rounds">What each round had to do, from round 0 on.</param>
/// <param name="Covered">For each covered shard the submissions that hold it, in the order of rounds and keys.</param>
public sealed record ShardCoverage(
    int Shards,
    ImmutableArray<RoundShards> Rounds,
    ImmutableSortedDictionary<int, ImmutableArray<CoveringSubmission>> Covered)
{
    /// <summary>Whether every shard is covered: the index can be merged, and nothing is left to do.</summary>
    public bool IsComplete => Covered.Count == Shards;

    /// <summary>Follows the task through its rounds.</summary>
    /// <param name="shards">How many shards the plan has.</param>
    /// <param name="dealt">Among which rounds they are dealt.</param>
    /// <param name="infos">The rounds from round 0 on, without a gap; the last ones may still be undecided.</param>
    /// <exception cref="ArgumentException">A round is missing.</exception>
    public static ShardCoverage Of(int shards, DealtRounds dealt, IReadOnlyList<TaskRoundInfo> infos)
    {
        var plans = ImmutableArray.CreateBuilder<RoundShards>(infos.Count);
        var covered = new SortedDictionary<int, List<CoveringSubmission>>();
        foreach (var (index, info) in infos.Index())
        {
            if (info.Round.Value != (ulong)index)
            {
                throw new ArgumentException($"Expected round {index} and got round {info.Round}.", nameof(infos));
            }

            var pending = dealt.ShardsOf(info.Round, shards);
            if (index >= (int)ShardSchedule.RoundsUntilRetry)
            {
                var before = plans[index - (int)ShardSchedule.RoundsUntilRetry];
                pending = pending.Union(before.Uncovered);
            }

            var assignment = ShardSchedule.Assign(pending, info);
            plans.Add(new(info.Round, pending, assignment, ShardSchedule.Uncovered(pending, info)));
            foreach (var submitter in ShardSchedule.AcceptedOf(info))
            {
                foreach (var shard in assignment.GetValueOrDefault(submitter, []))
                {
                    covered.TryAdd(shard, []);
                    covered[shard].Add(new(info.Round, submitter, info.Submissions[submitter].Value));
                }
            }
        }

        return new(shards, plans.ToImmutable(), covered.ToImmutableSortedDictionary(shard => shard.Key, shard => shard.Value.ToImmutableArray()));
    }
}

/// <summary>What one round had to do.</summary>
/// <param name="Round">The round.</param>
/// <param name="Pending">Its shards.</param>
/// <param name="Assignment">Who had to index which.</param>
/// <param name="Uncovered">Those that no accepted submission covers, so far.</param>
public sealed record RoundShards(
    Round Round,
    ImmutableSortedSet<int> Pending,
    ImmutableSortedDictionary<Pubkey, ImmutableSortedSet<int>> Assignment,
    ImmutableSortedSet<int> Uncovered);

/// <summary>An accepted submission that holds a shard.</summary>
/// <param name="Round">The round.</param>
/// <param name="Submitter">Whose.</param>
/// <param name="Cid">The CID of its directory; the shard's file in it is <see cref="SegmentFile.NameOf"/>.</param>
public sealed record CoveringSubmission(Round Round, Pubkey Submitter, string Cid);
