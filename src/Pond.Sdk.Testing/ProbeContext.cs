using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Pond.Client.Content;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Sdk.Documents;
using Pond.Sdk.Hosting;
using Pond.Server.Content;
using Pond.Store;
using Pond.Store.UnixFs;

namespace Pond.Sdk.Testing;

/// <summary>What a task of a probe sees.</summary>
internal sealed class ProbeContext(TaskProbe probe, Keypair key, string folder)
    : ITaskContext, ITaskIdentity, ITaskClock, ITaskState, ITaskLedger, ITaskRounds, ITaskStore, ITaskContent, ITaskSigning, ITaskPeers,
        ITaskWeb, ITaskVariables, ITaskLog, IDisposable
{
    private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(Round Round, Pubkey Candidate), Verdict> _verdicts = new();
    private readonly ConcurrentDictionary<(Round Round, Pubkey Author), string> _lists = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private int _streams;
    private readonly DocumentFolder _documents = new(Path.Combine(folder, "documents"));

    public ITaskIdentity Identity => this;

    public ITaskClock Clock => this;

    public TimeProvider Time => probe.Time;

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

    public string Folder => folder;

    public Pubkey Task => probe.Settings.Task;

    public Pubkey StakingKey => key.PublicKey;

    public HttpClient Http { get; } = new(new WebOf(probe));

    internal ImmutableArray<string> Lines => [.. _lines];

    internal ImmutableDictionary<(Round Round, Pubkey Candidate), Verdict> Verdicts => _verdicts.ToImmutableDictionary();

    public ValueTask<Slot> GetSlotAsync(CancellationToken cancellationToken) => new(probe.Slot);

    public ValueTask<Round> GetRoundAsync(CancellationToken cancellationToken) => new(probe.Settings.RoundAt(probe.Slot));

    public ValueTask<TimeSpan> GetAverageSlotTimeAsync(CancellationToken cancellationToken) => new(TimeSpan.FromMilliseconds(1));

    public ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken) =>
        new(new BlockReference(probe.Slot, TaskProbe.BlockHashOf(probe.Slot)));

    public ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken) =>
        new(slot <= probe.Slot ? TaskProbe.BlockHashOf(slot) : (Hash?)null);

    public ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken) => new(probe.Info);

    public ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken) => new(probe.RoundInfo(round.Value));

    public ValueTask<JsonElement> CallAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken) =>
        new(probe.AnswerLedger(method, parameters));

    public ValueTask SubmitAsync(Round round, Submission submission, CancellationToken cancellationToken)
    {
        probe.Submit(round, StakingKey, submission.Value);
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        new([.. probe.RoundInfo(round.Value).Submissions.Keys.Where(submitter => submitter != StakingKey)]);

    public ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken)
    {
        _verdicts[(round, candidate)] = verdict;
        return ValueTask.CompletedTask;
    }

    public ValueTask SubmitDistributionListAsync(Round round, DistributionList list, CancellationToken cancellationToken)
    {
        _lists[(round, StakingKey)] = list.ToJson();
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken) => new(ImmutableArray<Pubkey>.Empty);

    public ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken) =>
        new(_lists.GetValueOrDefault((round, author)));

    public ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public ValueTask<string?> GetAsync(string key, CancellationToken cancellationToken) => new(_values.GetValueOrDefault(key));

    public ValueTask SetAsync(string key, string? value, CancellationToken cancellationToken)
    {
        if (value is null)
        {
            _values.TryRemove(key, out _);
        }
        else
        {
            _values[key] = value;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<string> AddAsync(string path, string name, CancellationToken cancellationToken) =>
        new(FolderImporter.Import(Path.GetFullPath(path, folder), probe.Content, UnixFsProfile.V1Of2025, cancellationToken).Root.ToString());

    public async ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken)
    {
        // What strangers submit may be no CID at all: on a node that is content which nobody has.
        if (!Cid.TryParse(path.Split('/')[0], out _))
        {
            throw Unreachable(path);
        }

        try
        {
            var found = await new PathResolution(ContentPath.Parse(path)).RunAsync(new LocalBlockSource(probe.Content), cancellationToken);
            if (found.MissingSegment is null)
            {
                _ = UnixFsReader.Describe(probe.Content, found.Target);
                return UnixFsReader.Open(probe.Content, found.Target);
            }
        }
        catch (PondException)
        {
            throw Unreachable(path);
        }

        throw new PondException("content-missing", $"There is no '{path}'.", "Check the CID and the names of the path.");
    }

    public async ValueTask<byte[]> ReadAsync(string path, long offset, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        await using var stream = await OpenReadAsync(path, cancellationToken);
        stream.Seek(offset, SeekOrigin.Begin);
        var bytes = new byte[count];
        var read = await stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, cancellationToken);
        return bytes[..read];
    }

    public async ValueTask<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await OpenReadAsync(path, cancellationToken);
        if (stream.Length > maxBytes)
        {
            throw new PondException("content-too-large", $"'{path}' has more than {maxBytes} bytes.", "Read it in ranges, or refuse it.");
        }

        using var bytes = new MemoryStream();
        await stream.CopyToAsync(bytes, cancellationToken);
        return bytes.ToArray();
    }

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        new(key.Sign(TaskSignature.GetSignedBytes(Task, data.Span)));

    public bool Verify(Pubkey signer, ReadOnlySpan<byte> data, Signature signature) =>
        Ed25519.Verify(signer, TaskSignature.GetSignedBytes(Task, data), signature);

    public ValueTask<ImmutableArray<TaskPeer>> GetAsync(CancellationToken cancellationToken) => new(TaskPeers.Of(probe.Info, StakingKey));

    public HttpClient HttpFor(Pubkey peer) => probe.FindNode(peer)?.Http ?? new HttpClient(new Nobody()) { BaseAddress = new("http://nobody/") };

    public DeterministicRandom GetRandom(string purpose) =>
        DeterministicRandom.ForStream(StakingKey.ToArray(), string.Create(CultureInfo.InvariantCulture, $"{purpose} {Interlocked.Increment(ref _streams)}"));

    public string? Get(string name) => probe.Variables.TryGetValue(name, out var value) ? value : null;

    public void Info(string message) => _lines.Enqueue(message);

    public void Error(string message) => _lines.Enqueue(message);

    public ValueTask NotifyAsync(NoticeLevel level, string message, CancellationToken cancellationToken)
    {
        _lines.Enqueue(message);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        Http.Dispose();
        _documents.Dispose();
    }

    private static PondException Unreachable(string path) => new(
        "content-unreachable", $"'{path}' can't be had: nobody has it.", "Try again later: its owner may be offline.", isTransient: true);

    private sealed class WebOf(TaskProbe probe) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            probe.Web is { } answer
                ? System.Threading.Tasks.Task.FromResult(answer(request))
                : throw new PondException("web-refused", "The operator does not let this task ask the web.", "Set TaskProbe.Web.");
    }

    private sealed class Nobody : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            System.Threading.Tasks.Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.NotFound));
    }
}
