using System.Collections.Immutable;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tasks;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests;

/// <content>The calls that the two task programs want with different accounts.</content>
internal sealed partial class TestLedger
{
    internal static readonly Keypair VaultKey = Key("vault");
    internal static readonly Pubkey Mint = Key("mint").PublicKey;

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Pubkey, Pubkey> TokenAccounts = new();

    internal TaskKind Kind { get; private init; }

    internal Pubkey Program => Kind is TaskKind.Koii ? ProgramIds.Task : ProgramIds.TokenTask;

    /// <summary>Where the task's money lies.</summary>
    internal Pubkey TaskPot => Kind is TaskKind.Koii ? Pot : VaultKey.PublicKey;

    /// <summary>A wallet's account for the test's token. Searching the address takes longer than using it.</summary>
    internal static Pubkey TokensOf(Pubkey wallet) => TokenAccounts.GetOrAdd(wallet, key => AssociatedTokenInstruction.Find(key, Mint).Address);

    /// <summary>What a wallet has in the task's currency.</summary>
    internal ulong BalanceOf(Pubkey wallet) => Kind is TaskKind.Koii
        ? Bank.GetAccount(wallet)?.Lamports.Value ?? 0
        : Bank.GetAccount(TokensOf(wallet)) is { } account && TokenAccount.TryParse(account.Data.AsSpan(), out var tokens) ? tokens.Amount : 0;

    internal ulong Supply() =>
        Primitives.Tokens.Mint.TryParse(Bank.GetAccount(Mint)!.Data.AsSpan(), out var mint) ? mint.Supply : throw new InvalidOperationException("no mint");

    internal ImmutableArray<Instruction> StakeCall(Keypair node, Lamports amount)
    {
        var address = $"http://{node.PublicKey.ToString()[..8]}";
        return Kind is TaskKind.Koii
            ? [new TaskInstruction.Stake(amount, address).ToInstruction(Task, node.PublicKey, Pot)]
            : [TokenTaskCalls.Stake(amount, address, Task, node.PublicKey, TokensOf(node.PublicKey), TaskPot)];
    }

    internal Instruction FundCall(Pubkey funder, Lamports amount) => Kind is TaskKind.Koii
        ? new TaskInstruction.FundTask(amount).ToInstruction(Task, funder, Pot)
        : TokenTaskCalls.Fund(amount, Task, funder, TokensOf(funder), TaskPot);

    /// <summary>The faucet gives a wallet something of the task's currency.</summary>
    internal Instruction GiveCall(Pubkey wallet, Lamports amount) => Kind is TaskKind.Koii
        ? new SystemInstruction.Transfer(amount).ToInstruction(Faucet.PublicKey, wallet)
        : new TokenInstruction.Transfer(amount.Value).ToInstruction(TokensOf(Faucet.PublicKey), TokensOf(wallet), Faucet.PublicKey);

    internal Instruction SetActiveCall(bool isActive, Pubkey task) => Kind is TaskKind.Koii
        ? new TaskInstruction.SetActive(isActive).ToInstruction(task, Creator.PublicKey)
        : TokenTaskCalls.SetActive(isActive, task, Creator.PublicKey);

    internal Instruction ClaimCall(Pubkey task, Pubkey pot, Pubkey claimer, Pubkey beneficiary) => Kind is TaskKind.Koii
        ? new TaskInstruction.ClaimReward().ToInstruction(task, claimer, pot, beneficiary)
        : TokenTaskCalls.Claim(task, claimer, pot, TokensOf(beneficiary));

    internal Instruction DeleteCall(Pubkey task, Pubkey pot) => Kind is TaskKind.Koii
        ? new TaskInstruction.DeleteTask().ToInstruction(task, Creator.PublicKey, pot)
        : TokenTaskCalls.Delete(task, Creator.PublicKey, pot, Mint, TokensOf(Creator.PublicKey));

    /// <summary>Creates the account of a new task and moves this one there.</summary>
    internal ImmutableArray<Instruction> MigrateCalls(TaskInstruction.CreateTask settings, Pubkey newTask, Pubkey newPot) =>
    [
        new SystemInstruction.CreateAccount(Rent.MinimumFor(_spaceBytes), _spaceBytes, Program).ToInstruction(Creator.PublicKey, newTask),
        Kind is TaskKind.Koii
            ? new TaskInstruction.UpdateTask(settings).ToInstruction(Creator.PublicKey, Task, Pot, newTask, newPot)
            : settings.Update(Creator.PublicKey, Task, TaskPot, newTask, newPot, Mint),
    ];

    /// <summary>The same accounts in both programs.</summary>
    internal Instruction Same(TaskInstruction instruction, Instruction koiiCall) =>
        Kind is TaskKind.Koii ? koiiCall : TokenTaskCalls.Same(instruction, koiiCall);

    /// <summary>A token with nine decimals that the faucet makes, and accounts for it.</summary>
    private void CreateMint()
    {
        MustSend(
        [
            new SystemInstruction.CreateAccount(Rent.MinimumFor(Primitives.Tokens.Mint.SizeBytes), Primitives.Tokens.Mint.SizeBytes, ProgramIds.Token)
                .ToInstruction(Faucet.PublicKey, Mint),
            new TokenInstruction.InitializeMint2(9, Faucet.PublicKey, null).ToInstruction(Mint),
        ]);
        GiveTokens(Faucet.PublicKey, Lamports.FromKoii(100_000));
        GiveTokens(Creator.PublicKey, Lamports.FromKoii(1_000));
        GiveTokens(Manager.PublicKey, Lamports.Zero);
    }

    internal void GiveTokens(Pubkey wallet, Lamports amount) => MustSend(
    [
        AssociatedTokenInstruction.CreateIdempotent.ToInstruction(Faucet.PublicKey, wallet, Mint),
        new TokenInstruction.MintTo(amount.Value).ToInstruction(Mint, TokensOf(wallet), Faucet.PublicKey),
    ]);

    private ImmutableArray<Instruction> CreateCalls(TaskInstruction.CreateTask settings) => Kind is TaskKind.Koii
        ?
        [
            settings.ToInstruction(Creator.PublicKey, Task, Pot),
            new SystemInstruction.Transfer(new(1_000_000)).ToInstruction(Creator.PublicKey, Pot),
        ]
        : [settings.Create(Creator.PublicKey, TokensOf(Creator.PublicKey), Task, TaskPot, Mint)];
}
