using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Sdk.Documents;

namespace Pond.Sdk.Tests;

/// <summary>A node in memory, for functions that are called alone.</summary>
internal sealed class FakeTaskContext
    : ITaskContext, ITaskIdentity, ITaskClock, ITaskState, ITaskRounds, ITaskStore, ITaskContent, ITaskSigning, ITaskPeers, ITaskWeb, ITaskVariables, ITaskLog
{
    public required TaskInfo TaskInfo { get; init; }

    public TaskRoundInfo? RoundInfo { get; set; }

    public ImmutableArray<Pubkey> Duties { get; set; } = [];

    public ImmutableArray<Pubkey> ListDuties { get; set; } = [];

    public Dictionary<Pubkey, string> Lists { get; } = [];

    public List<string> Said { get; } = [];

    public List<string> Errors { get; } = [];

    public ITaskIdentity Identity => this;

    public ITaskClock Clock => this;

    public TimeProvider Time => throw new NotSupportedException();

    public ITaskState State => this;

    public ITaskRounds Rounds => this;

    public ITaskStore Store => this;

    public ITaskContent Content => this;

    public ITaskSigning Signing => this;

    public ITaskLedger Ledger => throw new NotSupportedException();

    public ITaskDocuments Documents => throw new NotSupportedException();

    public ITaskPeers Peers => this;

    public ITaskWeb Web => this;

    public ITaskVariables Variables => this;

    public ITaskLog Log => this;

    public HttpClient Http => throw new NotSupportedException();

    public string Folder => "/task";

    public Pubkey Task => TaskInfo.Task;

    public Pubkey StakingKey => default;

    public DeterministicRandom GetRandom(string purpose) => DeterministicRandom.ForStream(0, purpose);

    public ValueTask<Slot> GetSlotAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Round> GetRoundAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<TimeSpan> GetAverageSlotTimeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<ImmutableArray<TaskPeer>> GetAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public HttpClient HttpFor(Pubkey peer) => throw new NotSupportedException();

    public string? Get(string name) => null;

    public ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken) => ValueTask.FromResult(TaskInfo);

    public ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken) =>
        ValueTask.FromResult(RoundInfo?.Round == round ? RoundInfo : null);

    public ValueTask SubmitAsync(Round round, Submission submission, CancellationToken cancellationToken) =>
        Say($"submit {round} {submission.Value}");

    public ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Duties);

    public ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken) =>
        Say($"verdict {round} {candidate} {verdict}");

    public ValueTask SubmitDistributionListAsync(Round round, DistributionList list, CancellationToken cancellationToken) =>
        Say($"list {round} {list}");

    public ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ListDuties);

    public ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Lists.GetValueOrDefault(author));

    public ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken) =>
        Say($"list verdict {round} {author} {verdict}");

    public ValueTask<string?> GetAsync(string key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask SetAsync(string key, string? value, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<string> AddAsync(string path, string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Stream> OpenReadAsync(string path, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<byte[]> ReadAsync(string path, long offset, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<byte[]> ReadAllAsync(string path, int maxBytes, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw new NotSupportedException();

    public bool Verify(Pubkey signer, ReadOnlySpan<byte> data, Signature signature) => throw new NotSupportedException();

    public void Info(string message)
    {
    }

    public void Error(string message) => Errors.Add(message);

    public ValueTask NotifyAsync(NoticeLevel level, string message, CancellationToken cancellationToken) => Say($"notice {message}");

    private ValueTask Say(string what)
    {
        Said.Add(what);
        return ValueTask.CompletedTask;
    }
}
