using System.Net;
using System.Text;
using Pond.Primitives.Tasks;
using Pond.Sdk.Testing;

namespace Pond_Task1.Tests;

public sealed class Pond_Task1Tests
{
    [Fact]
    public async Task Pages_are_served_and_others_are_not_there()
    {
        await using var probe = new TaskProbe();
        var ann = probe.Node<Pond_Task1Task>("ann");

        var page = await ann.Http.GetStringAsync("/site/");
        using var missing = await ann.Http.GetAsync("/site/nothing.html");

        Assert.Equal(Encoding.UTF8.GetString(Site.Pages["index.html"]), page);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task A_node_that_serves_the_site_is_valid()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));
        await ben.WorkAsync(round: 1);

        Assert.Equal(Verdict.Valid, await ann.AuditAsync(round: 1, ben));
    }

    [Fact]
    public async Task A_node_that_serves_something_else_is_found()
    {
        await using var probe = new TaskProbe();
        var (ann, cheater) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<CheatingTask>("cheater"));
        await cheater.WorkAsync(round: 1);

        Assert.Equal(Verdict.Invalid, await ann.AuditAsync(round: 1, cheater));
    }

    [Fact]
    public async Task The_flawed_audit_lets_the_cheater_pass()
    {
        await using var probe = new TaskProbe();
        var (flawed, cheater) = (probe.Node<FlawedTask>("flawed"), probe.Node<CheatingTask>("cheater"));
        await cheater.WorkAsync(round: 1);

        Assert.Equal(Verdict.Valid, await flawed.AuditAsync(round: 1, cheater));
    }
}
