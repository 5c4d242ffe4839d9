using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Ledger.Tests.Programs;

public sealed class Ed25519ProgramTests
{
    private static readonly Keypair Alice = TestLedger.Key("alice");

    private readonly TestLedger _ledger = new(isFast: true);

    [Fact]
    public void A_signature_that_holds_lets_the_transaction_run_costs_one_more_and_logs_nothing()
    {
        var result = _ledger.MustSend([Check("hello"u8, Alice.Sign("hello"u8))]);

        Assert.Equal(10_000UL, result.Fee.Value);
        Assert.StartsWith("Program Memo1", result.Logs[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_that_does_not_hold_keeps_the_whole_transaction_out()
    {
        var burnt = _ledger.Bank.FeesBurnt;
        var result = _ledger.Send([Check("hello"u8, Alice.Sign("hullo"u8))]);

        Assert.False(result.IsLanded);
        Assert.Equal(new(TransactionErrorKind.InstructionError, 0, new(InstructionErrorKind.Custom, 2)), result.Error);
        Assert.Equal(result.Error, Bank.FindPrecompileError(result.Transaction.Message));
        Assert.Equal(burnt, _ledger.Bank.FeesBurnt);
    }

    [Fact]
    public void The_program_is_an_account_without_data()
    {
        var account = _ledger.Bank.GetAccount(ProgramIds.Ed25519)!;

        Assert.Equal((ProgramIds.NativeLoader, true, 0), (account.Owner, account.IsExecutable, account.Data.Length));
    }

    [Theory]
    [InlineData("BPFLoader1111111111111111111111111111111111")]
    [InlineData("BPFLoader2111111111111111111111111111111111")]
    [InlineData("BPFLoaderUpgradeab1e11111111111111111111111")]
    public void A_loader_is_there_and_runs_nothing(string loader)
    {
        Assert.True(_ledger.Bank.GetAccount(Pubkey.Parse(loader))!.IsExecutable);
        Assert.Equal(
            new(TransactionErrorKind.InvalidProgramForExecution), _ledger.Send([new Instruction(Pubkey.Parse(loader), [], [])]).Error);
    }

    private static Instruction Check(ReadOnlySpan<byte> message, Signature signature) =>
        Ed25519Instruction.ToInstruction(Alice.PublicKey, signature, message);
}
