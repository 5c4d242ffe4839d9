using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Testing;

namespace Pond_Task1.Tests;

public sealed class Pond_Task1Tests
{
    [Fact]
    public async Task Honest_work_is_valid()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));

        await ben.WorkAsync(round: 1);

        Assert.Equal(Verdict.Valid, await ann.AuditAsync(round: 1, ben));
    }

    [Fact]
    public async Task A_cheater_is_found()
    {
        await using var probe = new TaskProbe();
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
        await using var probe = new TaskProbe();
        var (flawed, cheater) = (probe.Node<FlawedTask>("flawed"), probe.Node<CheatingTask>("cheater"));

        await cheater.WorkAsync(round: 1);

        Assert.Equal(Verdict.Valid, await flawed.AuditAsync(round: 1, cheater));
    }

    [Fact]
    public async Task A_copied_submission_is_found()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));
        await ben.WorkAsync(round: 1);
        var copy = probe.SubmissionOf(ben, round: 1)!;

        Assert.Equal(Verdict.Invalid, await ann.AuditAsync(round: 1, new CandidateSubmission(ann.StakingKey, copy.Value, copy.Slot)));
    }
}
