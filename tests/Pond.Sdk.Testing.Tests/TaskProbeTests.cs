using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Testing.Tests;

public sealed class TaskProbeTests
{
    [Fact]
    public async Task Nodes_share_what_they_submit_and_serve()
    {
        await using var probe = new TaskProbe();
        var (ann, ben, liar) = (probe.Node<EchoTask>("ann"), probe.Node<EchoTask>("ben"), probe.Node<LyingEchoTask>("liar"));
        await ben.WorkAsync(1);
        await liar.WorkAsync(1);

        var verdicts = await ann.AuditAllAsync(1);

        Assert.Equal(Verdict.Valid, verdicts[ben.StakingKey]);
        Assert.Equal(Verdict.Invalid, verdicts[liar.StakingKey]);
        Assert.Equal("works on 1", Assert.Single(ben.Lines));
    }

    [Fact]
    public async Task The_list_pays_whom_the_test_lets_be_accepted()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<EchoTask>("ann"), probe.Node<EchoTask>("ben"));
        await ann.WorkAsync(1);
        await ben.WorkAsync(1);
        probe.SetOutcome(ben, 1, SubmissionOutcome.Slashed);

        var list = await ann.DistributeAsync(1);

        Assert.Equal([new(ann.StakingKey, probe.Info.BountyPerRound - probe.Info.AuditPayPerRound)], list.Rewards);
        Assert.Equal(Verdict.Valid, await ben.AuditListAsync(1, ann, list));
        Assert.Equal(Verdict.Invalid, await ben.AuditListAsync(1, ann, null));
    }

    [Fact]
    public async Task Content_is_had_by_its_real_cid_and_what_is_missing_is_told_apart_from_what_nobody_has()
    {
        await using var probe = new TaskProbe();
        var (ann, ben) = (probe.Node<EchoTask>("ann").Context, probe.Node<EchoTask>("ben").Context);
        var folder = Directory.CreateDirectory(Path.Combine(ann.Folder, "result"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.txt"), "0123456789");

        var cid = await ann.Content.AddAsync("result", "round 1", default);

        Assert.Equal("234"u8.ToArray(), await ben.Content.ReadAsync($"{cid}/a.txt", 2, 3, default));
        Assert.Equal("content-missing", await CodeOf(() => ben.Content.OpenReadAsync($"{cid}/b.txt", default)));
        Assert.Equal("content-unreachable", await CodeOf(() => ben.Content.OpenReadAsync("bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy", default)));
        Assert.Equal("content-unreachable", await CodeOf(() => ben.Content.OpenReadAsync("no cid", default)));
    }

    [Fact]
    public async Task Without_a_word_of_the_test_there_is_no_web_and_no_variable()
    {
        await using var probe = new TaskProbe();
        var ann = probe.Node<EchoTask>("ann").Context;

        Assert.Equal("web-refused", (await Assert.ThrowsAsync<PondException>(() => ann.Web.Http.GetAsync("http://x.test"))).Code);
        Assert.Equal("variable-missing", Assert.Throws<PondException>(() => ann.Variables.Require("KEY")).Code);
        probe.Variables["KEY"] = "1";
        Assert.Equal("1", ann.Variables.Require("KEY"));
    }

    private static async Task<string> CodeOf(Func<ValueTask<Stream>> open) => (await Assert.ThrowsAsync<PondException>(async () => await open())).Code;
}
