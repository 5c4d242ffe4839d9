using System.Text.Json;
using System.Text.Json.Nodes;
using Pond.Client.Ledger;
using Pond.Contracts.Json;
using Pond.Contracts.Rpc;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Server.Keys;
using Pond.Server.Tasks.JavaScript;

namespace Pond.Server.Nodes;

/// <content>What JavaScript tasks ask for besides.</content>
/// <remarks>Texts are asked for once in a slot, however often the task asks: bundles read the same ones again and again.</remarks>
internal sealed partial class NodeServices : IJavaScriptServices
{
    private const string SpentKey = "node:spent";

    private readonly Lock _gate = new();
    private Keypair? _identity;
    private readonly Dictionary<string, Task<ReadOnlyMemory<byte>>> _texts = new(StringComparer.Ordinal);
    private Slot _textsSlot;

    public string TaskName => readTask().Name;

    public Pubkey MainKey => Identity.PublicKey;

    public Uri Ledger => node.Options.Ledger;

    public Uri ServiceAddress => node.Address;

    public string Mode => node.Options.Mode;

    public Lamports Stake => readTask().Stakes.GetValueOrDefault(StakingKey);

    public Keypair SubmitterAccount => staker;

    public Signature SignStatement(ReadOnlySpan<byte> message) => Identity.Sign(message);

    public bool IsOperators(Pubkey key) => key == MainKey || key == node.Options.Operator.PublicKey;

    public async ValueTask<ReadOnlyMemory<byte>?> GetTaskImageAsync(Pubkey id, TaskParts parts, CancellationToken cancellationToken)
    {
        var image = await ReadOnceAsync($"task {id} {parts}", async token => await client.GetTaskAccountInfoAsync(id, parts, token), cancellationToken);
        return image.IsEmpty ? null : image;
    }

    public async ValueTask<ReadOnlyMemory<byte>> GetSubmissionsTextAsync(Round? round, CancellationToken cancellationToken) =>
        NotEmpty(
            await ReadOnceAsync($"submissions {round}", token => client.GetTaskSubmissionInfoAsync(task, round, token), cancellationToken),
            "submissions");

    public async ValueTask<ReadOnlyMemory<byte>> GetDistributionsTextAsync(Round? round, CancellationToken cancellationToken) =>
        NotEmpty(
            await ReadOnceAsync($"distributions {round}", token => client.GetTaskDistributionInfoAsync(task, round, token), cancellationToken),
            "distributions");

    public async ValueTask<ReadOnlyMemory<byte>> GetProgramAccountsTextAsync(CancellationToken cancellationToken) =>
        await ReadOnceAsync(
            "accounts",
            async token => JsonSerializer.SerializeToUtf8Bytes(
                (await client.GetProgramAccountsAsync(ProgramIds.Task, [], dataSlice: null, Commitment.Processed, token)).Select(Describe),
                PondJson.Options),
            cancellationToken);

    public async ValueTask<Pubkey?> GetAuthorAsync(Round round, CancellationToken cancellationToken)
    {
        var leaders = (await GetRoundAsync(round, cancellationToken))?.Leaders ?? [];
        // Where several are asked, each in its turn, this node was called in its own.
        return leaders.Contains(StakingKey) ? StakingKey : leaders is [var first, ..] ? first : null;
    }

    public ReadOnlyMemory<byte> ReadNodes() => node.Registry.Read(readTask());

    public async ValueTask<Signature> StakeAsync(Lamports amount, CancellationToken cancellationToken) =>
        await SpendAsync(
            amount,
            async token =>
            {
                var info = await GetTaskAsync(token);
                var wanted = info.Stakes.GetValueOrDefault(StakingKey) + amount;
                return await ledger.StakeAsync(info, wanted, node.Address.GetLeftPart(UriPartial.Authority), token) ?? default;
            },
            cancellationToken);

    public async ValueTask<Signature> ClaimAsync(CancellationToken cancellationToken) =>
        // It costs the operator a fee, so a task that may spend nothing may not ask for it.
        await SpendAsync(Bank.FeePerSignature * 2UL, token => ledger.ClaimAsync(readTask().StakePot, token), cancellationToken);

    public async ValueTask<Signature> TransferAsync(Pubkey to, Lamports amount, CancellationToken cancellationToken) =>
        await SpendAsync(amount, token => ledger.TransferAsync(to, amount, token), cancellationToken);

    // One for each task: what one of them signs says nothing in the name of another, and moves no money.
    private Keypair Identity => _identity ??= options.IdentityKey
        ?? OperatorKeys.Of(node.Options.Operator).IdentityKeyOf(readTask().Token is null ? TaskKind.Koii : TaskKind.Token, task);

    // As web3.js gives them: the data is a Buffer.
    private static JsonObject Describe(KeyedAccount keyed) => new()
    {
        ["account"] = new JsonObject
        {
            ["data"] = JavaScriptValues.OfBuffer(keyed.Account.Data.ToBytes()),
            ["executable"] = keyed.Account.Executable,
            ["lamports"] = keyed.Account.Lamports.Value,
            ["owner"] = keyed.Account.Owner.ToString(),
        },
        ["pubkey"] = keyed.Pubkey.ToString(),
    };

    private static ReadOnlyMemory<byte> NotEmpty(ReadOnlyMemory<byte> text, string what) =>
        text.IsEmpty
            ? throw new PondException("task-text-missing", $"Task does not have any {what}", "Ask again when there are some.")
            : text;

    private async Task<Signature> SpendAsync(
        Lamports amount, Func<CancellationToken, Task<Signature>> spend, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var spent = database.GetValue(SpentKey) is { } text ? ulong.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : 0;
            if (amount.Value > options.MaxSpending.Value - Math.Min(spent, options.MaxSpending.Value))
            {
                throw new PondException(
                    "spending-refused",
                    $"The task may spend {options.MaxSpending} of its operator's money and has spent {new Lamports(spent)}; {amount} more is refused.",
                    "The operator may raise the task's limit.");
            }

            // Counted before it is sent: what is not known to have failed is spent.
            database.SetValue(SpentKey, (spent + amount.Value).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return await spend(cancellationToken);
    }

    private async Task<ReadOnlyMemory<byte>> ReadOnceAsync(
        string what, Func<CancellationToken, Task<byte[]?>> read, CancellationToken cancellationToken)
    {
        Task<ReadOnlyMemory<byte>> reading;
        lock (_gate)
        {
            if (readSlot() is var slot && slot != _textsSlot)
            {
                _texts.Clear();
                _textsSlot = slot;
            }

            // Whoever asks first must not take the answer from the others by giving up.
            if (!_texts.TryGetValue(what, out reading!) || reading.IsFaulted)
            {
                _texts[what] = reading = System.Threading.Tasks.Task.Run(async () => new ReadOnlyMemory<byte>(await read(CancellationToken.None) ?? []), CancellationToken.None);
            }
        }

        try
        {
            return await reading.WaitAsync(cancellationToken);
        }
        catch (RpcException refused)
        {
            // Clients look for the ledger's own words.
            throw new PondException("ledger-refused", refused.Message, "Ask again later.", isTransient: true, refused);
        }
    }
}
