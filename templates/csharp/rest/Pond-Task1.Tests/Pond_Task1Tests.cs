using System.Net;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk.Testing;

namespace Pond_Task1.Tests;

public sealed class Pond_Task1Tests
{
    [Fact]
    public async Task Blocks_are_served_and_those_to_come_are_not_there()
    {
        await using var probe = new TaskProbe();
        var ann = probe.Node<Pond_Task1Task>("ann");

        var block = await ann.Http.GetStringAsync("/blocks/5");
        using var future = await ann.Http.GetAsync($"/blocks/{probe.Slot.Value + 1}");

        Assert.Equal($$"""{"slot":5,"hash":"{{TaskProbe.BlockHashOf(new Slot(5))}}"}""", block);
        Assert.Equal(HttpStatusCode.NotFound, future.StatusCode);
    }

    [Fact]
    public async Task A_node_that_serves_the_ledger_is_valid_and_one_that_invents_it_is_found()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));
        var cheater = probe.Node<CheatingTask>("cheater");
        await ben.WorkAsync(round: 0);
        await cheater.WorkAsync(round: 0);

        Assert.Equal(Verdict.Valid, await ann.AuditAsync(round: 0, ben));
        Assert.Equal(Verdict.Invalid, await ann.AuditAsync(round: 0, cheater));
    }

    [Fact]
    public async Task The_flawed_audit_lets_the_cheater_pass()
    {
        await using var probe = new TaskProbe();
        var (flawed, cheater) = (probe.Node<FlawedTask>("flawed"), probe.Node<CheatingTask>("cheater"));
        await cheater.WorkAsync(round: 0);

        Assert.Equal(Verdict.Valid, await flawed.AuditAsync(round: 0, cheater));
    }
}
