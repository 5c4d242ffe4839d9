using Microsoft.Extensions.Logging.Abstractions;
using Pond.Node;
using Pond.Primitives;
using Pond.Server.Nodes;

namespace Pond.Server.Tests.Nodes;

/// <summary>What a node and its one task are started with.</summary>
internal sealed record NodeSetup(NodeHostOptions Node, NodeTaskOptions Task);

/// <summary>A node that runs one task.</summary>
internal sealed class RunningNode : IAsyncDisposable
{
    private RunningNode(NodeHost host, NodeTask task) => (Host, Task) = (host, task);

    internal NodeHost Host { get; }

    internal NodeTask Task { get; }

    internal Uri Address => Host.Address;

    internal Pubkey StakingKey => Task.StakingKey;

    internal NodeStatus Status => Task.Status;

    internal Task Completion => System.Threading.Tasks.Task.WhenAny(Host.Completion, Task.Completion).Unwrap();

    internal static async Task<RunningNode> StartAsync(NodeSetup setup)
    {
        var host = await NodeHost.StartAsync(setup.Node, TimeProvider.System, NullLogger<NodeHost>.Instance, CancellationToken.None);
        try
        {
            return new(host, await host.AddTaskAsync(setup.Task, CancellationToken.None));
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    internal IReadOnlyList<JournalEntry> ReadJournal(Round round) => Task.ReadJournal(round);

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
