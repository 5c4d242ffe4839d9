using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk.Testing;

namespace Pond_Task1.Tests;

public sealed class Pond_Task1Tests
{
    [Fact]
    public async Task Honest_work_is_valid()
    {
        await using var probe = NewProbe();
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));

        await ben.WorkAsync(round: 1);

        Assert.Equal(Verdict.Valid, await ann.AuditAsync(round: 1, ben));
    }

    [Fact]
    public async Task An_index_of_one_slot_repeated_is_found()
    {
        await using var probe = NewProbe();
        var (ann, cheater) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<CheatingTask>("cheater"));

        await cheater.WorkAsync(round: 1);

        Assert.Equal(Verdict.Invalid, await ann.AuditAsync(round: 1, cheater));
    }

    [Fact]
    public void A_simulated_network_pays_the_honest_and_no_cheater()
    {
        var simulation = TaskNetwork.Simulate<Pond_Task1Task>(o => o.Nodes(7).Rounds(3).Plus<CheatingTask>(2).Seed(7));

        simulation.AssertHonestWins();
        Assert.NotEqual(0, simulation.Lies);
    }

    [Fact]
    public async Task The_flawed_audit_lets_the_cheater_pass()
    {
        await using var probe = NewProbe();
        var (flawed, cheater) = (probe.Node<FlawedTask>("flawed"), probe.Node<CheatingTask>("cheater"));

        await cheater.WorkAsync(round: 1);

        Assert.Equal(Verdict.Valid, await flawed.AuditAsync(round: 1, cheater));
    }

    [Fact]
    public async Task An_index_without_its_slots_is_invalid_and_one_that_nobody_has_is_not()
    {
        await using var probe = NewProbe();
        var (ann, ben, cid) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"), probe.Node<Pond_Task1Task>("cid"));
        var empty = Directory.CreateDirectory(Path.Combine(ben.Context.Folder, "empty"));
        probe.Submit(ben, round: 1, await ben.Context.Content.AddAsync(empty.FullName, "empty", CancellationToken.None));
        probe.Submit(cid, round: 1, "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku");

        var verdicts = await ann.AuditAllAsync(round: 1);

        Assert.Equal(Verdict.Invalid, verdicts[ben.StakingKey]);
        Assert.Equal(Verdict.Abstain, verdicts[cid.StakingKey]);
    }

    private static TaskProbe NewProbe() => new()
    {
        Ledger = (_, parameters) => new { signatures = new[] { $"transaction of slot {((Slot)parameters[0]!).Value}" } },
    };
}
