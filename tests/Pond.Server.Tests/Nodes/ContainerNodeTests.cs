using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Primitives;
using Pond.Server.Nodes;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Ledger;
using Pond.Server.Tests.Tasks.JavaScript;

namespace Pond.Server.Tests.Nodes;

/// <summary>A folder of Koii's container node, as its operators have it, started as it is.</summary>
public sealed class ContainerNodeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _news = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_containers_folder_is_run_and_its_old_staking_key_goes_on_where_it_has_a_stake()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        // The old node: the key that all its tasks share has a stake on the first task, and none on the second.
        var shared = LocalLedger.KeyOf("shared staking");
        var setup = await network.SetUpAsync("ann");
        var other = await network.DeployDevelopmentAsync("main");
        var first = await network.DeployDevelopmentAsync("main");
        await using (await network.RunAsync(new(
            setup.Node with { DevelopmentFolder = FolderWithMain() }, setup.Task with { Task = first.Task, StakingKey = shared })))
        {
        }

        Write("config/id.json", setup.Node.Operator.ToKeyFile());
        Write("namespace/staking_wallet.json", shared.ToKeyFile());
        Write($"namespace/{first.Task}/KOIIDB", "");
        Write(
            ".env.local",
            $"""
            WALLET_LOCATION="/app/config/id.json"
            NODE_MODE="service"
            ENVIRONMENT=development
            K2_NODE_URL="{network.Ledger.Host.Endpoint}"
            TASKS="{first.Task}, {other.Task}"
            TASK_STAKES=5,6
            SERVER_PORT=0
            OPERATOR_PORT=0
            GREETING=hello
            """);

        await using var node = await StartAsync();

        await network.UntilAsync("Both tasks", () => Task.FromResult(node.Host.Tasks.Count == 2));
        var tasks = node.Host.Tasks.ToDictionary(task => task.Id);
        Assert.Equal(shared.PublicKey, tasks[first.Task].StakingKey);
        Assert.Equal(StakingKeys.Of(setup.Node.Operator, other.Task).PublicKey, tasks[other.Task].StakingKey);
        await network.UntilAsync("The stake that the file asks for", () => Task.FromResult(tasks[other.Task].Status.Stake == Lamports.FromKoii(6)));
        await network.UntilAsync("Work of both", () => Task.FromResult(tasks.Values.All(task => task.Status.Rounds.Any(round => round.IsSubmitted))));
        Assert.True(File.Exists(_folder.At("namespace", $"{first.Task}", "task.log")));
    }

    [Theory]
    [InlineData(null, "environment-missing")]
    [InlineData("K2_NODE_URL=http://127.0.0.1:1", "tasks-missing")]
    [InlineData("TASKS=nonsense", "environment-invalid")]
    [InlineData("TASKS=FF6mRzWY3Mfps55nUrdJ1CHJcyVUnhN8eC6FMRRFKwjF", "key-missing")]
    public async Task What_is_missing_is_named(string? environment, string code)
    {
        if (environment is not null)
        {
            Write(".env-local", environment);
        }

        Assert.Equal(code, (await Assert.ThrowsAsync<PondException>(StartAsync)).Code);
    }

    private Task<ContainerNode> StartAsync() => ContainerNode.StartAsync(
        _folder.Root,
        new ContainerNodeOptions { Sandbox = null, GivesStakingKeys = true },
        (task, said) => _news.Enqueue($"{task} {said}"),
        TimeProvider.System,
        NullLoggerFactory.Instance,
        CancellationToken.None);

    private string FolderWithMain()
    {
        var executables = Directory.CreateDirectory(_folder.At("executables")).FullName;
        var link = Path.Combine(executables, "main");
        if (!Directory.Exists(link))
        {
            Directory.CreateSymbolicLink(link, Bundles.Of("task-manager"));
        }

        return executables;
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_folder.Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
