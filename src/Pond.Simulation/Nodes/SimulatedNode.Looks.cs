using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Simulation.Network;

namespace Pond.Simulation.Nodes;

/// <content>When the node looks at the ledger: at the slots in which something can have become its duty, and not in all the others.</content>
internal sealed partial class SimulatedNode
{
    /// <summary>What a look is for, which says what has to be read.</summary>
    internal enum Look
    {
        /// <summary>A round has begun: there is work, a submission, and a list to write.</summary>
        Round,

        /// <summary>The beacon is there: audits of submissions and of lists.</summary>
        Audit,

        /// <summary>Backups and jurors, if they are needed.</summary>
        Backup,

        /// <summary>Something that this node alone is to do: a leader's list, a payout.</summary>
        Turn,
    }

    /// <summary>Begins to look, from a round on.</summary>
    internal void FollowRounds(Round round)
    {
        if (round > _world.LastFollowed)
        {
            return;
        }

        var (task, start) = (_world.Task, _world.Task.StartOf(round));
        var audit = start + task.SubmissionWindow + task.BeaconDelay + 2;
        var backups = new Slot(task.Windows.LastObjection(new(round.Value)).Value - task.RoundTime + 1);
        var steps = Math.Max(1, (start.Value + task.RoundTime - backups.Value) / 4);
        At(start + 1, Look.Round);
        At(audit, Look.Audit);
        for (var step = 0UL; step < 4; step += 2)
        {
            At(backups + (step * steps), Look.Backup);
        }

        _world.Clock.At(_world.StartOf(task.StartOf(round + 1)) - _world.Options.SlotTime, () => FollowRounds(round + 1));
    }

    private void At(Slot slot, Look look)
    {
        var skew = Adversary?.ClockSkewSlots ?? 0;
        _world.Clock.At(_world.StartOf(slot) + Phase + (_world.Options.SlotTime * skew), () => LookAtLedger(look));
    }

    private void LookAtLedger(Look look)
    {
        if (!IsUp || !Ledger.IsUp || !_world.Network.IsReachable(Number, VirtualNetwork.Ledger))
        {
            return;
        }

        Ledger.Touch();
        if (!Ledger.IsUp)
        {
            return;
        }

        var current = _world.Task.RoundAt(Ledger.Bank.Slot);
        if (Adversary is { } adversary && !adversary.IsPresent(View, current))
        {
            return;
        }

        // The core is told of what a poll of the ledger would have told it; of what can't have changed for it, nothing.
        Post(new NodeInput.SlotObserved(Ledger.Bank.Slot));
        if (look is Look.Round || _seen.Count == 0)
        {
            Post(new NodeInput.TaskObserved(Ledger.ReadTask()));
            Decide();
        }

        foreach (var round in _core.RoundsOfInterest)
        {
            if (IsWorthReading(look, round, current))
            {
                Observe(round);
            }
        }

        if (Adversary is not null)
        {
            Act(look, current);
        }
    }

    private bool IsWorthReading(Look look, Round round, Round current) =>
        !_seen.Contains(round)
        || (look switch
        {
            Look.Round => round + 1 != current,
            Look.Audit => true,
            Look.Backup => round + 1 == current && Ledger.NeedsBackups(round),
            _ => round + 1 < current,
        });

    private void Observe(Round round)
    {
        if (Ledger.ReadRoundOf(round, Key) is not { } info)
        {
            Post(new NodeInput.RoundUnknown(round));
            return;
        }

        if (!info.Participants.IsEmpty)
        {
            _seen.Add(round);
            while (_seen.Count > 16)
            {
                _seen.Remove(_seen.Min);
            }
        }

        Post(new NodeInput.RoundObserved(info));
        FollowTurns(info);
    }

    /// <summary>The best ranks look again when it is their turn to write the list or to settle the round.</summary>
    private void FollowTurns(TaskRoundInfo info)
    {
        if (info.Leaders.IsDefaultOrEmpty || info.IsSettled || !_turns.Add((info.Round, info.Attempt)))
        {
            return;
        }

        var rank = info.Leaders.AsSpan(0, Math.Min(info.Leaders.Length, 15)).IndexOf(Key);
        if (rank < 0)
        {
            return;
        }

        var task = _world.Task;
        var from = task.Windows.ListsFrom(info.Round, info.Attempt);
        if (rank is > 0 and < TaskNodeCore.ListRanks)
        {
            At(from + (task.SubmissionWindow * (ulong)rank / (TaskNodeCore.ListRanks + 1)) + 1, Look.Turn);
        }

        var step = (ulong)System.Numerics.BitOperations.Log2((uint)rank + 1);
        At(task.Windows.PayoutFrom(info.Round, info.Attempt) + (step * TaskNodeCore.PayoutStaggerSlots), Look.Turn);
        if (_turns.Count > 16)
        {
            _turns.Remove(_turns.Min);
        }
    }

    private readonly SortedSet<(Round Round, int Attempt)> _turns = [];
}
