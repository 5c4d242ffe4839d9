using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <summary>Which submissions and lists a key is asked to audit, by what the ledger shows: docs/protocol/consensus.md.</summary>
public static class AuditDuties
{
    /// <summary>Backups step in over this many steps between half time and the close, so that not all of them come at once.</summary>
    private const int BackupSteps = 4;

    /// <summary>The candidates that <paramref name="auditor"/> should now give a verdict on, in key order.</summary>
    /// <remarks>
    /// Those of which it is one of the first K auditors or holds a seat of an objection, and, from half time on, those for which it is
    /// a backup whose turn has come. Never itself, and none that has its verdict. Empty once votes are closed.
    /// </remarks>
    public static ImmutableArray<Pubkey> OfSubmissions(TaskRoundInfo round, Pubkey auditor, Slot slot)
    {
        ArgumentNullException.ThrowIfNull(round);
        return slot > round.VotesClose
            ? []
            : [.. round.Submissions.Keys.Where(candidate =>
                candidate != auditor
                && !HasSpoken(round.Verdicts.GetValueOrDefault(candidate), auditor)
                && (HoldsSeat(round, candidate, auditor) || IsAssigned(round, candidate, auditor, slot)))];
    }

    /// <summary>The authors whose lists <paramref name="auditor"/> should now give a verdict on, in key order.</summary>
    public static ImmutableArray<Pubkey> OfLists(TaskRoundInfo round, Pubkey auditor)
    {
        ArgumentNullException.ThrowIfNull(round);
        return
        [
            .. round.Lists
                .Where(list => list.Key != auditor
                    && list.Value.Auditors.Contains(auditor)
                    && !HasSpoken(list.Value.Verdicts, auditor))
                .Select(list => list.Key),
        ];
    }

    internal static bool HasSpoken(ImmutableArray<GivenVerdict> verdicts, Pubkey voter) =>
        !verdicts.IsDefaultOrEmpty && verdicts.Any(verdict => verdict.Voter == voter);

    private static bool HoldsSeat(TaskRoundInfo round, Pubkey candidate, Pubkey auditor) =>
        round.Objections.TryGetValue(candidate, out var objection) && objection.Seats.Contains(auditor);

    private static bool IsAssigned(TaskRoundInfo round, Pubkey candidate, Pubkey auditor, Slot slot)
    {
        if (!round.Auditors.TryGetValue(candidate, out var auditors))
        {
            return false;
        }

        var wanted = round.AuditorsPerSubmission;
        var rank = auditors.IndexOf(auditor);
        if (rank < 0 || rank < wanted)
        {
            return rank >= 0;
        }

        if (rank >= 3 * wanted || slot < round.BackupsFrom)
        {
            return false;
        }

        var verdicts = round.Verdicts.GetValueOrDefault(candidate);
        var counted = auditors.Take(3 * wanted).Count(other => HasSpoken(verdicts, other));
        var missing = wanted - counted;
        // As many backups as verdicts are missing are asked at half time; with each further step those that stay silent are given
        // up on, and as many again are asked.
        var silentBefore = auditors.Take(rank).Skip(wanted).Count(other => !HasSpoken(verdicts, other));
        var stepSlots = Math.Max(1, (round.VotesClose.Value + 1 - round.BackupsFrom.Value) / BackupSteps);
        var steps = 1 + ((slot - round.BackupsFrom) / stepSlots);
        return missing > 0 && (ulong)silentBefore < (ulong)missing * steps;
    }
}
