using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks.JavaScript;

namespace Pond.Cli.Bench;

/// <summary>A node for tasks that are only started: it knows who they are, and nothing happens.</summary>
internal sealed class BenchServices : IJavaScriptServices
{
    private static readonly Keypair Key = Keypair.FromSeed(SHA256.HashData("bench task"u8));

    public Pubkey Task => Key.PublicKey;

    public Pubkey StakingKey => Key.PublicKey;

    public Slot CurrentSlot => default;

    public TimeSpan AverageSlotTime => TimeSpan.FromMilliseconds(400);

    public string TaskName => "bench";

    public Pubkey MainKey => Key.PublicKey;

    public Uri Ledger { get; } = new("http://127.0.0.1:8899/");

    public Uri ServiceAddress { get; } = new("http://127.0.0.1:30017/");

    public string Mode => "service";

    public Lamports Stake => default;

    public Keypair SubmitterAccount => Key;

    public Signature SignStatement(ReadOnlySpan<byte> message) => Key.Sign(message);

    public ReadOnlyMemory<byte> ReadNodes() => "[]"u8.ToArray();

    public ValueTask<string?> GetValueAsync(string key, CancellationToken cancellationToken) => default;

    public ValueTask SetValueAsync(string key, string? value, CancellationToken cancellationToken) => default;

    public ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken) => default;

    public ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken) => new([]);

    public ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken) => new([]);

    public ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken) => throw Missing();

    public ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken) => throw Missing();

    public ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<JsonElement> CallLedgerAsync(string method, ImmutableArray<object?> parameters, CancellationToken cancellationToken) => throw Missing();

    public ValueTask SubmitAsync(Round round, string value, CancellationToken cancellationToken) => throw Missing();

    public ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken) => throw Missing();

    public ValueTask SubmitDistributionListAsync(Round round, string list, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken) => throw Missing();

    public ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<string> AddContentAsync(string path, string name, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<ReadOnlyMemory<byte>?> GetTaskImageAsync(Pubkey task, TaskParts parts, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<ReadOnlyMemory<byte>> GetSubmissionsTextAsync(Round? round, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<ReadOnlyMemory<byte>> GetDistributionsTextAsync(Round? round, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<ReadOnlyMemory<byte>> GetProgramAccountsTextAsync(CancellationToken cancellationToken) => throw Missing();

    public ValueTask<Pubkey?> GetAuthorAsync(Round round, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<Signature> StakeAsync(Lamports amount, CancellationToken cancellationToken) => throw Missing();

    public ValueTask<Signature> ClaimAsync(CancellationToken cancellationToken) => throw Missing();

    public ValueTask<Signature> TransferAsync(Pubkey to, Lamports amount, CancellationToken cancellationToken) => throw Missing();

    private static PondException Missing() => new("bench-only", "There is no ledger behind this node.", "It is for starts alone.");
}
