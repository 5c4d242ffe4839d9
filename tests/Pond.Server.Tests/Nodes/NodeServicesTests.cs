using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Server.Nodes;
using Pond.Server.Tasks;

namespace Pond.Server.Tests.Nodes;

/// <summary>A task must not be able to end its node by what it hands over.</summary>
public sealed class NodeServicesTests
{
    [Fact]
    public async Task What_cannot_be_sent_as_it_is_is_refused_and_the_node_goes_on()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa");
        using var http = new HttpClient();
        var started = new TaskCompletionSource<ITaskServices>(TaskCreationOptions.RunContinuationsAsynchronously);
        var node = await network.RunAsync("ann", options => options with
        {
            StartTask = (services, _, _) =>
            {
                started.TrySetResult(services);
                return Task.FromResult<ITaskRunner>(new FakeRunner(services, http, network.Folder, isLiar: false));
            },
        });
        var services = await started.Task;

        foreach (var value in (string[])["", "cid ", "cid\0", new string('x', 513), new string('ü', 257)])
        {
            Assert.Equal("submission-invalid", (await Assert.ThrowsAsync<PondException>(
                async () => await services.SubmitAsync(new Round(0), value, CancellationToken.None))).Code);
        }

        foreach (var list in (string[])["", new string('1', TaskInstruction.MaxListSizeBytes + 1)])
        {
            Assert.Equal("list-invalid", (await Assert.ThrowsAsync<PondException>(
                async () => await services.SubmitDistributionListAsync(new Round(0), list, CancellationToken.None))).Code);
        }

        var slot = node.Status.Slot;
        await network.UntilAsync("A later slot", () => Task.FromResult(node.Status.Slot > slot));
    }
}
