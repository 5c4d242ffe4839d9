using Microsoft.Extensions.Logging.Abstractions;
using Pond.Contracts.Operator;
using Pond.Primitives;
using Pond.Server.Nodes;
using Pond.Server.Nodes.Operator;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks.JavaScript;

namespace Pond.Server.Tests.Nodes.Operator;

/// <summary>A node in a container's folder, operated through its own port as the commands do.</summary>
public sealed class NodeOperationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_task_is_agreed_to_run_stopped_left_and_stays_stopped()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        var task = await network.DeployDevelopmentAsync("main");
        await WriteAsync(network, task.Task);
        var main = LocalNetwork.OperatorOf("ann").PublicKey;
        await using (var node = await StartAsync())
        {
            using var client = OperatorClient.Open(_folder.Root);
            await network.UntilAsync("The question", async () => (await Only(client)).Problem?.Contains("consent-missing", StringComparison.Ordinal) is true);
            Assert.Equal("waiting", (await Only(client)).State);
            // Nothing was staked on what does not run.
            Assert.Equal(Lamports.FromKoii(20), (await client.GetMoneyAsync(isAll: true, CancellationToken.None)).Main);
            await client.StartAsync(task.Task, new TaskStart(Lamports.FromKoii(7), HasConsent: true), CancellationToken.None);
            await network.UntilAsync("The task", async () => await Only(client) is { State: "running", Problem: null });
            Assert.Equal(Lamports.FromKoii(7), (await client.GetMoneyAsync(isAll: false, CancellationToken.None)).Tasks.Single().Staked);
            Assert.Equal("task-running", (await Assert.ThrowsAsync<PondException>(() => client.AskAsync(new("home", "unstake", task.Task), CancellationToken.None))).Code);
            await network.UntilAsync("Lines", async () => (await client.GetLinesAsync(task.Task, 5, CancellationToken.None)).Count > 0);
            var findings = await client.GetFindingsAsync(CancellationToken.None);
            Assert.Contains(findings, finding => finding is { Check: "ledger", Level: NodeDoctor.Ok });
            Assert.DoesNotContain(findings, finding => finding.Level is NodeDoctor.Error);

            await client.StopAsync(task.Task, CancellationToken.None);
            Assert.Equal("stopped", (await Only(client)).State);
        }

        await using (var again = await StartAsync())
        {
            using var client = OperatorClient.Open(_folder.Root);
            Assert.Equal("stopped", (await Only(client)).State);
            Assert.Empty(again.Host.Tasks);
            await client.AskAsync(new("home", "unstake", task.Task), CancellationToken.None);
            await network.UntilAsync("The stake at home", async () => (await client.WaitAsync("home", CancellationToken.None)).State is "done");
            var money = await client.GetMoneyAsync(isAll: false, CancellationToken.None);
            Assert.True(money.Main > Lamports.FromKoii(19), $"{money.Main}");
            Assert.Equal(main, money.MainKey);
        }
    }

    [Fact]
    public async Task Everybody_is_told_what_he_asked_wrongly()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        await WriteAsync(network, network.Task.Task);
        await using var node = await StartAsync();
        using var client = OperatorClient.Open(_folder.Root);

        Assert.Equal("request-invalid", await CodeAsync(() => client.AskAsync(new("one", "steal", network.Task.Task), CancellationToken.None)));
        Assert.Equal("request-invalid", await CodeAsync(() => client.AskAsync(new("a b", "claim", network.Task.Task), CancellationToken.None)));
        Assert.Equal("request-invalid", await CodeAsync(() => client.AskAsync(new("one", "transfer"), CancellationToken.None)));
        Assert.Equal("task-not-found", await CodeAsync(() => client.AskAsync(new("one", "claim", node.MainKey), CancellationToken.None)));
        Assert.Equal("task-not-moved", await CodeAsync(() => client.AskAsync(new("one", "upgrade", network.Task.Task), CancellationToken.None)));
        Assert.Equal("saga-unknown", await CodeAsync(() => client.WaitAsync("nothing", CancellationToken.None)));
        Assert.Equal("saga-unknown", await CodeAsync(() => client.CancelAsync("nothing", CancellationToken.None)));
        Assert.Equal("task-not-running", await CodeAsync(() => client.StopAsync(node.MainKey, CancellationToken.None)));
    }

    [Fact]
    public async Task A_backup_brings_keys_words_and_journals_back_and_a_sick_folder_is_told_of()
    {
        await using var network = await LocalNetwork.StartAsync("bafkqaaa", variables: "");
        await WriteAsync(network, network.Task.Task);
        await using (await StartAsync())
        {
            using var client = OperatorClient.Open(_folder.Root);
            await client.StopAsync(network.Task.Task, CancellationToken.None);
            var names = NodeBackup.Write(_folder.Root, _folder.At("backup.tar.gz"));

            Assert.Contains("config/id.json", names, StringComparer.Ordinal);
            Assert.Contains("data/roster.json", names, StringComparer.Ordinal);
            Assert.Contains("data/money.db", names, StringComparer.Ordinal);
            Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(_folder.At("backup.tar.gz")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
            Assert.Equal("file-exists", Assert.Throws<PondException>(() => NodeBackup.Write(_folder.Root, _folder.At("backup.tar.gz"))).Code);
        }

        Assert.Equal("key-missing", Assert.Throws<PondException>(() => NodeBackup.Write(Path.Combine(_folder.Root, "data"), _folder.At("other.tar.gz"))).Code);
        Assert.DoesNotContain(NodeDoctor.LookAtFolder(_folder.Root, null), finding => finding is { Level: NodeDoctor.Error, Check: not "key" and not "disk" });
        File.WriteAllText(_folder.At("config", "id.json"), "[1]");
        File.WriteAllText(_folder.At("data", "roster.json"), "{");
        var sick = NodeDoctor.LookAtFolder(_folder.Root, null);
        Assert.Contains(sick, finding => finding is { Check: "key", Level: NodeDoctor.Error, Fix: not null });
        Assert.Contains(sick, finding => finding is { Check: "roster", Level: NodeDoctor.Error, Fix: not null });
    }

    private static async Task<NodeTaskAnswer> Only(OperatorClient client) => Assert.Single((await client.GetNodeAsync(CancellationToken.None)).Tasks);

    private static async Task<string> CodeAsync(Func<Task> call) => (await Assert.ThrowsAsync<PondException>(call)).Code;

    private async Task WriteAsync(LocalNetwork network, Pubkey task)
    {
        var key = LocalNetwork.OperatorOf("ann");
        await network.Ledger.FundAsync(key.PublicKey, Lamports.FromKoii(20));
        Directory.CreateDirectory(_folder.At("config"));
        Directory.CreateDirectory(_folder.At("executables"));
        await File.WriteAllTextAsync(_folder.At("config", "id.json"), key.ToKeyFile());
        Directory.CreateSymbolicLink(_folder.At("executables", "main"), Bundles.Of("task-manager"));
        await File.WriteAllTextAsync(_folder.At(".env.local"), $"ENVIRONMENT=development\nK2_NODE_URL={network.Ledger.Host.Endpoint}\nTASKS={task}\nSERVER_PORT=0\nOPERATOR_PORT=0\n");
    }

    private Task<ContainerNode> StartAsync() => ContainerNode.StartAsync(
        _folder.Root, new ContainerNodeOptions { Sandbox = null }, (_, _) => { }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
}
