using System.Collections.Immutable;
using System.Text;
using Pond.Client.Content;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Server.Deployment;

/// <summary>Fetches what a round's nodes have submitted and their auditors have accepted. Every byte is checked against its CID.</summary>
public static class TaskResults
{
    private const long MaxBytes = 1L << 30;
    private const long MaxEntries = 100_000;

    /// <summary>How much of a result is shown.</summary>
    private const int MaxPreviewBytes = 4096;

    /// <summary>How many rounds are looked through for the last one that is paid.</summary>
    private const ulong RoundsLookedThrough = 32;

    /// <summary>The last round that is paid to somebody.</summary>
    /// <exception cref="PondException"><c>results-missing</c></exception>
    public static async Task<TaskRoundInfo> FindLastPaidAsync(LedgerClient client, TaskInfo task, CancellationToken cancellationToken) =>
        await FindPaidAsync(client, task, cancellationToken) ?? throw new PondException(
            "results-missing", $"None of the last rounds of {task.Task} is paid.", "Look at the rounds with 'pond task status'; the first one is paid in its third. --wait waits for it.", isTransient: true);

    /// <summary>Waits until a round is paid to somebody; a task whose nodes do nothing is waited for until the caller gives up.</summary>
    /// <param name="client">Asks the ledger.</param>
    /// <param name="task">The task.</param>
    /// <param name="interval">How often it is asked.</param>
    /// <param name="time">Waits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<TaskRoundInfo> WaitForPaidAsync(
        LedgerClient client, TaskInfo task, TimeSpan interval, TimeProvider time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        while (true)
        {
            if (await FindPaidAsync(client, task, cancellationToken) is { } paid)
            {
                return paid;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    /// <summary>Fetches the accepted submissions of a round.</summary>
    /// <param name="task">The task.</param>
    /// <param name="round">The round.</param>
    /// <param name="target">The network: its gateways are asked beside the nodes'.</param>
    /// <param name="folder">Under which each result is written, by the staking key of its node.</param>
    /// <param name="time">Measures timeouts.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>block-missing</c>: nobody has a result any more. Or the disk failed.</exception>
    public static async Task<ImmutableArray<TaskResult>> FetchAsync(
        TaskInfo task, TaskRoundInfo round, DeploymentTarget target, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var results = ImmutableArray.CreateBuilder<TaskResult>();
        foreach (var (node, submission) in round.Submissions)
        {
            var outcome = round.Outcomes.GetValueOrDefault(node);
            var result = new TaskResult(node, submission.Value, outcome);
            var isGood = outcome is SubmissionOutcome.Accepted or SubmissionOutcome.Unaudited;
            results.Add(isGood && Cid.TryParse(submission.Value, out var cid)
                ? await FetchAsync(result, cid, task, target, Path.Combine(folder, node.ToString()), time, cancellationToken)
                : result);
        }

        return results.ToImmutable();
    }

    private static async Task<TaskResult> FetchAsync(
        TaskResult result, Cid cid, TaskInfo task, DeploymentTarget target, string path, TimeProvider time, CancellationToken cancellationToken)
    {
        var store = new MemoryBlockStore();
        // The node that submitted it first: it is the one that certainly had it.
        Uri[] gateways =
        [
            .. task.Addresses.OrderByDescending(pair => pair.Key == result.Node)
                .Select(pair => Uri.TryCreate(pair.Value, UriKind.Absolute, out var address) ? address : null)
                .OfType<Uri>(),
            .. target.Gateways,
        ];
        using var peers = new PeerBlockSource(
            store, () => gateways, new PeerBlockSourceOptions { AllowsPrivateAddresses = target.Local is not null }, time);
        await peers.FetchDagAsync(cid, new DagFetchLimits { MaxBytes = MaxBytes }, cancellationToken);
        if (Path.Exists(path))
        {
            // From an earlier call; content that is as the CID says is as good as fetched again.
            if (FolderImporter.Import(path, new MemoryBlockStore(), UnixFsProfile.V1Of2025, cancellationToken).Root != cid)
            {
                throw new PondException("export-exists", $"{path} is there already, and is not the result {cid}.", "Choose another folder with --out, or remove it.");
            }
        }
        else
        {
            FolderExporter.Export(store, cid, path, MaxBytes, MaxEntries, cancellationToken);
        }

        return result with { Path = path, SizeBytes = store.TotalBytes, Preview = PreviewOf(path) };
    }

    private static async Task<TaskRoundInfo?> FindPaidAsync(LedgerClient client, TaskInfo task, CancellationToken cancellationToken)
    {
        var current = task.RoundAt(await client.GetSlotAsync(Commitment.Processed, cancellationToken)).Value;
        for (var back = 0UL; back <= Math.Min(current, RoundsLookedThrough); back++)
        {
            if ((await client.GetTaskRoundAsync(task.Task, new Round(current - back), Commitment.Processed, cancellationToken)).Value
                is { Payout: PayoutRecord.PayoutSuccessful, Rewards.Count: > 0 } paid)
            {
                return paid;
            }
        }

        return null;
    }

    private static string? PreviewOf(string path)
    {
        var file = File.Exists(path) ? path : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault();
        if (file is null || new FileInfo(file).Length > MaxPreviewBytes)
        {
            return null;
        }

        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(file)).TrimEnd();
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}

/// <summary>One node's submission in a round.</summary>
/// <param name="Node">Its staking key.</param>
/// <param name="Value">What was submitted: a CID as a rule.</param>
/// <param name="Outcome">What became of it.</param>
public sealed record TaskResult(Pubkey Node, string Value, SubmissionOutcome Outcome)
{
    /// <summary>Where the content was written; null if it was not fetched: it is no CID, or was not accepted.</summary>
    public string? Path { get; init; }

    /// <summary>The size of its blocks.</summary>
    public long SizeBytes { get; init; }

    /// <summary>The content, or its first file, if that is a short text.</summary>
    public string? Preview { get; init; }
}
