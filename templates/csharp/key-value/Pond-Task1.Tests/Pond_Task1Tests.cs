using System.Net;
using Pond.Primitives.Tasks;
using Pond.Sdk.Testing;

namespace Pond_Task1.Tests;

public sealed class Pond_Task1Tests
{
    [Fact]
    public async Task What_one_node_takes_the_others_have_a_round_later()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));
        await PutAsync(ann, "colour", "green");

        await ben.ExecuteAsync(round: 1);

        Assert.Equal("green", await ben.Http.GetStringAsync("/records/colour"));
    }

    [Fact]
    public async Task The_newer_value_wins_on_every_node()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"));
        await PutAsync(ann, "colour", "green");
        probe.Slot += 1;
        await PutAsync(ben, "colour", "blue");

        await ann.ExecuteAsync(round: 1);
        await ben.ExecuteAsync(round: 1);

        Assert.Equal("blue", await ann.Http.GetStringAsync("/records/colour"));
        Assert.Equal("blue", await ben.Http.GetStringAsync("/records/colour"));
    }

    [Fact]
    public async Task Equal_snapshots_are_valid_and_a_forged_record_is_found()
    {
        await using var probe = new TaskProbe();
        var (ann, ben, cid) = (probe.Node<Pond_Task1Task>("ann"), probe.Node<Pond_Task1Task>("ben"), probe.Node<Pond_Task1Task>("cid"));
        var cheater = probe.Node<CheatingTask>("cheater");
        await PutAsync(ann, "colour", "green");
        foreach (var node in (ProbeNode[])[ann, ben, cid, cheater])
        {
            await node.WorkAsync(round: 3);
        }

        Assert.Equal(Verdict.Valid, await ann.AuditAsync(round: 3, ben));
        Assert.Equal(Verdict.Invalid, await ann.AuditAsync(round: 3, cheater));
    }

    [Fact]
    public async Task The_flawed_audit_lets_the_cheater_pass()
    {
        await using var probe = new TaskProbe();
        var (flawed, cheater) = (probe.Node<FlawedTask>("flawed"), probe.Node<CheatingTask>("cheater"));
        await cheater.WorkAsync(round: 3);

        Assert.Equal(Verdict.Valid, await flawed.AuditAsync(round: 3, cheater));
    }

    [Fact]
    public async Task Values_that_are_too_long_are_refused()
    {
        await using var probe = new TaskProbe();
        var ann = probe.Node<Pond_Task1Task>("ann");

        using var answer = await ann.Http.PutAsync("/records/long", new StringContent(new string('x', Record.MaxValueLength + 1)));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static async Task PutAsync(ProbeNode node, string key, string value)
    {
        using var answer = await node.Http.PutAsync($"/records/{key}", new StringContent(value));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
    }
}
