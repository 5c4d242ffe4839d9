using Pond.Ledger.Consensus;
using Pond.Primitives;

namespace Pond.Ledger.Tests.Consensus;

public sealed class AssignmentTests
{
    [Theory]
    [InlineData(2, 1)]
    [InlineData(17, 16)]
    [InlineData(40, 16)]
    [InlineData(200, 16)]
    public void Every_node_audits_exactly_k_and_is_audited_by_k_others(int nodes, int auditors)
    {
        var ring = Assignment.Draw(new byte[64], "test", Keys(nodes));
        var duties = new Dictionary<Pubkey, int>();
        for (var position = 0; position < nodes; position++)
        {
            var ranks = Assignment.AuditorsOf(ring, position);
            Assert.DoesNotContain(ring[position], ranks);
            Assert.Equal(ranks.Length, ranks.Distinct().Count());
            Assert.Equal(Math.Min(3 * auditors, nodes - 1), ranks.Length);
            foreach (var auditor in ranks[..auditors])
            {
                duties[auditor] = duties.GetValueOrDefault(auditor) + 1;
            }
        }

        Assert.Equal(nodes, duties.Count);
        Assert.All(duties.Values, count => Assert.Equal(auditors, count));
    }

    [Fact]
    public void A_draw_depends_on_beacon_and_purpose_and_not_on_the_order_of_the_keys()
    {
        var keys = Keys(30);
        var draw = Assignment.Draw(new byte[64], "a", keys).ToArray();

        Assert.Equal(draw, Assignment.Draw(new byte[64], "a", keys.Reverse()).ToArray());
        Assert.NotEqual(draw, Assignment.Draw(new byte[64], "b", keys).ToArray());
        Assert.NotEqual(draw, Assignment.Draw([.. new byte[63], 1], "a", keys).ToArray());
    }

    [Fact]
    public void Every_key_comes_first_about_equally_often()
    {
        var keys = Keys(10);
        var first = new Dictionary<Pubkey, int>();
        for (var draw = 0; draw < 5000; draw++)
        {
            var leader = Assignment.Draw(BitConverter.GetBytes(draw), "leaders", keys)[0];
            first[leader] = first.GetValueOrDefault(leader) + 1;
        }

        // Chi-square with 9 degrees of freedom stays below 27.9 in 999 of 1000 cases; these draws are always the same.
        var chi = keys.Sum(key => Math.Pow(first.GetValueOrDefault(key) - 500, 2) / 500);
        Assert.True(chi < 27.9, $"chi-square {chi}");
    }

    [Fact]
    public void Whom_a_key_audits_is_who_is_audited_by_it()
    {
        var ring = Assignment.Draw(new byte[64], "test", Keys(60));
        for (var place = 0; place < ring.Length; place++)
        {
            var candidates = Assignment.CandidatesOf(ring, place);
            Assert.Equal(Assignment.RanksFor(60), candidates.Length);
            Assert.All(candidates.Select((candidate, rank) => (candidate, rank)), pair =>
                Assert.Equal(ring[place], Assignment.AuditorsOf(ring, ring.IndexOf(pair.candidate))[pair.rank]));
        }
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(10, 9)]
    [InlineData(10, 50)]
    [InlineData(1, 5)]
    public void A_choice_holds_each_key_once_and_none_that_is_left_out(int keys, int count)
    {
        System.Collections.Immutable.ImmutableArray<Pubkey> all = [.. Keys(keys)];
        Pubkey[] without = [all[0], all[^1], .. Keys(200)[^1..]];

        var chosen = Assignment.Choose(new byte[64], "test", all, without, count);

        Assert.Equal(Math.Min(count, keys - without.Distinct().Count(all.Contains)), chosen.Length);
        Assert.Equal(chosen.Length, chosen.Distinct().Count());
        Assert.All(chosen, key => Assert.Contains(key, all.Except(without)));
    }

    [Fact]
    public void Every_key_is_chosen_about_equally_often_at_every_place()
    {
        System.Collections.Immutable.ImmutableArray<Pubkey> keys = [.. Keys(12)];
        var counts = new Dictionary<(int, Pubkey), int>();
        for (var draw = 0; draw < 5000; draw++)
        {
            var chosen = Assignment.Choose(BitConverter.GetBytes(draw), "seats", keys, [keys[3], keys[7]], 3);
            for (var place = 0; place < chosen.Length; place++)
            {
                counts[(place, chosen[place])] = counts.GetValueOrDefault((place, chosen[place])) + 1;
            }
        }

        Assert.Equal(30, counts.Count);
        for (var place = 0; place < 3; place++)
        {
            // As above: chi-square with 9 degrees of freedom.
            var chi = counts.Where(pair => pair.Key.Item1 == place).Sum(pair => Math.Pow(pair.Value - 500, 2) / 500);
            Assert.True(chi < 27.9, $"chi-square {chi} at place {place}");
        }
    }

    private static Pubkey[] Keys(int count) =>
        [.. Enumerable.Range(0, count).Select(index => new Pubkey([.. new byte[28], .. BitConverter.GetBytes(index + 1)]))];
}
