using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Pond.Contracts.Tasks;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;

namespace Pond.Server.Tests.Tasks;

/// <summary>A node as a task sees it, in memory: it remembers what it was told.</summary>
internal class FakeTaskServices : ITaskServices
{
    private readonly Keypair _keypair = Keypair.FromSeed(SHA256.HashData("staker"u8));

    /// <summary>The staking key with its secret half.</summary>
    public Keypair SubmitterAccount => _keypair;

    /// <summary>Released each time the task has handed something over.</summary>
    public SemaphoreSlim Told { get; } = new(0);

    public ConcurrentDictionary<string, string> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Contents of stored files by "CID/name".</summary>
    public ConcurrentDictionary<string, byte[]> Content { get; } = new(StringComparer.Ordinal);

    public ConcurrentDictionary<Round, string> Submissions { get; } = new();

    public ConcurrentDictionary<Pubkey, Verdict> Verdicts { get; } = new();

    public ConcurrentDictionary<Pubkey, Verdict> ListVerdicts { get; } = new();

    public ConcurrentDictionary<Round, string> SubmittedLists { get; } = new();

    public Dictionary<Pubkey, string> Lists { get; } = [];

    public Dictionary<Round, TaskRoundInfo> Rounds { get; } = [];

    public ImmutableArray<Pubkey> Duties { get; set; } = [];

    public ImmutableArray<Pubkey> ListDuties { get; set; } = [];

    public Pubkey Task { get; } = KeyOf("task");

    public Pubkey StakingKey => _keypair.PublicKey;

    public Slot CurrentSlot => new(1234);

    public ValueTask<System.Text.Json.JsonElement> CallLedgerAsync(
        string method, ImmutableArray<object?> parameters, CancellationToken cancellationToken) =>
        ValueTask.FromResult(System.Text.Json.JsonSerializer.SerializeToElement(new { method, parameters }));

    public TimeSpan AverageSlotTime => TimeSpan.FromMilliseconds(50);

    public ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(new BlockReference(CurrentSlot, new(KeyOf("block 1234").Bytes)));

    public ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Hash?>(slot <= CurrentSlot ? new Hash(KeyOf($"block {slot}").Bytes) : null);

    public static Pubkey KeyOf(string name) => new(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name)));

    public ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken) => ValueTask.FromResult(new TaskInfo
    {
        Task = Task,
        Name = "test",
        Description = "",
        Manager = KeyOf("manager"),
        Executable = "bundle",
        Metadata = "metadata",
        Variables = "class=A",
        Class = TaskClass.Deterministic,
        StakePot = KeyOf("pot"),
        IsActive = true,
        IsMigrated = false,
        StartingSlot = new(1000),
        RoundTime = 100,
        SubmissionWindow = 30,
        AuditWindow = 30,
        BeaconDelay = 1,
        AllowedFailedDistributions = 3,
        TotalBounty = new(100_000),
        BountyPerRound = new(1000),
        AuditPayPerRound = new(50),
        MinimumStake = new(10),
        TotalStake = new(30),
        Stakes = ImmutableSortedDictionary<Pubkey, Lamports>.Empty.Add(StakingKey, new(10)),
        AvailableBalances = ImmutableSortedDictionary<Pubkey, Lamports>.Empty,
        Addresses = ImmutableSortedDictionary<Pubkey, string>.Empty,
    });

    public ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Rounds.GetValueOrDefault(round));

    public ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Duties);

    public ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        ValueTask.FromResult(ListDuties);

    public ValueTask SubmitAsync(Round round, string value, CancellationToken cancellationToken)
    {
        Submissions[round] = value;
        Told.Release();
        return ValueTask.CompletedTask;
    }

    public ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken)
    {
        Verdicts[candidate] = verdict;
        Told.Release();
        return ValueTask.CompletedTask;
    }

    public ValueTask SubmitDistributionListAsync(Round round, string list, CancellationToken cancellationToken)
    {
        SubmittedLists[round] = list;
        Told.Release();
        return ValueTask.CompletedTask;
    }

    public ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Lists.GetValueOrDefault(author));

    public ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken)
    {
        ListVerdicts[author] = verdict;
        Told.Release();
        return ValueTask.CompletedTask;
    }

    public async ValueTask<string> AddContentAsync(string path, string name, CancellationToken cancellationToken)
    {
        var cid = $"cid{name.Replace(" ", "", StringComparison.Ordinal)}";
        foreach (var file in Directory.EnumerateFiles(path))
        {
            Content[$"{cid}/{Path.GetFileName(file)}"] = await File.ReadAllBytesAsync(file, cancellationToken);
        }

        return cid;
    }

    public ValueTask<string?> GetValueAsync(string key, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Values.GetValueOrDefault(key));

    public ValueTask SetValueAsync(string key, string? value, CancellationToken cancellationToken)
    {
        if (value is null)
        {
            Values.TryRemove(key, out _);
        }
        else
        {
            Values[key] = value;
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_keypair.Sign(TaskSignature.GetSignedBytes(Task, data.Span)));
}
