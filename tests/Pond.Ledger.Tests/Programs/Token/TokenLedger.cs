using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Programs.Token;

/// <summary>A ledger with one kind of token and two people who have an account for it. Signatures are not checked, so nobody needs a key.</summary>
internal sealed class TokenLedger
{
    internal const byte Decimals = 6;

    internal static readonly Pubkey Alice = Named("alice");
    internal static readonly Pubkey Bob = Named("bob");
    internal static readonly Pubkey Minter = Named("minter");
    internal static readonly Pubkey Freezer = Named("freezer");
    internal static readonly Pubkey Stranger = Named("stranger");

    private readonly TestLedger _ledger = new(isFast: true);
    private int _count;

    internal TokenLedger()
    {
        MustSend(new SystemInstruction.Transfer(Lamports.FromKoii(1)).ToInstruction(TestLedger.Faucet.PublicKey, Stranger));
        Mint = NewMint();
        OfAlice = NewAccount(Mint, Alice);
        OfBob = NewAccount(Mint, Bob);
    }

    internal Bank Bank => _ledger.Bank;

    internal Pubkey Mint { get; }

    internal Pubkey OfAlice { get; }

    internal Pubkey OfBob { get; }

    internal static Pubkey Named(string name) => new(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    internal Pubkey NewKey() => Named(string.Create(CultureInfo.InvariantCulture, $"key {_count++}"));

    /// <summary>An account of the token program with nothing but zeros in it.</summary>
    internal Pubkey Empty(ulong sizeBytes, ulong extra = 0)
    {
        var key = NewKey();
        MustSend(Create(key, Rent.MinimumFor(sizeBytes) + new Lamports(extra), sizeBytes));
        return key;
    }

    internal static Instruction Create(Pubkey key, Lamports lamports, ulong sizeBytes, Pubkey? owner = null) =>
        new SystemInstruction.CreateAccount(lamports, sizeBytes, owner ?? ProgramIds.Token).ToInstruction(TestLedger.Faucet.PublicKey, key);

    internal Pubkey NewMint(Pubkey? freezer = null, bool canFreeze = true)
    {
        var mint = Empty(Primitives.Tokens.Mint.SizeBytes);
        MustSend(new TokenInstruction.InitializeMint2(Decimals, Minter, canFreeze ? freezer ?? Freezer : null).ToInstruction(mint));
        return mint;
    }

    internal Pubkey NewAccount(Pubkey mint, Pubkey owner, ulong extra = 0)
    {
        var account = Empty(TokenAccount.SizeBytes, extra);
        MustSend(new TokenInstruction.InitializeAccount3(owner).ToInstruction(account, mint));
        return account;
    }

    internal Pubkey NewMultisig(byte required, params Pubkey[] signers)
    {
        var multisig = Empty(Multisig.SizeBytes);
        MustSend(new TokenInstruction.InitializeMultisig2(required).ToInstruction(multisig, signers));
        return multisig;
    }

    internal void Give(Pubkey account, ulong amount) =>
        MustSend(new TokenInstruction.MintTo(amount).ToInstruction(Account(account).Mint, account, Minter));

    internal void Freeze(Pubkey account) =>
        MustSend(new TokenInstruction.FreezeAccount().ToInstruction(account, Account(account).Mint, Freezer));

    internal TokenAccount Account(Pubkey key) =>
        TokenAccount.TryParse(Bank.GetAccount(key)!.Data.AsSpan(), out var account) ? account : throw new InvalidOperationException();

    internal Mint MintState(Pubkey key) =>
        Primitives.Tokens.Mint.TryParse(Bank.GetAccount(key)!.Data.AsSpan(), out var mint) ? mint : throw new InvalidOperationException();

    internal TransactionResult Send(params Instruction[] instructions) => _ledger.Send(instructions);

    internal TransactionResult MustSend(params Instruction[] instructions) => _ledger.MustSend(instructions);

    /// <summary>The instruction fails with the token program's own code and says so in the log.</summary>
    internal void Refuses(TokenErrorCode code, Instruction instruction)
    {
        var result = Send(instruction);
        Assert.Equal(
            new TransactionError(TransactionErrorKind.InstructionError, 0, new(InstructionErrorKind.Custom, (uint)code)), result.Error);
        Assert.Contains(result.Logs, line => line.StartsWith("Program log: Error: ", StringComparison.Ordinal));
    }

    /// <summary>The instruction fails with one of the runtime's errors.</summary>
    internal void Refuses(InstructionErrorKind kind, Instruction instruction) =>
        Assert.Equal(new TransactionError(TransactionErrorKind.InstructionError, 0, new(kind)), Send(instruction).Error);

    /// <summary>Each shorter list of accounts is too short.</summary>
    internal void NeedsAllAccounts(Instruction instruction, int count)
    {
        for (var length = 0; length < count; length++)
        {
            Refuses(InstructionErrorKind.NotEnoughAccountKeys, instruction with { Accounts = instruction.Accounts[..length] });
        }
    }
}

/// <summary>Spoils instructions.</summary>
internal static class Spoiling
{
    internal static Instruction Unsigned(this Instruction instruction, int index) =>
        instruction with { Accounts = instruction.Accounts.SetItem(index, instruction.Accounts[index] with { IsSigner = false }) };

    internal static Instruction ReadOnly(this Instruction instruction, int index) =>
        instruction with { Accounts = instruction.Accounts.SetItem(index, instruction.Accounts[index] with { IsWritable = false }) };

    internal static Instruction With(this Instruction instruction, int index, Pubkey key) =>
        instruction with { Accounts = instruction.Accounts.SetItem(index, instruction.Accounts[index] with { Key = key }) };
}
