using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Pond.Contracts.Rpc;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks.JavaScript;
using Pond.Store.UnixFs;

namespace Pond.Server.Tests.Nodes;

/// <summary>Whole nodes that run unmodified JavaScript bundles in a legacy task: as Koii's network does it, against a real ledger.</summary>
public sealed class JavaScriptNodeTests
{
    [Fact]
    public async Task Five_nodes_with_bundles_of_two_generations_do_three_rounds_and_are_paid_and_a_liar_is_slashed()
    {
        using var folder = new TemporaryFolder();
        using var creator = new ContentStore(folder.At("creator"));
        var bundle = FolderImporter.Import(Bundles.Of("task-manager"), creator.Blocks, UnixFsProfile.V1Of2025, CancellationToken.None);
        await using var content = await ContentHost.StartAsync(creator.Blocks, IPAddress.Loopback, port: 0, CancellationToken.None);
        await using var network = await LocalNetwork.StartAsync(bundle.Root.ToString(), variables: "");
        Assert.Equal(TaskClass.Legacy, network.Task.Class);
        var setups = new List<NodeSetup>();
        foreach (var name in (string[])["ann", "ben", "cid", "dot", "liar"])
        {
            var setup = await network.SetUpAsync(name);
            setups.Add(new(
                setup.Node with { ContentSources = [content.Endpoint] },
                // Two run the oldest kind of bundle: all kinds of nodes must come to the same lists.
                name is "ben" or "cid" ? setup.Task with { ExecutableOverride = Bundles.Of("core-logic") }
                : name is "liar" ? setup.Task with { Variables = setup.Task.Variables.Add("LIE", "1") }
                : setup.Task));
        }

        var nodes = await Task.WhenAll(setups.Select(network.RunAsync));

        var (honest, liar) = (nodes[..^1].Select(node => node.StakingKey).ToList(), nodes[^1].StakingKey);
        await network.UntilAsync("Three rounds in which all the honest are paid, and one in which the liar is slashed", async () =>
        {
            var paid = (await network.ReadRoundsAsync()).Where(round => round.Payout is PayoutRecord.PayoutSuccessful).ToList();
            return paid.Count(round => honest.TrueForAll(key => round.Rewards.GetValueOrDefault(key) > Lamports.Zero)) >= 3
                && paid.Exists(round => round.Slashes.ContainsKey(liar));
        });

        var rounds = await network.ReadRoundsAsync();
        Assert.All(rounds, round => Assert.DoesNotContain(honest, round.Slashes.ContainsKey));
        Assert.All(rounds, round => Assert.False(round.Rewards.ContainsKey(liar)));
        await network.UntilAsync("A claim by every honest node", () => Task.FromResult(
            nodes[..^1].All(node => node.Status is { Claimed.Value: > 0 })));
        await network.UntilAsync("The liar's reason", () => Task.FromResult(
            nodes[^1].Status.Rounds.Any(round => round.Reason is RoundReason.Slashed && round.Lost > Lamports.Zero)));
        Assert.All(nodes, node => Assert.Equal(0, node.Status.Restarts));

        // What the operator is told while the node runs.
        var slashed = nodes[^1].Status.Rounds.First(round => round.Reason is RoundReason.Slashed).Round;
        var explanation = RoundExplanation.Read(setups[^1].Node.DataFolder, network.Task.Task, slashed);
        Assert.Equal((true, "slashed", Lamports.Zero), (explanation.IsClosed, explanation.Reason, explanation.Earned));
        Assert.True(explanation.Lost > Lamports.Zero);
        Assert.Contains(explanation.Entries, entry => entry is { Event: JournalEvent.SubmissionAccepted, Signature: not null });
        Assert.Equal("journal-missing", Assert.Throws<PondException>(
            () => RoundExplanation.Read(network.Folder, network.Task.Task, slashed)).Code);
    }

    [Fact]
    public async Task A_tasks_routes_are_reached_through_its_nodes_public_port_and_carry_no_identity()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        var node = await network.RunAsync("ann", options => options with { ExecutableOverride = Bundles.Of("task-manager") });
        using var http = new HttpClient { BaseAddress = node.Address };
        await network.UntilAsync("The first start", () => Task.FromResult(node.Status.Task is TaskState.Running));
        var task = network.Task.Task;
        await network.UntilAsync("The task listens", async () =>
            (await http.GetAsync(new Uri($"/task/{task}/value", UriKind.Relative))).StatusCode is HttpStatusCode.OK);

        await network.UntilAsync("The stake", () => Task.FromResult(node.Status.Stake > Lamports.Zero));
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/task/{task}/echo?a=1%2F2", UriKind.Relative))
        {
            Content = new StringContent(new string('x', 3_000_000)),
        };
        request.Headers.Add("Cookie", "session=secret");
        request.Headers.Add("Authorization", "Bearer secret");
        using var answer = await http.SendAsync(request);
        var echo = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Equal(("POST", "/echo?a=1%2F2", 3_000_000), ((string?)echo["method"], (string?)echo["url"], (int)echo["length"]!));
        Assert.Null(echo["headers"]!["cookie"]);
        Assert.Null(echo["headers"]!["authorization"]);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Equal(["*"], answer.Headers.GetValues("Access-Control-Allow-Origin"), StringComparer.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync(new Uri($"/task/{task}/none", UriKind.Relative))).StatusCode);

        Assert.Equal("""{"status":"OK","message":"Node is running"}""", await http.GetStringAsync(new Uri("/", UriKind.Relative)));
        Assert.Equal($$"""[{"TaskName":"test","TaskID":"{{task}}"}]""", await http.GetStringAsync(new Uri("/tasks", UriKind.Relative)));
        Assert.Equal($$"""["{{task}}"]""", await http.GetStringAsync(new Uri("/get-all-running-tasks", UriKind.Relative)));
        var known = JsonNode.Parse(await http.GetStringAsync(new Uri($"/nodes/{task}", UriKind.Relative)))!.AsArray();
        Assert.Equal(node.StakingKey.ToString(), (string?)Assert.Single(known)!["submitterPubkey"]);
        Assert.Equal("[]", await http.GetStringAsync(new Uri($"/nodes/{node.StakingKey}", UriKind.Relative)));
        using var nonsense = await http.PostAsync(new Uri($"/register-node/{task}", UriKind.Relative), new StringContent("{nonsense"));
        Assert.Equal(HttpStatusCode.Conflict, nonsense.StatusCode);
        Assert.Equal("""{"message":"Registration is duplicate, outdated, or invalid"}""", await nonsense.Content.ReadAsStringAsync());

        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://{node.Address.Authority}/task/{task}/live"), CancellationToken.None);
        var buffer = new byte[16];
        var message = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, message.Count));
    }

    [Fact]
    public async Task A_bundle_that_crashes_is_started_again_and_the_node_says_how_it_ended()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        var crashing = await network.RunAsync("ann", options => options with { ExecutableOverride = Bundles.Of("crash-in-list") });
        _ = await network.RunAsync("ben", options => options with { ExecutableOverride = Bundles.Of("core-logic") });

        await network.UntilAsync("A restart after a crash", () => Task.FromResult(crashing.Status.Restarts > 0));
        await network.UntilAsync("A round after it that is paid", async () => (await network.ReadRoundsAsync()).Any(round =>
            round.Rewards.ContainsKey(crashing.StakingKey)));

        var slot = await network.Ledger.Client.GetSlotAsync(Commitment.Processed, CancellationToken.None);
        Assert.Contains(
            Enumerable.Range(0, (int)network.Task.RoundAt(slot).Value).SelectMany(round => crashing.ReadJournal(new Round((ulong)round))),
            entry => entry.Event is JournalEvent.CallFailed && entry.Detail!.Contains("exit code 1", StringComparison.Ordinal));
    }
}
