using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace DocumentIndex;

/// <summary>Which shards a round has to index, and who does which. Pure: everybody who reads the ledger computes the same.</summary>
/// <remarks>
/// The shards are dealt to the first rounds in turn. What no accepted submission of round r covers comes back in r + 2: the
/// first round at whose start the outcome of r is final.
/// </remarks>
public static class ShardSchedule
{
    /// <summary>How many rounds later an uncovered shard comes back.</summary>
    public const ulong RoundsUntilRetry = 2;

    /// <summary>Divides a round's shards among those who may take part in it.</summary>
    /// <param name="pending">The round's shards.</param>
    /// <param name="info">The round; only its participants count.</param>
    /// <returns>The shards of each participant; empty while there are no participants.</returns>
    public static ImmutableSortedDictionary<Pubkey, ImmutableSortedSet<int>> Assign(ImmutableSortedSet<int> pending, TaskRoundInfo info)
    {
        if (info.Participants.IsEmpty)
        {
            return ImmutableSortedDictionary<Pubkey, ImmutableSortedSet<int>>.Empty;
        }

        Span<byte> seed = stackalloc byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(seed, info.Round.Value);
        return ShardAssignment.For(pending, [.. info.Participants.Keys], seed);
    }

    /// <summary>The round's shards that no accepted submission covers.</summary>
    /// <param name="pending">The round's shards.</param>
    /// <param name="info">The round. While an outcome is pending, what that submission covers counts as uncovered.</param>
    public static ImmutableSortedSet<int> Uncovered(ImmutableSortedSet<int> pending, TaskRoundInfo info)
    {
        var assignment = Assign(pending, info);
        return pending.Except(AcceptedOf(info).SelectMany(submitter => assignment.GetValueOrDefault(submitter, [])));
    }

    /// <summary>Whether every outcome of the round is final.</summary>
    public static bool IsDecided(TaskRoundInfo info) =>
        info.Submissions.Keys.All(submitter => info.Outcomes.GetValueOrDefault(submitter) is not SubmissionOutcome.Pending);

    /// <summary>Whose submissions count, in ascending order of the keys.</summary>
    public static IEnumerable<Pubkey> AcceptedOf(TaskRoundInfo info) =>
        info.Submissions.Keys.Where(submitter =>
            info.Outcomes.GetValueOrDefault(submitter) is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited);
}
