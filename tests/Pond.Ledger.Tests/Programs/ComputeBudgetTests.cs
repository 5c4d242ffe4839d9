using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;
using static Pond.Testing.ByteText;

namespace Pond.Ledger.Tests.Programs;

public sealed class ComputeBudgetTests
{
    private readonly TestLedger _ledger = new(isFast: true);

    [Theory]
    [InlineData("02 e0930400 ", true)]
    [InlineData("02 ffffffff", true)] // clamped
    [InlineData("01 00800000", true)] // 32 KiB of heap
    [InlineData("01 00000400", true)] // 256 KiB
    [InlineData("01 007c0000", false)] // 31 KiB
    [InlineData("01 00040400", false)] // 257 KiB
    [InlineData("01 01800000", false)] // not whole pages
    [InlineData("00 01000000 01000000", false)] // no longer understood
    [InlineData("05 00000000", false)]
    [InlineData("02 e09304", false)]
    [InlineData("03 01000000", false)]
    [InlineData("", false)]
    public void Budget_instructions_make_sense_or_keep_the_transaction_out(string data, bool makesSense)
    {
        var result = _ledger.Send([Call(data)]);

        Assert.Equal(makesSense, result.IsLanded);
        Assert.Equal(
            makesSense ? null : new TransactionError(TransactionErrorKind.InstructionError, 0, new(InstructionErrorKind.InvalidInstructionData)),
            result.Error);
    }

    [Theory]
    [InlineData("01 00800000")]
    [InlineData("02 e0930400")]
    [InlineData("03 0000000000000000")]
    [InlineData("04 00001000")]
    public void No_kind_stands_twice(string data) => Assert.Equal(
        new(TransactionErrorKind.DuplicateInstruction, 1), _ledger.Send([Call(data), Call(data)]).Error);

    [Fact]
    public void Instructions_share_the_units_that_were_asked_for()
    {
        // 150 for the budget instruction, 150 for the transfer, 150 for the nonce's memo would be 450 more.
        var transfer = new SystemInstruction.Transfer(new(1)).ToInstruction(TestLedger.Faucet.PublicKey, TestLedger.Faucet.PublicKey);

        Assert.Equal(
            new(TransactionErrorKind.InstructionError, 1, new(InstructionErrorKind.ComputationalBudgetExceeded)),
            _ledger.Send([Call("02 2b010000"), transfer]).Error);
        var enough = _ledger.Send([Call("02 2c010000"), transfer]);
        Assert.NotEqual(1, enough.Error!.Index);
    }

    [Fact]
    public void The_accounts_data_stays_within_the_limit()
    {
        var account = TestLedger.Key("large");
        _ledger.MustSend(
            [new SystemInstruction.CreateAccount(Rent.MinimumFor(100_000), 100_000, default).ToInstruction(TestLedger.Faucet.PublicKey, account.PublicKey)],
            account);
        var memo = new Instruction(ProgramIds.MemoV1, [AccountMeta.ReadOnly(account.PublicKey)], [.. "hi"u8]);

        Assert.Equal(new(TransactionErrorKind.MaxLoadedAccountsDataSizeExceeded), _ledger.Send([Call("04 a0860100"), memo]).Error);
        Assert.Equal(new(TransactionErrorKind.InvalidLoadedAccountsDataSizeLimit), _ledger.Send([Call("04 00000000"), memo]).Error);
        _ledger.MustSend([Call("04 00000200"), memo]);
    }

    [Fact]
    public void A_quoted_fee_is_the_one_that_is_charged()
    {
        var message = Message.CompileV0(
            TestLedger.Faucet.PublicKey,
            _ledger.Bank.LatestBlock.Hash,
            [Call("02 e0930400"), Call("03 0700000000000000")]);

        Assert.Equal(new Lamports(5003), _ledger.Bank.GetFee(message));
        Assert.Equal(5003UL, _ledger.Bank.Process(new Transaction([new Signature(new byte[64])], message)).Fee.Value);
        Assert.Null(_ledger.Bank.GetFee(Message.Compile(TestLedger.Faucet.PublicKey, default, [Call("02 e0930400")])));
    }

    private static Instruction Call(string data) => new(ProgramIds.ComputeBudget, [], [.. Hex(data)]);
}
