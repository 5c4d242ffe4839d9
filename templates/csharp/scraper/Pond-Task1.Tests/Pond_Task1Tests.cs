using System.Net;
using Pond.Primitives.Tasks;
using Pond.Sdk.Testing;

namespace Pond_Task1.Tests;

public sealed class Pond_Task1Tests
{
    [Fact]
    public void Facts_are_what_most_readers_see_alike()
    {
        var facts = PageFacts.Of("u", "<html><title>A &amp; B</title><script>var now = 1;</script><p>two\n <b>words</b></p></html>");
        var again = PageFacts.Of("u", "<html><title>A &amp; B</title><script>var now = 2;</script><p>two words</p></html>");

        Assert.Equal("A & B", facts.Title);
        Assert.Equal(facts, again);
        Assert.NotEqual(facts, PageFacts.Of("u", "<html><title>A &amp; B</title><p>other words</p></html>"));
    }

    [Fact]
    public async Task What_the_quorum_read_is_valid_and_what_a_cheater_invents_is_not()
    {
        await using var probe = new TaskProbe { Web = _ => Page("the page") };
        var (ann, ben, cid) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"), probe.Node<Pond_Task1Task>("cid"));
        var cheater = probe.Node<CheatingTask>("cheater");
        foreach (var node in (ProbeNode[])[ann, ben, cid, cheater])
        {
            await node.WorkAsync(round: 1);
        }

        // By now the page has changed: what counts is what it said then.
        probe.Web = _ => Page("another page");

        Assert.Equal(Verdict.Valid, await ann.AuditAsync(round: 1, ben));
        Assert.Equal(Verdict.Invalid, await ann.AuditAsync(round: 1, cheater));
    }

    [Fact]
    public void A_simulated_network_pays_the_honest_and_no_cheater()
    {
        var simulation = TaskNetwork.Simulate<Pond_Task1Task>(o => o.Nodes(7).Rounds(3).Plus<CheatingTask>(2).Seed(7).Web(_ => Page("the page")));

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
    public async Task An_auditor_who_can_not_read_the_page_accuses_nobody()
    {
        await using var probe = new TaskProbe { Web = _ => Page("the page") };
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));
        await ben.WorkAsync(round: 1);
        probe.Web = _ => new HttpResponseMessage(HttpStatusCode.BadGateway);

        Assert.Equal(Verdict.Abstain, (await ann.AuditAllAsync(round: 1))[ben.StakingKey]);
    }

    private static HttpResponseMessage Page(string text) =>
        new(HttpStatusCode.OK) { Content = new StringContent($"<title>Page</title><p>{text}</p>") };
}
