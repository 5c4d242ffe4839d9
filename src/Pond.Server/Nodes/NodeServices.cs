using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Pond.Client.Ledger;
using Pond.Contracts.Rpc;
using Pond.Contracts.Tasks;
using Pond.Node;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks;

namespace Pond.Server.Nodes;

/// <summary>What the node does for its task: questions go to the ledger or to the round engine, results to the round engine.</summary>
internal sealed partial class NodeServices(
    Pubkey task,
    Keypair staker,
    NodeShared node,
    NodeLedger ledger,
    NodeTaskOptions options,
    LedgerClient client,
    NodeEngine engine,
    NodeDatabase database,
    NodeTaskContent content,
    SlotPace pace,
    Func<TaskInfo> readTask,
    Func<Slot> readSlot,
    Func<Round> readRound) : ITaskServices
{
    /// <summary>Confirmed blocks don't change; this many hashes are remembered.</summary>
    private const int MaxHashes = 1_000;

    private readonly ConcurrentDictionary<Slot, Hash> _hashes = new();

    public Pubkey Task => task;

    public Pubkey StakingKey => staker.PublicKey;

    public Slot CurrentSlot => readSlot();

    public TimeSpan AverageSlotTime => pace.Average;

    public async ValueTask<BlockReference> GetLatestBlockAsync(CancellationToken cancellationToken)
    {
        // A slot may pass without a block; then the one before it has the newest.
        for (var slot = await AskLedgerAsync(() => client.GetSlotAsync(Commitment.Confirmed, cancellationToken)); ; slot = new(slot.Value - 1))
        {
            if (await GetBlockHashAsync(slot, cancellationToken) is { } hash)
            {
                return new(slot, hash);
            }

            if (slot.Value == 0)
            {
                throw new PondException("block-missing", "The ledger shows no block.", "Try again later.", isTransient: true);
            }
        }
    }

    public async ValueTask<Hash?> GetBlockHashAsync(Slot slot, CancellationToken cancellationToken)
    {
        if (_hashes.TryGetValue(slot, out var known))
        {
            return known;
        }

        if (await AskLedgerAsync(() => client.GetBlockHashAsync(slot, cancellationToken)) is not { } hash)
        {
            return null;
        }

        if (_hashes.Count >= MaxHashes)
        {
            _hashes.Clear();
        }

        _hashes[slot] = hash;
        return hash;
    }

    public async ValueTask<JsonElement> CallLedgerAsync(
        string method, ImmutableArray<object?> parameters, CancellationToken cancellationToken) =>
        await AskLedgerAsync(() => client.CallAsync<JsonElement>(method, parameters, cancellationToken));

    public async ValueTask<TaskInfo> GetTaskAsync(CancellationToken cancellationToken) =>
        await AskLedgerAsync(() => client.GetTaskAsync(task, Commitment.Processed, cancellationToken))
        ?? throw new PondException("task-not-found", $"The ledger no longer has the task {task}.", "Check the task's id.");

    public async ValueTask<TaskRoundInfo?> GetRoundAsync(Round round, CancellationToken cancellationToken) =>
        (await AskLedgerAsync(() => client.GetTaskRoundAsync(task, round, Commitment.Processed, cancellationToken))).Value;

    public async ValueTask<string?> GetDistributionListAsync(Round round, Pubkey author, CancellationToken cancellationToken) =>
        await AskLedgerAsync(() => client.GetTaskDistributionListAsync(task, round, author, Commitment.Processed, cancellationToken));

    public async ValueTask<ImmutableArray<Pubkey>> GetAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        await engine.AskAsync(core => core.AuditDutiesOf(round), cancellationToken);

    public async ValueTask<ImmutableArray<Pubkey>> GetListAuditDutiesAsync(Round round, CancellationToken cancellationToken) =>
        await engine.AskAsync(core => core.ListAuditDutiesOf(round), cancellationToken);

    public async ValueTask SubmitAsync(Round round, string value, CancellationToken cancellationToken)
    {
        // On the wire a text is filled up with blanks, so one that ends in them would come back as another.
        if (Encoding.UTF8.GetByteCount(value) is 0 or > TaskInstruction.SubmissionSizeBytes || value[^1] is ' ' or '\0')
        {
            throw new PondException(
                "submission-invalid",
                $"The submission for round {round} can't be sent: it is empty, ends in a blank, or is longer than {TaskInstruction.SubmissionSizeBytes} bytes.",
                "Store the result as content, and submit its CID.");
        }

        if (!await TrySendByHandAsync(new NodeAction.SubmitTask(round, value), cancellationToken))
        {
            await engine.PostAsync(new NodeInput.SubmissionProduced(round, value), cancellationToken);
        }
    }

    public async ValueTask GiveVerdictAsync(Round round, Pubkey candidate, Verdict verdict, CancellationToken cancellationToken)
    {
        if (!await TrySendByHandAsync(new NodeAction.AuditSubmission(round, candidate, verdict), cancellationToken))
        {
            await engine.PostAsync(new NodeInput.VerdictGiven(round, candidate, verdict), cancellationToken);
        }
    }

    public async ValueTask SubmitDistributionListAsync(Round round, string list, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(list) is 0 or > TaskInstruction.MaxListSizeBytes)
        {
            throw new PondException(
                "list-invalid",
                $"The distribution list for round {round} can't be sent: it is empty or longer than {TaskInstruction.MaxListSizeBytes} bytes.",
                "A list is a JSON object of lamports by base58 key.");
        }

        if (!await TrySendByHandAsync(new NodeAction.UploadAndSubmitList(round, list), cancellationToken))
        {
            await engine.PostAsync(new NodeInput.ListProduced(round, list), cancellationToken);
        }
    }

    public async ValueTask GiveListVerdictAsync(Round round, Pubkey author, Verdict verdict, CancellationToken cancellationToken)
    {
        if (!await TrySendByHandAsync(new NodeAction.AuditList(round, author, verdict), cancellationToken))
        {
            await engine.PostAsync(new NodeInput.ListVerdictGiven(round, author, verdict), cancellationToken);
        }
    }

    public async ValueTask<string> AddContentAsync(string path, string name, CancellationToken cancellationToken)
    {
        // The round is the node's word, not the task's: by it the content is released again.
        var root = await content.AddAsync(path, readRound(), cancellationToken);
        return root.ToString();
    }

    public ValueTask<string?> GetValueAsync(string key, CancellationToken cancellationToken) => new(database.GetValue(key));

    public ValueTask SetValueAsync(string key, string? value, CancellationToken cancellationToken)
    {
        database.SetValue(key, value);
        return ValueTask.CompletedTask;
    }

    public ValueTask<Signature> SignAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        new(staker.Sign(TaskSignature.GetSignedBytes(task, data.Span)));

    private static async Task<T> AskLedgerAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (RpcException exception)
        {
            throw new PondException(
                "ledger-refused",
                $"The ledger refused a question of the task: {exception.Message}",
                "Ask again later; if it stays so, the ledger is of another version.",
                isTransient: true,
                exception);
        }
    }
}
