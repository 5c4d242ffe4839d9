using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Pond.Client.Ledger;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Tasks.JavaScript;

namespace Pond.Server.Tests.Tasks.JavaScript;

/// <summary>A node as a JavaScript task sees it, in memory.</summary>
internal sealed class FakeJavaScriptServices : FakeTaskServices, IJavaScriptServices
{
    private readonly Keypair _main = Keypair.FromSeed(SHA256.HashData("main"u8));

    public ConcurrentQueue<string> Spending { get; } = new();

    /// <summary>What the ledger shows of rounds, as text; missing ones have nothing.</summary>
    public ConcurrentDictionary<Round, string> SubmissionTexts { get; } = new();

    public ConcurrentDictionary<Round, string> DistributionTexts { get; } = new();

    public string StateText { get; set; } = """{"task_name":"test","bounty_amount_per_round":1000,"stake_list":{}}""";

    public ConcurrentQueue<TaskParts> AskedParts { get; } = new();

    public Pubkey? Author { get; set; }

    public string TaskName => "test";

    public Pubkey MainKey => _main.PublicKey;

    public Uri Ledger { get; } = new("http://127.0.0.1:8899/");

    public Uri ServiceAddress { get; } = new("http://127.0.0.1:30017/");

    public string Mode => "service";

    public Lamports Stake => new(10);

    public Signature SignStatement(ReadOnlySpan<byte> message) => _main.Sign(message);

    public ValueTask<ReadOnlyMemory<byte>?> GetTaskImageAsync(Pubkey task, TaskParts parts, CancellationToken cancellationToken)
    {
        AskedParts.Enqueue(parts);
        return new(task == Task ? Encoding.UTF8.GetBytes(StateText) : (ReadOnlyMemory<byte>?)null);
    }

    public ValueTask<ReadOnlyMemory<byte>> GetSubmissionsTextAsync(Round? round, CancellationToken cancellationToken) =>
        new(Text(SubmissionTexts, round, "submissions"));

    public ValueTask<ReadOnlyMemory<byte>> GetDistributionsTextAsync(Round? round, CancellationToken cancellationToken) =>
        new(Text(DistributionTexts, round, "distributions"));

    public ValueTask<ReadOnlyMemory<byte>> GetProgramAccountsTextAsync(CancellationToken cancellationToken) => new("[]"u8.ToArray());

    public ValueTask<Pubkey?> GetAuthorAsync(Round round, CancellationToken cancellationToken) => new(Author);

    public ReadOnlyMemory<byte> ReadNodes() => """[{"data":{"url":"http://127.0.0.1:1"}}]"""u8.ToArray();

    public ValueTask<Signature> StakeAsync(Lamports amount, CancellationToken cancellationToken) => Spend($"stake {amount.Value}");

    public ValueTask<Signature> ClaimAsync(CancellationToken cancellationToken) => Spend("claim");

    public ValueTask<Signature> TransferAsync(Pubkey to, Lamports amount, CancellationToken cancellationToken) => Spend($"{amount.Value} to {to}");

    private static ReadOnlyMemory<byte> Text(ConcurrentDictionary<Round, string> texts, Round? round, string what) =>
        round is { } one && texts.TryGetValue(one, out var text)
            ? Encoding.UTF8.GetBytes(text)
            : throw new PondException("ledger-refused", $"Task does not have any {what} in round {round}", "Ask later.");

    private ValueTask<Signature> Spend(string what)
    {
        Spending.Enqueue(what);
        return new(_main.Sign("spent"u8));
    }

    /// <summary>Waits until the task has said what is waited for: most bundles don't tell when a phase has ended.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        while (!isSo())
        {
            await Told.WaitAsync(patience.Token);
        }
    }
}
