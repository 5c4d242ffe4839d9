using System.Collections.Concurrent;
using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Server.Nodes;

namespace Pond.Sdk.Testing;

/// <summary>A node of a <see cref="TaskNetwork"/>.</summary>
public sealed class TaskNetworkNode : IAsyncDisposable
{
    private const int MaxLines = 2_000;

    private readonly ConcurrentQueue<string> _lines = new();
    private NodeHost? _host;

    internal TaskNetworkNode(string name, Type runs) => (Name, Runs) = (name, runs);

    /// <summary>What the test calls it: the type of its task and a number, such as <c>MyTask 2</c>.</summary>
    public string Name { get; }

    /// <summary>What it runs.</summary>
    public Type Runs { get; }

    /// <summary>Its staking key.</summary>
    public Pubkey StakingKey => Part.StakingKey;

    /// <summary>Where it can be reached.</summary>
    public Uri Address => _host!.Address;

    /// <summary>Asks its task's routes, as a stranger does: <c>GetStringAsync("status")</c>.</summary>
    public HttpClient Http { get; } = new();

    /// <summary>The last lines of its task, oldest first.</summary>
    public ImmutableArray<string> Lines => [.. _lines];

    internal NodeTask Part { get; private set; } = null!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
    }

    internal async Task StartAsync(NodeHost host, NodeTaskOptions options, CancellationToken cancellationToken)
    {
        _host = host;
        Part = await host.AddTaskAsync(options with { OnLine = Keep }, cancellationToken);
        Http.BaseAddress = new Uri(host.Address, $"/task/{options.Task}/");
    }

    private void Keep(string line)
    {
        _lines.Enqueue(line);
        while (_lines.Count > MaxLines)
        {
            _lines.TryDequeue(out _);
        }
    }
}
