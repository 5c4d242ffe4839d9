using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Bench.Consensus;

/// <summary>When nodes die.</summary>
internal enum KillMoment
{
    /// <summary>All have submitted, nobody has audited: the others lose the most verdicts.</summary>
    BeforeAudit,

    /// <summary>The leaders of the list are drawn: all of them die first.</summary>
    WithTheLeaders,
}

/// <summary>One round in a whole ledger in which a part of the nodes is killed. The others do what nodes do, by the nodes' own rules.</summary>
internal static class KilledLedger
{
    private static readonly Round Played = new(1);

    internal static string Name(KillMoment moment) => moment is KillMoment.BeforeAudit ? "before the audit" : "with all leaders among them";

    /// <summary>Counts the nodes, dead ones included, that submitted honestly and were not paid.</summary>
    internal static long Unpaid(int nodes, int percent, KillMoment moment, int ledgers, ulong seed)
    {
        var unpaid = 0L;
        Parallel.For(0, ledgers, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, index =>
        {
            var random = DeterministicRandom.ForStream(seed, $"killed/{nodes}/{moment}/{index}");
            Interlocked.Add(ref unpaid, Play(nodes, nodes * percent / 100, moment, random));
        });
        return unpaid;
    }

    private static int Play(int nodes, int killed, KillMoment moment, DeterministicRandom random)
    {
        var ledger = new TaskLedger(nodes);
        ledger.GoTo(ledger.Windows.SubmissionsFrom(Played));
        ledger.Run(ledger.Nodes.Select(node => ledger.Submit(node, Played)));

        // Another draw in each ledger: where slots pass without a block, the next beacon is another one.
        ledger.GoTo(ledger.Windows.AuditBeaconAfter(Played) + 2 + random.NextBelow(8UL));
        var order = ledger.Nodes.ToArray();
        random.Shuffle<Pubkey>(order);
        var alive = moment is KillMoment.BeforeAudit ? order[killed..] : order;
        Audit(ledger, alive);
        ledger.GoTo(Read(ledger).BackupsFrom);
        for (; ledger.Bank.Slot <= Read(ledger).VotesClose; ledger.GoTo(ledger.Bank.Slot + 1))
        {
            Audit(ledger, alive);
        }

        ledger.GoTo(ledger.Windows.ListsFrom(Played, 0) + 1);
        if (moment is KillMoment.WithTheLeaders)
        {
            var leaders = Read(ledger).Leaders;
            alive = [.. order.OrderByDescending(node => leaders.Contains(node)).Skip(killed)];
        }

        for (var attempt = 0; !Read(ledger).IsSettled; attempt++)
        {
            // The last one has its payout too.
            if (attempt > TaskLedger.AllowedFailed)
            {
                break;
            }

            ledger.GoTo(ledger.Windows.ListsFrom(Played, attempt) + 1);
            Lead(ledger, alive);
            ledger.GoTo(ledger.Windows.ListBeaconAfter(Played, attempt) + 2);
            foreach (var (author, list) in Read(ledger).Lists)
            {
                ledger.Run(alive.Where(list.Auditors.Contains).Select(auditor => ledger.Write(
                    auditor, new TaskInstruction.AuditDistribution(Verdict.Valid, Played).ToInstruction(ledger.Task, auditor, author))));
            }

            ledger.GoTo(ledger.Windows.PayoutFrom(Played, attempt));
            ledger.Run([ledger.Write(alive[0], new TaskInstruction.Payout(Played).ToInstruction(ledger.Task, alive[0]))]);
        }

        var paid = Read(ledger).Rewards;
        return ledger.Nodes.Count(node => !paid.ContainsKey(node));
    }

    private static TaskRoundInfo Read(TaskLedger ledger) => ledger.Bank.GetTaskRound(ledger.Task, Played)!;

    private static void Audit(TaskLedger ledger, IEnumerable<Pubkey> alive)
    {
        var (round, slot) = (Read(ledger), ledger.Bank.Slot);
        ledger.Run(
            from auditor in alive
            from candidate in AuditDuties.OfSubmissions(round, auditor, slot)
            select ledger.Audit(auditor, candidate, Played));
    }

    // The first leader who lives writes what every honest leader writes: equal parts for the accepted.
    private static void Lead(TaskLedger ledger, Pubkey[] alive)
    {
        var round = Read(ledger);
        var leader = round.Leaders.FirstOrDefault(alive.Contains);
        if (leader.IsZero)
        {
            return;
        }

        var accepted = round.Outcomes.Where(pair => pair.Value is SubmissionOutcome.Accepted).Select(pair => pair.Key).ToImmutableArray();
        var info = ledger.Bank.GetTask(ledger.Task)!;
        var part = (info.BountyPerRound - info.AuditPayPerRound).SplitEqually(accepted.Length).Part.Value.ToString(CultureInfo.InvariantCulture);
        var list = Encoding.UTF8.GetBytes("{" + string.Join(',', accepted.Select(key => $"\"{key}\":{part}")) + "}");
        ledger.Run(
        [
            .. TaskInstruction.UploadDistributionList.Split(list, Played).Select(chunk => ledger.Write(leader, chunk.ToInstruction(ledger.Task, leader))),
            ledger.Write(leader, new TaskInstruction.SubmitDistributionList(Played).ToInstruction(ledger.Task, leader)),
        ]);
    }
}
