using Pond.Contracts.Operator;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Node.Money;
using Pond.Primitives;
using Pond.Server.Content;
using Pond.Server.Keys;
using Pond.Server.Nodes.Money;

namespace Pond.Server.Nodes.Operator;

/// <summary>Looks whether a node is well, from its inside and from its folder, and says what to do where it is not.</summary>
public static class NodeDoctor
{
    /// <summary>Below this the disk is nearly full: a round of some tasks fits no more.</summary>
    private const long LowFreeBytes = 1L << 30;

    /// <summary>Below this it counts as full: the journals may find no space.</summary>
    private const long LeastFreeBytes = 100L << 20;

    /// <summary>The level of what is as it should be.</summary>
    public const string Ok = "ok";

    /// <summary>The level of what goes on for now.</summary>
    public const string Warning = "warning";

    /// <summary>The level of what keeps the node from its work, or its money in danger.</summary>
    public const string Error = "error";

    /// <summary>Looks at a node's folder; the node need not run, and nothing is changed.</summary>
    /// <param name="nodeFolder">The folder, as it was given to <c>pond node run</c>.</param>
    /// <param name="environmentFile">Its environment file; null for the usual ones.</param>
    public static IReadOnlyList<Finding> LookAtFolder(string nodeFolder, string? environmentFile)
    {
        var findings = new List<Finding>();
        var folders = new ContainerFolders(nodeFolder);
        var file = environmentFile ?? ContainerNode.EnvironmentFiles.Select(name => Path.Combine(nodeFolder, name)).FirstOrDefault(File.Exists);
        if (file is null)
        {
            return [new("environment", Error, $"{Path.GetFullPath(nodeFolder)} has no environment file.", "Go to the folder of your node, or write one with TASKS=... and K2_NODE_URL=...")];
        }

        Try("environment", () =>
        {
            var environment = ContainerEnvironment.Parse(File.ReadAllText(file));
            findings.Add(new("environment", Ok, $"{file} names {environment.Tasks.Length} tasks and the ledger {environment.Ledger}."));
            var wallet = folders.PathOf(environment.Wallet);
            Try("key", () => LookAtKey(wallet, findings));
        });
        Try("roster", () => findings.Add(new("roster", Ok, $"{NodeRoster.Read(folders.Data).Tasks.Count} tasks were started or stopped by hand.")));
        Try("disk", () => LookAtDisk(Directory.Exists(folders.Data) ? folders.Data : nodeFolder, findings));
        return findings;

        void Try(string check, Action look)
        {
            try
            {
                look();
            }
            catch (PondException exception)
            {
                findings.Add(new(check, Error, exception.Message, exception.Fix));
            }
            catch (Exception exception) when (DiskFailures.IsOfDisk(exception))
            {
                findings.Add(new(check, Error, exception.Message, "Check the file and its rights."));
            }
        }
    }

    /// <summary>Looks at a node that runs.</summary>
    internal static async Task<IReadOnlyList<Finding>> LookAsync(ContainerNode node, CancellationToken cancellationToken)
    {
        var findings = new List<Finding>();
        await LookAtLedgerAsync(node, findings, cancellationToken);
        findings.Add(node.SandboxProblem is { } problem ? new("box", Warning, problem, "Without a box only programs are run that you have said to trust.") : new("box", Ok, "Tasks run in boxes."));
        foreach (var task in node.Describe().Tasks)
        {
            findings.Add(task switch
            {
                { State: "stopped" } => new("task", Ok, $"{task.Task} is stopped."),
                { State: "running", Problem: null } => new("task", Ok, $"{task.Task} runs; {task.Restarts} restarts."),
                { Problem: { } trouble } => new("task", task.State is "running" ? Warning : Error, $"{task.Task} is {task.State}: {trouble}", "See what it wrote with 'pond node logs'."),
                _ => new("task", Warning, $"{task.Task} is {task.State}.", "Look again in a minute."),
            });
        }

        foreach (var saga in node.Money.Keeper.ReadOpen())
        {
            findings.Add(saga.State is SagaState.Unknown
                ? new("money", Error, $"{saga.Id}: {saga.Sentence}", "Name a ledger with a longer history in K2_NODE_URL; nothing is sent again until it is known.")
                : new("money", saga.State is SagaState.Waiting ? Warning : Ok, $"{saga.Id} is {saga.State.ToString().ToLowerInvariant()}. {saga.Sentence}".TrimEnd()));
        }

        if (node.Money.Keeper.LastError is { } error)
        {
            findings.Add(new("money", Warning, $"The ledger could not be asked about the money: {error}", "It is asked again."));
        }

        return findings;
    }

    private static async Task LookAtLedgerAsync(ContainerNode node, List<Finding> findings, CancellationToken cancellationToken)
    {
        try
        {
            var slot = await node.Ledger.GetSlotAsync(Commitment.Processed, cancellationToken);
            var main = node.Keys.Main.PublicKey;
            var balance = await node.Ledger.GetBalanceAsync(main, Commitment.Confirmed, cancellationToken);
            findings.Add(new("ledger", Ok, $"{node.Ledger.Endpoint} is in slot {slot}."));
            // The original warns at 0.2 KOII; what counts is how many rounds the fees still last.
            findings.Add(balance >= NodeMoney.Reserve ? new("fees", Ok, $"{main} has {balance}.")
                : new("fees", balance < Bank.FeePerSignature * 100UL ? Error : Warning, $"{main} has {balance}: that pays {balance.Value / Bank.FeePerSignature.Value} signatures.", $"Send some KOII to {main}."));
        }
        catch (Exception exception) when (exception is PondException or RpcException)
        {
            findings.Add(new("ledger", Error, exception.Message, (exception as PondException)?.Fix ?? "Check K2_NODE_URL."));
        }

        findings.AddRange(node.Host.Endpoints.Health.Where(each => !each.IsWell).Select(each => new Finding("ledger", Warning, $"{each.Endpoint}: {each.Problem}", "It is asked again by itself; remove it from K2_NODE_URL if it stays so.")));
    }

    private static void LookAtKey(string path, List<Finding> findings)
    {
        var isStore = KeyStore.IsOne(File.ReadAllText(path));
        var address = isStore ? KeyStore.ReadHead(path).Address : PlainKeyFile.Read(path).PublicKey;
        findings.Add(new("key", Ok, $"{address} in {path}, {(isStore ? "sealed by a passphrase" : "a plain key file")}."));
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) is not UnixFileMode.None)
        {
            findings.Add(new("key", isStore ? Warning : Error, $"Others may read or change {path}.", $"chmod 600 {path}"));
        }
    }

    private static void LookAtDisk(string folder, List<Finding> findings)
    {
        var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
        findings.Add(free >= LowFreeBytes
            ? new("disk", Ok, $"{free >> 20} MiB are free for {folder}.")
            : new("disk", free >= LeastFreeBytes ? Warning : Error, $"Only {free >> 20} MiB are free for {folder}.", "Free some space: 'pond node tasks reset TASK' empties what a task can make anew."));
    }
}
