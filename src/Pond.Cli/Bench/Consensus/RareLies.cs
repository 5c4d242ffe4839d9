using System.Collections.Immutable;
using Pond.Ledger.Consensus;
using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Cli.Bench.Consensus;

/// <summary>
/// Plays lies with the ledger's own assignment and tally, where counting those that pass would take hundreds of millions. So they are played in a
/// network where they pass often, and each that passes counts for as much as it is rarer in the real one (importance sampling): what is
/// left open is a few percent of the chance and not twice of it.
/// </summary>
/// <remarks>
/// The beacon draws the same way whoever owns the keys. A draw without putting back that showed certain roles one after the other is
/// as much rarer with the true owners as the product of the true shares of what was left, divided by that of the played ones.
/// </remarks>
internal sealed class RareLies(Odds odds, ulong seed)
{
    // Fewer would not tell how much the rounds differ.
    private const int FewestRounds = 50;

    private readonly TrialDraws _draws = new(seed);

    private enum Role
    {
        Dishonest,
        Honest,
        Away,
    }

    /// <summary>The chance that the audits accept a lie that no honest auditor saw in time.</summary>
    internal Estimate Unseen(int nodes, long lies, CancellationToken cancellationToken)
    {
        var truth = Others.OfLiar(nodes);
        // One in five honest and there: then some of a hundred lies are seen by none of sixteen.
        var honest = truth.Count / 5;
        var away = (int)((long)(truth.Count - honest) * truth.Away / (truth.Away + truth.Dishonest));
        var played = new Others(truth.Count - honest - away, honest, away);
        var (keys, roles) = (TrialDraws.Keys(nodes), RolesOf(played));
        var reach = Assignment.RanksFor(nodes) + 1;
        var rounds = new (double Weight, long Lies)[Math.Max(FewestRounds, (int)(((lies * reach) + nodes - 1) / nodes))];
        Parallel.For(0, rounds.Length, TrialDraws.Parallelism(cancellationToken), round =>
        {
            var ring = Assignment.Draw(_draws.Beacon("unseen", nodes, round), "audit", keys);
            var (weight, told) = (0.0, 0L);
            // So far apart that no two of them have an auditor in common.
            for (var place = 0; place + reach <= nodes; place += reach)
            {
                if (RoleOf(ring[place], roles) is Role.Dishonest)
                {
                    told++;
                    weight += WeightOf(nodes, [.. Assignment.AuditorsOf(ring, place).Select(auditor => RoleOf(auditor, roles))], truth, played);
                }
            }

            rounds[round] = (weight, told);
        });
        return Estimate.Of(rounds);
    }

    /// <summary>The chance that the seats let a lie go to which somebody objected.</summary>
    internal Estimate LetGo(int nodes, int juries, CancellationToken cancellationToken)
    {
        var truth = Others.OfLiar(nodes);
        // As many dishonest as honest: then every second jury lets the liar go.
        var honest = (truth.Count - truth.Away) / 2;
        var played = new Others(truth.Count - truth.Away - honest, honest, truth.Away);
        var (keys, roles) = (TrialDraws.Keys(nodes), RolesOf(played));
        var (liar, count) = (keys[0], Assignment.SeatsFor(nodes));
        var weights = new (double Weight, long Juries)[juries];
        Parallel.For(0, juries, TrialDraws.Parallelism(cancellationToken), jury =>
        {
            var beacon = _draws.Beacon("jury", nodes, jury);
            var seats = Assignment.Choose(beacon, "seats", keys, [liar], count).Select(seat => RoleOf(seat, roles)).ToArray();
            var isUpheld = VerdictTally.Judge(nodes, [], VerdictsOf(seats)).Ruling is ObjectionRuling.Upheld;
            weights[jury] = (isUpheld ? 0 : ChanceOf(seats, truth) / ChanceOf(seats, played), 1);
        });
        return Estimate.Of(weights);
    }

    private static double WeightOf(int nodes, Role[] byRank, Others truth, Others played)
    {
        var auditors = Assignment.AuditorsFor(nodes);
        if (byRank.AsSpan(0, auditors).Contains(Role.Honest)
            || VerdictTally.Judge(nodes, VerdictsOf(byRank)).Outcome is not SubmissionOutcome.Accepted)
        {
            return 0;
        }

        // The ranks behind those that count say nothing about the event, so they don't weigh.
        var (weight, counted) = (1.0, 0);
        for (var rank = 0; rank < byRank.Length && (rank < auditors || counted < auditors); rank++)
        {
            var role = byRank[rank];
            weight *= (double)CountOf(truth, role) / CountOf(played, role);
            (truth, played) = (Without(truth, role), Without(played, role));
            counted += role is Role.Away ? 0 : 1;
        }

        return weight;
    }

    private double ChanceOf(Role[] drawn, Others others) => odds.Of(
        drawn.Count(role => role is Role.Dishonest), others.Dishonest,
        drawn.Count(role => role is Role.Honest), others.Honest,
        drawn.Count(role => role is Role.Away), others.Away);

    // Whose key is whose does not matter, as the beacon shuffles them; the liar is one of the dishonest, and the first key is theirs.
    private static ImmutableArray<Role> RolesOf(Others others) =>
    [
        .. Enumerable.Repeat(Role.Dishonest, others.Dishonest + 1),
        .. Enumerable.Repeat(Role.Honest, others.Honest),
        .. Enumerable.Repeat(Role.Away, others.Away),
    ];

    private static Role RoleOf(Pubkey key, ImmutableArray<Role> roles) => roles[TrialDraws.IndexOf(key)];

    private static int CountOf(Others others, Role role) => role switch
    {
        Role.Dishonest => others.Dishonest,
        Role.Honest => others.Honest,
        _ => others.Away,
    };

    private static Others Without(Others others, Role role) => role switch
    {
        Role.Dishonest => others with { Dishonest = others.Dishonest - 1 },
        Role.Honest => others with { Honest = others.Honest - 1 },
        _ => others with { Away = others.Away - 1 },
    };

    private static Verdict?[] VerdictsOf(Role[] roles) => [.. roles.Select(role => role switch
    {
        Role.Dishonest => Verdict.Valid,
        Role.Honest => Verdict.Invalid,
        _ => (Verdict?)null,
    })];
}
