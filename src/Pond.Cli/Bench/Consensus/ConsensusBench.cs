using System.Globalization;
using Pond.Ledger.Consensus;

namespace Pond.Cli.Bench.Consensus;

/// <summary>How much. The quick form takes seconds and belongs to the tests.</summary>
/// <param name="Sizes">For how many nodes the chances are computed.</param>
/// <param name="Large">For how many nodes rounds are played.</param>
/// <param name="Lies">For how many lies in each of them there is room; two thirds of the places are liars'.</param>
/// <param name="Juries">How many juries are drawn for each of them.</param>
/// <param name="Tries">How often the last mover tries.</param>
/// <param name="Draws">In how many draws its luck is counted.</param>
/// <param name="OldTries">How often it tries under the old rule.</param>
/// <param name="OldRounds">How many rounds of the old rule are played.</param>
/// <param name="Killed">For how many nodes, and in how many rounds, a part of them is killed.</param>
/// <param name="Ledgers">The same through whole ledgers: for how many nodes, and in how many of them.</param>
internal sealed record ConsensusBenchSize(
    IReadOnlyList<int> Sizes,
    IReadOnlyList<int> Large,
    long Lies,
    int Juries,
    int Tries,
    int Draws,
    int OldTries,
    int OldRounds,
    IReadOnlyList<(int Nodes, int Rounds)> Killed,
    IReadOnlyList<(int Nodes, int Rounds)> Ledgers)
{
    internal static readonly ConsensusBenchSize Full = new(
        [.. Enumerable.Range(30, 971), 10_000, 100_000, 1_000_000],
        [10_000, 100_000, 1_000_000],
        Lies: 1_000_000,
        Juries: 20_000,
        Tries: 1 << 20,
        Draws: 1 << 20,
        OldTries: 30_000,
        OldRounds: 30,
        [(30, 10_000), (100, 10_000), (1000, 1000), (10_000, 100)],
        [(30, 100), (300, 10)]);

    internal static readonly ConsensusBenchSize Quick = new(
        [30, 31, 48, 49, 50, 100, 300, 402, 403, 1000, 1_000_000],
        [2000],
        Lies: 20_000,
        Juries: 500,
        Tries: 1 << 12,
        Draws: 1 << 16,
        OldTries: 500,
        OldRounds: 20,
        [(30, 500), (200, 50)],
        [(30, 1)]);
}

/// <summary>Asks the ledger's own assignment and tally how safe its rules are, beside the rule of Koii's clients.</summary>
/// <param name="size">How much.</param>
/// <param name="seed">Decides all draws.</param>
/// <param name="onStep">Told what is done next, and each figure as soon as there is one.</param>
internal sealed class ConsensusBench(ConsensusBenchSize size, ulong seed, Action<string> onStep)
{
    private const double MostPassing = 1e-6;
    private const double MostSlander = 1e-9;
    private const double MostBias = 1e-3;
    private const int Attempts = 3;
    private const int KilledPercent = 30;

    private const int DutyNodes = 10_000;
    private const int FewNodes = 50;
    private const int ManyNodes = 1000;

    private readonly Odds _odds = new(Math.Max(size.Sizes.Max(), size.Large.Max()));
    private readonly Trials _trials = new(seed);
    private readonly OldRule _old = new(seed);

    internal IReadOnlyList<BenchRow> Run(CancellationToken cancellationToken)
    {
        var rows = new List<BenchRow>();
        foreach (var row in Measure(cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            onStep($"   {row.Name}: {row.Pond}");
            rows.Add(row);
        }

        return rows;
    }

    private IEnumerable<BenchRow> Measure(CancellationToken cancellationToken) =>
        Passing(cancellationToken).Concat(Then(Duties)).Concat(Slander()).Concat(Bias()).Concat(Then(Small)).Concat(Kills());

    // Nothing is measured before its turn has come.
    private static IEnumerable<BenchRow> Then(Func<BenchRow> measure)
    {
        yield return measure();
    }

    private IEnumerable<BenchRow> Passing(CancellationToken cancellationToken)
    {
        onStep("V1: the chance of a lie, computed");
        var exact = new ExactOdds(_odds);
        var worst = size.Sizes.Select(nodes => (Nodes: nodes, Chance: exact.PassOf(nodes))).MaxBy(pair => pair.Chance);
        var old = _old.PassOf(100, size.OldRounds * 100);
        yield return new(
            $"V1 a lie is paid, worst of {size.Sizes.Count} sizes from {size.Sizes.Min()} to {size.Sizes.Max()} nodes",
            $"{Rate(worst.Chance)} at {worst.Nodes}", $"{Percent(old)} at 100", $"<= {Rate(MostPassing)}", worst.Chance <= MostPassing);
        foreach (var nodes in size.Large)
        {
            onStep($"V1: lies among {nodes} nodes");
            var lies = new RareLies(_odds, seed);
            var unseen = lies.Unseen(nodes, size.Lies, cancellationToken);
            var letGo = lies.LetGo(nodes, size.Juries, cancellationToken);
            var (computed, _) = exact.AcceptedByAudits(nodes, Others.OfLiar(nodes));
            yield return new(
                $"V1 played: a lie is paid, {nodes} nodes", $"at most {Rate(unseen.Most + letGo.Most)} (99.9 %)", "-", $"<= {Rate(MostPassing)}",
                unseen.Most + letGo.Most <= MostPassing);
            yield return Agrees("unseen by the honest and accepted", unseen, computed);
            yield return Agrees("let go by a jury once somebody objected", letGo, exact.LetGoOf(nodes));
        }

        var guilty = size.Sizes.Min(exact.SlashOf);
        yield return new("   a liar is slashed once somebody objected, at least", Percent(guilty), "-", "-", IsReached: true);
    }

    private static BenchRow Agrees(string name, Estimate played, double computed) => new(
        $"   {name}", $"{Rate(played.Least)} to {Rate(played.Most)}", $"computed {Rate(computed)}", "agrees", played.Holds(computed));

    private BenchRow Duties()
    {
        onStep("V2");
        var (fewest, most) = _trials.Duties(DutyNodes);
        return new(
            $"V2 audits per node and round, {DutyNodes} nodes", $"{fewest} to {most}",
            $"5, and {Percent(_old.UnseenOf(ManyNodes, size.OldRounds * 100))} seen by nobody", $"{Assignment.MaxAuditors}",
            fewest == Assignment.MaxAuditors && most == Assignment.MaxAuditors);
    }

    private IEnumerable<BenchRow> Slander()
    {
        onStep("V3");
        var exact = new ExactOdds(_odds);
        var worst = size.Sizes.Select(nodes => (Nodes: nodes, Chance: exact.SlanderOf(nodes))).MaxBy(pair => pair.Chance);
        // Two false votes that come when nobody can answer any more are two more than none.
        yield return new(
            "V3 an honest node is slashed, per objection by a third", $"{Rate(worst.Chance)} at {worst.Nodes}", "100 % by two late keys",
            $"<= {Rate(MostSlander)}", worst.Chance <= MostSlander);
    }

    private IEnumerable<BenchRow> Bias()
    {
        foreach (var nodes in new[] { FewNodes, ManyNodes })
        {
            onStep($"V4: {size.Tries} tries of the last mover among {nodes} nodes");
            var share = _trials.Grind(nodes, size.Tries, size.Draws);
            var fair = 1.0 / nodes;
            var deviation = Math.Sqrt(fair * (1 - fair) / size.Draws);
            var old = nodes == FewNodes ? Percent(_old.GrindOf(nodes, size.OldTries, size.OldRounds)) + $" after {size.OldTries}" : "-";
            yield return new(
                $"V4 last mover leads after {size.Tries} tries, {nodes} nodes (fair {Percent(fair)})",
                $"{Percent(share)} +- {Percent(Estimate.Deviations * deviation)}", old, $"bias <= {Rate(MostBias)}", Math.Abs(share - fair) <= Math.Max(MostBias, Estimate.Deviations * deviation));
        }
    }

    private BenchRow Small()
    {
        onStep("small networks");
        var (cases, broken) = SmallNetworks.Enumerate();
        return new(
            $"every case of {SmallNetworks.Fewest} to {SmallNetworks.Most} nodes, fewer than half dishonest", $"{broken} of {cases} go wrong", "-", "0", broken == 0);
    }

    private IEnumerable<BenchRow> Kills()
    {
        foreach (var (nodes, rounds) in size.Killed)
        {
            onStep($"V10: {nodes} nodes");
            var (submissions, unpaid, late, failed) = _trials.Kill(nodes, rounds, KilledPercent, Attempts);
            yield return new(
                $"V10 honest submissions unpaid, {KilledPercent} % of {nodes} nodes killed before the audit", $"{unpaid} of {submissions}",
                $"nobody in {Percent(_old.DeadLeaderOf(Math.Min(nodes, ManyNodes), KilledPercent, size.OldRounds * 10))} of rounds", "0", unpaid == 0);
            yield return new(
                $"V10 rounds of {rounds} with a second list, and without any", $"{late}, {failed}", "-", "none without", failed == 0);
        }

        foreach (var (nodes, ledgers) in size.Ledgers)
        {
            foreach (var moment in Enum.GetValues<KillMoment>())
            {
                onStep($"V10: {ledgers} ledgers with {nodes} nodes");
                var unpaid = KilledLedger.Unpaid(nodes, KilledPercent, moment, ledgers, seed);
                yield return new(
                    $"V10 in {ledgers} ledgers: honest nodes unpaid, {KilledPercent} % of {nodes} killed {KilledLedger.Name(moment)}",
                    $"{unpaid} of {(long)ledgers * nodes}", "-", "0", unpaid == 0);
            }
        }
    }

    private static string Rate(double rate) => rate.ToString("0.00e-0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.###} %");
}
