using System.Buffers.Binary;
using System.Numerics;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Node;

/// <content>Who settles a round, by whose list, and when earnings are claimed.</content>
public sealed partial class TaskNodeCore
{
    private void DecidePayout(
        TaskInfo task, RoundState state, TaskRoundInfo info, Slot slot, ICollection<NodeOutput> outputs)
    {
        // With a list the attempt's windows are waited for; without anybody to pay, only the first attempt's; and with all attempts
        // failed, nothing. An attempt that failed is followed by the next one of itself.
        var attempt = task.Class is not TaskClass.Legacy && !info.HasAccepted ? 0
            : (ulong)info.Attempt > task.AllowedFailedDistributions ? info.Attempt - 1
            : info.Attempt;

        // Ranks double with each step: however large the network and however many of the first are absent, somebody settles the round
        // soon, and normally one does.
        var step = (ulong)BitOperations.Log2((uint)PlaceToPay(info) + 1);
        var from = state.Windows.PayoutFrom(attempt) + (step * PayoutStaggerSlots);
        if (slot >= from && state.Current.Payout.CanSendAt(slot))
        {
            outputs.Add(Entry(state.Round, JournalEvent.PayoutSent));
            Send(state, state.Current.Payout, new NodeAction.Payout(state.Round, AuthorToPay(task, info)), outputs);
        }
    }

    // Leaders first; then the others by what their keys begin with, which spreads them evenly over the places and needs no list of all.
    private int PlaceToPay(TaskRoundInfo info)
    {
        var rank = info.Leaders.IndexOf(Me);
        return rank >= 0
            ? rank
            : info.Leaders.Length + (int)Math.BigMul(BinaryPrimitives.ReadUInt64BigEndian(Me.ToArray()), (ulong)info.SubmissionCount, out _);
    }

    /// <summary>Once in a round: the ledger holds a stake for some rounds after the last in which it was needed.</summary>
    private void DecideWithdrawal(TaskInfo task, Slot slot, ICollection<NodeOutput> outputs)
    {
        var round = task.RoundAt(slot);
        if (!_options.LeavesMigrated || !task.IsMigrated || task.Stakes.GetValueOrDefault(Me) == Lamports.Zero
            || round == _withdrawalTried || _rounds.Values.Any(state => state is { IsClosed: false, HasSubmitted: true }))
        {
            return;
        }

        _withdrawal.Reset();
        if (_withdrawal.CanSendAt(slot))
        {
            _withdrawalTried = round;
            Send(round: null, _withdrawal, new NodeAction.Withdraw(), outputs);
        }
    }

    private void DecideClaim(TaskInfo task, Slot slot, ICollection<NodeOutput> outputs)
    {
        var balance = task.AvailableBalances.GetValueOrDefault(Me);
        if (balance > Lamports.Zero && balance >= _options.ClaimFrom && _claim.CanSendAt(slot))
        {
            _claimTried = balance;
            Send(round: null, _claim, new NodeAction.Claim(balance), outputs);
        }
    }

    /// <summary>The author of the unrejected list of the best rank, as the ledger will choose it; null if there is none.</summary>
    private static Pubkey? AuthorToPay(TaskInfo task, TaskRoundInfo info)
    {
        if (task.Class is TaskClass.Legacy)
        {
            return LegacyAuthorToPay(info);
        }

        foreach (var leader in info.Leaders)
        {
            if (info.Lists.TryGetValue(leader, out var list) && !IsRejected(list))
            {
                return leader;
            }
        }

        return null;
    }

    /// <summary>More Invalid than Valid, and at least a third of those asked, but two.</summary>
    private static bool IsRejected(RoundList list)
    {
        var invalid = list.Verdicts.Count(verdict => verdict.Verdict is Verdict.Invalid);
        return invalid > list.Verdicts.Count(verdict => verdict.Verdict is Verdict.Valid)
            && invalid >= Math.Max(2, (list.Auditors.Length + 2) / 3);
    }
}
