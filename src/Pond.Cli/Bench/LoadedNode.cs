using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Pond.Client.Deployment;
using Pond.Client.Ledger;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Nodes;

namespace Pond.Cli.Bench;

/// <summary>What a node costs that runs many tasks, and how soon a task runs whose program was changed.</summary>
/// <param name="ledger">The ledger's address.</param>
/// <param name="client">Asks it.</param>
/// <param name="deployer">Deploys the tasks.</param>
/// <param name="faucet">Pays for them.</param>
/// <param name="folder">Where the nodes have their folders.</param>
/// <param name="time">Measures.</param>
internal sealed class LoadedNode(Uri ledger, LedgerClient client, TaskDeployer deployer, Keypair faucet, string folder, TimeProvider time)
{
    internal const int Tasks = 30;
    private const long MostBytes = 300L << 20;
    private const double MostCore = 0.05;

    private static readonly TimeSpan Measured = TimeSpan.FromSeconds(15);

    /// <summary>The smallest bundle that sets itself up, listens and answers.</summary>
    private const string Bundle =
        """
        const [, , , taskId, port, , , secret, , , , nodePort] = process.argv;
        console.log('version 1');
        require('http').createServer((request, response) => response.end()).listen(port);
        fetch(`http://localhost:${nodePort}/namespace-wrapper`, {
          method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ args: ['defaultTaskSetup'], taskId, secret }),
        }).then(() => process.on('message', () => {}));

        """;

    /// <summary>Runs a node as a process of its own with many tasks, and looks at it while nothing is to be done.</summary>
    internal async Task<IReadOnlyList<BenchRow>> MeasureAsync(Keypair operatorKey, CancellationToken cancellationToken)
    {
        var tasks = await DeployAsync(Tasks, cancellationToken);
        var root = WriteFolder("many", operatorKey, tasks);
        var start = ChildPond.With("node", "run", root, "--unboxed", "all", "--operator-port", "0");
        start.RedirectStandardError = true;
        using var node = Process.Start(start)!;
        // What it logs is read so that it never waits for that, and forgotten.
        node.BeginOutputReadLine();
        node.BeginErrorReadLine();
        try
        {
            await UntilStakedAsync(tasks, cancellationToken);
            // The starts of all the tasks are over, and what they cost with them.
            await Task.Delay(TimeSpan.FromSeconds(5), time, cancellationToken);
            node.Refresh();
            var (cpu, from) = (node.TotalProcessorTime, time.GetTimestamp());
            await Task.Delay(Measured, time, cancellationToken);
            node.Refresh();
            var core = (node.TotalProcessorTime - cpu) / time.GetElapsedTime(from);
            return
            [
                new(
                    string.Create(CultureInfo.InvariantCulture, $"memory of a node with {Tasks} tasks"),
                    string.Create(CultureInfo.InvariantCulture, $"{node.WorkingSet64 >> 20} MiB"),
                    "-",
                    string.Create(CultureInfo.InvariantCulture, $"< {MostBytes >> 20} MiB"),
                    node.WorkingSet64 < MostBytes),
                new(
                    "its use of a core between phases",
                    string.Create(CultureInfo.InvariantCulture, $"{core:P1}"),
                    "-",
                    string.Create(CultureInfo.InvariantCulture, $"< {MostCore:P0}"),
                    core < MostCore),
            ];
        }
        finally
        {
            node.Kill(entireProcessTree: true);
            await node.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Changes a task's program, and waits for its first word.</summary>
    internal async Task<BenchRow> MeasureReloadAsync(Keypair operatorKey, CancellationToken cancellationToken)
    {
        var task = (await DeployAsync(1, cancellationToken))[0];
        var root = WriteFolder("one", operatorKey, [task]);
        var executables = Path.Combine(root, "executables");
        string[] versions = ["version 1", "version 2"];
        var lines = versions.ToDictionary(
            line => line, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), StringComparer.Ordinal);
        await using var node = await NodeHost.StartAsync(
            new NodeHostOptions
            {
                DataFolder = Path.Combine(root, "data"),
                Ledger = ledger,
                Operator = operatorKey,
                Sandbox = null,
                AllowsPrivateAddresses = true,
                DevelopmentFolder = executables,
            },
            time,
            NullLogger<NodeHost>.Instance,
            cancellationToken);
        await node.AddTaskAsync(
            new NodeTaskOptions
            {
                Task = task.Task,
                StakingKey = StakingKeys.Of(operatorKey, task.Task),
                OnLine = line => lines.GetValueOrDefault(line)?.TrySetResult(),
            },
            cancellationToken);
        await lines["version 1"].Task.WaitAsync(cancellationToken);

        var from = time.GetTimestamp();
        await File.WriteAllTextAsync(Path.Combine(executables, "main.js"), Bundle.Replace("version 1", "version 2", StringComparison.Ordinal), cancellationToken);
        await lines["version 2"].Task.WaitAsync(cancellationToken);
        var taken = time.GetElapsedTime(from);
        return new(
            "a changed program runs",
            string.Create(CultureInfo.InvariantCulture, $"{taken.TotalMilliseconds:0} ms"),
            "-",
            "< 2000 ms",
            taken < TimeSpan.FromSeconds(2));
    }

    private async Task<IReadOnlyList<TaskInfo>> DeployAsync(int count, CancellationToken cancellationToken)
    {
        var deployed = new List<TaskInfo>();
        for (var number = 0; number < count; number++)
        {
            deployed.Add(await deployer.DeployAsync(
                faucet,
                BenchPlan.Task with
                {
                    Executable = "main",
                    ExecutableNetwork = ExecutableNetworks.Development,
                    Variables = "",
                    // Rounds of an hour: there is nothing to be done while the node is looked at.
                    RoundTime = 9_000,
                    SubmissionWindow = 3_000,
                    AuditWindow = 3_000,
                },
                cancellationToken));
        }

        return deployed;
    }

    private string WriteFolder(string name, Keypair operatorKey, IEnumerable<TaskInfo> tasks)
    {
        var root = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.Combine(root, "config"));
        Directory.CreateDirectory(Path.Combine(root, "executables"));
        File.WriteAllText(Path.Combine(root, "config", "id.json"), operatorKey.ToKeyFile());
        File.WriteAllText(Path.Combine(root, "executables", "main.js"), Bundle);
        File.WriteAllText(
            Path.Combine(root, ".env.local"),
            new StringBuilder()
                .Append(CultureInfo.InvariantCulture, $"K2_NODE_URL={ledger}\n")
                .Append("ENVIRONMENT=development\nSERVER_PORT=0\n")
                .Append(CultureInfo.InvariantCulture, $"TASKS={string.Join(',', tasks.Select(task => task.Task))}\n")
                .ToString());
        return root;
    }

    private async Task UntilStakedAsync(IReadOnlyList<TaskInfo> tasks, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), time);
        foreach (var task in tasks)
        {
            while (await client.GetTaskAsync(task.Task, Contracts.Rpc.Commitment.Processed, cancellationToken) is { TotalStake.Value: 0 })
            {
                await timer.WaitForNextTickAsync(cancellationToken);
            }
        }
    }
}
