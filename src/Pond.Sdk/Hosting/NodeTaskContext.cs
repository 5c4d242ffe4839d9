using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Sdk.Documents;

namespace Pond.Sdk.Hosting;

/// <summary>The task's context on a real node: every part is a call over its socket.</summary>
internal sealed class NodeTaskContext(ChannelSettings settings, NodeConnection node)
    : ITaskContext, ITaskIdentity, ITaskClock, ITaskState, ITaskLedger, ITaskRounds, ITaskStore, ITaskContent, ITaskSigning, ITaskPeers, ITaskWeb,
        ITaskVariables, ITaskLog, IDisposable
{
    private const string DocumentsFolder = "documents";

    private readonly ConcurrentDictionary<Pubkey, HttpClient> _peers = new();
    private readonly DocumentFolder _documents = new(Path.Combine(settings.Folder, DocumentsFolder));

    public ITaskIdentity Identity => this;

    public ITaskClock Clock => this;

    public TimeProvider Time => TimeProvider.System;

    public ITaskState State => this;

    public ITaskLedger Ledger => this;

    public ITaskRounds Rounds => this;

    public ITaskStore Store => this;

    public ITaskDocuments Documents => _documents;

    public ITaskContent Content => this;

    public ITaskSigning Signing => this;

    public ITaskPeers Peers => this;

    public ITaskWeb Web => this;

    public ITaskVariables Variables => this;

    public ITaskLog Log => this;

    public HttpClient Http { get; } = node.CreateWebClient();

    public string Folder => settings.Folder;

    public Pubkey Task => settings.Task;

    public Pubkey StakingKey => settings.StakingKey;

    public ValueTask<Slot> GetSlotAsync(CancellationToken cancellationToken) =>
        node.CallAsync<Slot>(NamespaceMethod.GetCurrentSlot, [], cancellationToken);

    public ValueTask<Round> GetRoundAsync(CancellationToken cancellationToken) =>
        node.CallAsync<Round>(NamespaceMethod.GetRound, [], cancellationToken);

    public async ValueTask<TimeSpan> GetAverageSlotTimeAsync(CancellationToken cancellationToken) =>
        TimeSpan.FromMilliseconds(await node.CallAsync<double>(NamespaceMethod.GetAverageSlotTime, [], cancellationToken));

    public ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken) =>
        node.CallAsync<BlockReference>(NamespaceMethod.GetLatestBlock, [], cancellationToken);

    public ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken) =>
        node.CallAsync<Hash?>(NamespaceMethod.GetBlockHash, [slot], cancellationToken);

    public async ValueTask<ImmutableArray<TaskPeer>> GetAsync(CancellationToken cancellationToken) =>
        TaskPeers.Of(await GetTaskAsync(cancellationToken), StakingKey);

    public HttpClient HttpFor(Pubkey peer) => _peers.GetOrAdd(peer, node.CreatePeerClient);

    public DeterministicRandom GetRandom(string purpose) =>
        DeterministicRandom.ForStream(RandomNumberGenerator.GetBytes(Hash.SizeBytes), purpose);

    public string? Get(string name) => Environment.GetEnvironmentVariable(name);

    public void Dispose()
    {
        Http.Dispose();
        _documents.Dispose();
        foreach (var peer in _peers.Values)
        {
            peer.Dispose();
        }
    }

    public async ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken) =>
        (await node.CallAsync<TaskInfo>(NamespaceMethod.GetTask, [], cancellationToken))!;

    public ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken) =>
        node.CallAsync<TaskRoundInfo>(NamespaceMethod.GetTaskRound, [round], cancellationToken);

    public ValueTask<JsonElement> CallAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken) =>
        node.CallAsync<JsonElement>(NamespaceMethod.CallLedger, [method, parameters], cancellationToken);

    public ValueTask SubmitAsync(Round round, Submission submission, CancellationToken cancellationToken) =>
        SendAsync(NamespaceMethod.CheckSubmissionAndUpdateRound, [submission.Value, round], cancellationToken);

    public ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        node.CallAsync<ImmutableArray<Pubkey>>(NamespaceMethod.GetAuditDuties, [round], cancellationToken);

    public ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken) =>
        SendAsync(NamespaceMethod.AuditSubmission, [candidate, WireOf(verdict), round], cancellationToken);

    public async ValueTask SubmitDistributionListAsync(Round round, DistributionList list, CancellationToken cancellationToken)
    {
        await node.SendAsync(NamespaceMethod.UploadDistributionList, [list.ToJson(), round], cancellationToken);
        await node.SendAsync(NamespaceMethod.DistributionListSubmissionOnChain, [round], cancellationToken);
    }

    public ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        node.CallAsync<ImmutableArray<Pubkey>>(NamespaceMethod.GetListAuditDuties, [round], cancellationToken);

    public async ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken)
    {
        try
        {
            return await node.CallAsync<string>(NamespaceMethod.GetDistributionList, [author, round], cancellationToken);
        }
        catch (PondException exception) when (exception.Code is "list-missing")
        {
            return null;
        }
    }

    public ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken) =>
        SendAsync(NamespaceMethod.DistributionListAuditSubmission, [author, WireOf(verdict), round], cancellationToken);

    public ValueTask<string?> GetAsync(string key, CancellationToken cancellationToken) =>
        node.CallAsync<string>(NamespaceMethod.StoreGet, [key], cancellationToken);

    public ValueTask SetAsync(string key, string? value, CancellationToken cancellationToken) =>
        SendAsync(NamespaceMethod.StoreSet, [key, value], cancellationToken);

    public async ValueTask<string> AddAsync(string path, string name, CancellationToken cancellationToken)
    {
        // The node sees the folder under another path, so only the relative one means the same to both.
        var relative = Path.GetRelativePath(Folder, Path.GetFullPath(path, Folder)).Replace('\\', '/');
        return (await node.CallAsync<string>(NamespaceMethod.AddContent, [relative, name], cancellationToken))!;
    }

    public async ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        var answer = await node.GetContentAsync(path, range: null, cancellationToken);
        return await answer.Content.ReadAsStreamAsync(cancellationToken);
    }

    public async ValueTask<byte[]> ReadAsync(string path, long offset, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var answer = await node.GetContentAsync(path, new(offset, offset + count - 1), cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        if (answer.StatusCode is not HttpStatusCode.PartialContent)
        {
            // A gateway need not serve ranges; then what comes before is read and forgotten.
            await SkipAsync(body, offset, cancellationToken);
        }

        var bytes = new byte[count];
        var read = await body.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancellationToken);
        return read == count ? bytes : bytes[..read];
    }

    public async ValueTask<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        using var answer = await node.GetContentAsync(path, range: null, cancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var bytes = new MemoryStream();
        var buffer = new byte[81_920];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + count > maxBytes)
            {
                throw new PondException(
                    "content-too-large", $"'{path}' has more than {maxBytes} bytes.", "Read it in ranges, or refuse it.");
            }

            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        node.CallAsync<Signature>(NamespaceMethod.SignTaskData, [Convert.ToBase64String(data.Span)], cancellationToken);

    public bool Verify(Pubkey signer, ReadOnlySpan<byte> data, Signature signature) =>
        Ed25519.Verify(signer, TaskSignature.GetSignedBytes(Task, data), signature);

    public void Info(string message) => Console.Out.WriteLine(message);

    public void Error(string message) => Console.Error.WriteLine(message);

    public ValueTask NotifyAsync(NoticeLevel level, string message, CancellationToken cancellationToken) =>
        SendAsync(
            NamespaceMethod.Logger,
            [level switch { NoticeLevel.Error => "error", NoticeLevel.Warn => "warn", _ => "log" }, message],
            cancellationToken);

    private static object WireOf(Verdict verdict) => verdict switch
    {
        Verdict.Valid => true,
        Verdict.Invalid => false,
        _ => "abstain",
    };

    private static async Task SkipAsync(Stream stream, long count, CancellationToken cancellationToken)
    {
        var buffer = new byte[81_920];
        while (count > 0)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, count)), cancellationToken);
            count = read > 0 ? count - read : 0;
        }
    }

    private ValueTask SendAsync(string method, object?[] args, CancellationToken cancellationToken) =>
        new(node.SendAsync(method, args, cancellationToken));
}
