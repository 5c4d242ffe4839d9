using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk;
using Pond.Sdk.Documents;
using Pond.Sdk.Hosting;

namespace Pond.Simulation.Nodes;

/// <summary>What a simulated node's task sees.</summary>
internal sealed class SimulatedContext(SimulationWorld world, SimulatedNode node)
    : ITaskContext, ITaskIdentity, ITaskClock, ITaskState, ITaskLedger, ITaskRounds, ITaskStore, ITaskContent, ITaskSigning, ITaskPeers,
        ITaskWeb, ITaskVariables, ITaskLog, IDisposable
{
    private const int MaxLines = 200;

    private readonly Queue<string> _lines = new();
    private HttpClient? _http;
    private DocumentFolder? _documents;
    private string? _folder;
    private int _streams;

    public ITaskIdentity Identity => this;

    public ITaskClock Clock => this;

    public TimeProvider Time => node.Time;

    public ITaskState State => this;

    public ITaskLedger Ledger => this;

    public ITaskRounds Rounds => this;

    public ITaskStore Store => this;

    public ITaskDocuments Documents => _documents ??= new DocumentFolder(Path.Combine(Folder, "documents"));

    public ITaskContent Content => this;

    public ITaskSigning Signing => this;

    public ITaskPeers Peers => this;

    public ITaskWeb Web => this;

    public ITaskVariables Variables => this;

    public ITaskLog Log => this;

    public string Folder => _folder ??= world.FolderOf(node.Number);

    public Pubkey Task => world.Task.Task;

    public Pubkey StakingKey => node.Key;

    public HttpClient Http => _http ??= new(new WebOf(world)) { Timeout = Timeout.InfiniteTimeSpan };

    internal IReadOnlyCollection<string> Lines => _lines;

    private Slot Slot
    {
        get
        {
            world.Ledger.Touch();
            return world.Ledger.Bank.Slot;
        }
    }

    public DeterministicRandom GetRandom(string purpose) => DeterministicRandom.ForStream(
        world.Options.SeedValue, string.Create(CultureInfo.InvariantCulture, $"task {node.Number} {_streams++} {purpose}"));

    public ValueTask<Slot> GetSlotAsync(CancellationToken cancellationToken) => new(Slot);

    public ValueTask<Round> GetRoundAsync(CancellationToken cancellationToken) => new(world.Task.RoundAt(Slot));

    public ValueTask<TimeSpan> GetAverageSlotTimeAsync(CancellationToken cancellationToken) => new(world.Options.SlotTime);

    public ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken)
    {
        ThrowIfUnreachable();
        return new(new BlockReference(world.Ledger.Bank.LatestBlock.Slot, world.Ledger.Bank.LatestBlock.Hash));
    }

    public ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken)
    {
        ThrowIfUnreachable();
        return new(world.Ledger.HashOf(slot));
    }

    public ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken)
    {
        ThrowIfUnreachable();
        return new(world.Ledger.ReadTask());
    }

    public ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken)
    {
        ThrowIfUnreachable();
        return new(world.Ledger.ReadRound(round));
    }

    public ValueTask<JsonElement> CallAsync(string method, IReadOnlyList<object?> parameters, CancellationToken cancellationToken) =>
        new(JsonSerializer.SerializeToElement(
            world.Options.LedgerAnswers is { } answer ? answer(method, parameters) : world.Ledger.Answer(method, parameters), PondJson.Options));

    public ValueTask SubmitAsync(Round round, Submission submission, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(submission);
        node.Submit(round, submission.Value);
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        new(node.Ask(core => core.AuditDutiesOf(round)));

    public ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken)
    {
        node.GiveVerdict(round, candidate, verdict);
        return ValueTask.CompletedTask;
    }

    public ValueTask SubmitDistributionListAsync(Round round, DistributionList list, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(list);
        node.WriteList(round, list.ToJson());
        return ValueTask.CompletedTask;
    }

    public ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        new(node.Ask(core => core.ListAuditDutiesOf(round)));

    public ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken)
    {
        ThrowIfUnreachable();
        return new(world.Ledger.Bank.GetDistributionList(Task, round, author));
    }

    public ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken)
    {
        node.GiveListVerdict(round, author, verdict);
        return ValueTask.CompletedTask;
    }

    public ValueTask<string?> GetAsync(string key, CancellationToken cancellationToken) => new(node.Values.GetValueOrDefault(key));

    public ValueTask SetAsync(string key, string? value, CancellationToken cancellationToken)
    {
        if (value is null)
        {
            node.Values.Remove(key);
        }
        else
        {
            node.Values[key] = value;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<string> AddAsync(string path, string name, CancellationToken cancellationToken) =>
        new(world.Content.Add(node, Path.GetFullPath(path, Folder), cancellationToken).ToString());

    public ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) =>
        world.Content.OpenAsync(node, path, cancellationToken);

    public async ValueTask<byte[]> ReadAsync(string path, long offset, int count, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        await using var stream = await OpenReadAsync(path, cancellationToken);
        stream.Seek(offset, SeekOrigin.Begin);
        var bytes = new byte[count];
        var read = stream.ReadAtLeast(bytes, count, throwOnEndOfStream: false);
        return bytes[..read];
    }

    public async ValueTask<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken)
    {
        await using var stream = await OpenReadAsync(path, cancellationToken);
        if (stream.Length > maxBytes)
        {
            throw new PondException("content-too-large", $"'{path}' has more than {maxBytes} bytes.", "Read it in ranges, or refuse it.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        new(node.Staking.Sign(TaskSignature.GetSignedBytes(Task, data.Span)));

    public bool Verify(Pubkey signer, ReadOnlySpan<byte> data, Signature signature) =>
        world.Signing.Verify(signer, TaskSignature.GetSignedBytes(Task, data), signature);

    public ValueTask<ImmutableArray<TaskPeer>> GetAsync(CancellationToken cancellationToken)
    {
        ThrowIfUnreachable();
        return new(TaskPeers.Of(world.Ledger.ReadTask(), StakingKey));
    }

    public HttpClient HttpFor(Pubkey peer) =>
        new(new PeerOf(world, node, peer)) { BaseAddress = new("http://peer/"), Timeout = Timeout.InfiniteTimeSpan };

    public string? Get(string name) => world.Options.VariableValues.GetValueOrDefault(name);

    public void Info(string message)
    {
        _lines.Enqueue(message);
        if (_lines.Count > MaxLines)
        {
            _lines.Dequeue();
        }
    }

    public void Error(string message)
    {
        Info(message);
        world.Errors.Add(message);
    }

    public ValueTask NotifyAsync(NoticeLevel level, string message, CancellationToken cancellationToken)
    {
        Info(message);
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        _http?.Dispose();
        _documents?.Dispose();
    }

    private void ThrowIfUnreachable()
    {
        world.Ledger.Touch();
        if (!world.Ledger.IsUp || !world.Network.IsReachable(node.Number, Network.VirtualNetwork.Ledger))
        {
            throw new PondException("ledger-unreachable", "The ledger can't be reached.", "Try again later.", isTransient: true);
        }
    }

    private sealed class WebOf(SimulationWorld world) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            world.Options.WebAnswers is { } answer
                ? System.Threading.Tasks.Task.FromResult(answer(request))
                : throw new PondException(
                    "web-refused", "The operator does not let this task ask the web.", "Give SimulationOptions.Web a function that answers.");
    }

    private sealed class PeerOf(SimulationWorld world, SimulatedNode node, Pubkey peer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            // The client's code goes on wherever it is told to, and only here, in the clock's own turn, that is at once and in this thread.
            await Pond.Simulation.Time.TaskLane.DelayAsync(world.Clock, world.Network.TransferTime(node.Number, 0), cancellationToken).ConfigureAwait(false);
            return world.ByKey.TryGetValue(peer, out var other) && other.IsUp && world.Network.IsReachable(node.Number, other.Number)
                ? await other.AnswerAsync(request).ConfigureAwait(false)
                : new HttpResponseMessage(world.ByKey.ContainsKey(peer) ? HttpStatusCode.BadGateway : HttpStatusCode.NotFound);
        }
    }
}
