using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class TransferTests
{
    private readonly TokenLedger _ledger = new();

    public TransferTests() => _ledger.Give(_ledger.OfAlice, 100);

    private Instruction Transfer(ulong amount) => new TokenInstruction.Transfer(amount).ToInstruction(_ledger.OfAlice, _ledger.OfBob, Alice);

    private Instruction Checked(ulong amount, byte decimals = Decimals) =>
        new TokenInstruction.TransferChecked(amount, decimals).ToInstruction(_ledger.OfAlice, _ledger.Mint, _ledger.OfBob, Alice);

    [Fact]
    public void Tokens_move_and_the_log_names_the_instruction()
    {
        var result = _ledger.MustSend(Transfer(30));
        _ledger.MustSend(Checked(20));

        Assert.Equal(50ul, _ledger.Account(_ledger.OfAlice).Amount);
        Assert.Equal(50ul, _ledger.Account(_ledger.OfBob).Amount);
        Assert.Equal([$"Program {ProgramIds.Token} invoke [1]", "Program log: Instruction: Transfer"], result.Logs[..2]);
        Assert.StartsWith($"Program {ProgramIds.Token} consumed 4645 of ", result.Logs[2], StringComparison.Ordinal);
        Assert.Equal($"Program {ProgramIds.Token} success", result.Logs[3]);
    }

    [Fact]
    public void All_can_be_moved_and_one_more_can_not()
    {
        _ledger.Refuses(TokenErrorCode.InsufficientFunds, Transfer(101));
        _ledger.MustSend(Transfer(100));
        Assert.Equal(0ul, _ledger.Account(_ledger.OfAlice).Amount);
    }

    [Fact]
    public void Every_account_is_needed()
    {
        _ledger.NeedsAllAccounts(Transfer(1), 3);
        _ledger.NeedsAllAccounts(Checked(1), 4);
    }

    [Fact]
    public void Both_ends_are_token_accounts_in_use()
    {
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Transfer(1).With(0, Stranger));
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Transfer(1).With(1, _ledger.Mint));
        _ledger.Refuses(InstructionErrorKind.UninitializedAccount, Transfer(1).With(1, _ledger.Empty(TokenAccount.SizeBytes)));
    }

    [Fact]
    public void A_frozen_end_stops_it_before_the_balance_is_looked_at()
    {
        _ledger.Freeze(_ledger.OfBob);
        _ledger.Refuses(TokenErrorCode.AccountFrozen, Transfer(101));
    }

    [Fact]
    public void Both_ends_have_one_mint_and_the_named_mint_is_theirs()
    {
        var other = _ledger.NewMint();
        _ledger.Refuses(TokenErrorCode.MintMismatch, Transfer(1).With(1, _ledger.NewAccount(other, Bob)));
        _ledger.Refuses(TokenErrorCode.MintMismatch, Checked(1).With(1, other));
        _ledger.Refuses(TokenErrorCode.MintDecimalsMismatch, Checked(1, Decimals + 1));
    }

    [Fact]
    public void Only_the_owner_spends_and_he_signs()
    {
        _ledger.Refuses(TokenErrorCode.OwnerMismatch, Transfer(1).With(2, Stranger));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, Transfer(1).Unsigned(2));
    }

    [Fact]
    public void Read_only_accounts_are_not_written()
    {
        _ledger.Refuses(InstructionErrorKind.ReadonlyDataModified, Transfer(1).ReadOnly(0));
        _ledger.Refuses(InstructionErrorKind.ReadonlyDataModified, Transfer(1).ReadOnly(1));
    }

    [Fact]
    public void A_transfer_to_oneself_is_checked_and_changes_nothing()
    {
        var toSelf = new TokenInstruction.Transfer(100).ToInstruction(_ledger.OfAlice, _ledger.OfAlice, Alice);
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, toSelf.Unsigned(2));
        _ledger.MustSend(toSelf);
        Assert.Equal(100ul, _ledger.Account(_ledger.OfAlice).Amount);
    }

    [Fact]
    public void A_delegate_spends_what_he_may_and_then_is_none_any_more()
    {
        _ledger.MustSend(new TokenInstruction.Approve(40).ToInstruction(_ledger.OfAlice, Stranger, Alice));
        var byDelegate = new TokenInstruction.Transfer(30).ToInstruction(_ledger.OfAlice, _ledger.OfBob, Stranger);

        _ledger.MustSend(byDelegate);
        Assert.Equal(10ul, _ledger.Account(_ledger.OfAlice).DelegatedAmount);
        _ledger.Refuses(TokenErrorCode.InsufficientFunds, byDelegate);

        _ledger.MustSend(new TokenInstruction.Transfer(10).ToInstruction(_ledger.OfAlice, _ledger.OfBob, Stranger));
        Assert.Null(_ledger.Account(_ledger.OfAlice).Delegate);
    }

    [Fact]
    public void A_multisig_needs_its_number_of_signers()
    {
        var multisig = _ledger.NewMultisig(2, Alice, Bob, Stranger);
        var account = _ledger.NewAccount(_ledger.Mint, multisig);
        _ledger.Give(account, 10);
        Instruction By(params Pubkey[] signers) => new TokenInstruction.Transfer(1).ToInstruction(account, _ledger.OfBob, multisig, signers);

        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, By(Alice));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, By(Alice, Alice));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, By(Alice, Minter));
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, By(Alice, Stranger).Unsigned(4));
        _ledger.MustSend(By(Stranger, Alice));
    }

    [Fact]
    public void Wrapped_lamports_move_with_the_tokens()
    {
        var from = _ledger.NewAccount(ProgramIds.NativeMint, Alice, extra: 500);
        var to = _ledger.NewAccount(ProgramIds.NativeMint, Bob);

        _ledger.MustSend(new TokenInstruction.Transfer(200).ToInstruction(from, to, Alice));

        Assert.Equal(Rent.MinimumFor(TokenAccount.SizeBytes).Value + 200, _ledger.Bank.GetAccount(to)!.Lamports.Value);
        Assert.Equal(200ul, _ledger.Account(to).Amount);
        Assert.Equal(300ul, _ledger.Account(from).Amount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("19")]
    [InlineData("03")]
    [InlineData("0301000000000000")]
    [InlineData("0604")]
    [InlineData("060002")]
    [InlineData("18ff")]
    public void What_is_no_instruction_is_refused_without_a_name(string hex)
    {
        var result = _ledger.Send(new Instruction(ProgramIds.Token, [], [.. Convert.FromHexString(hex)]));
        Assert.Equal(new InstructionError(InstructionErrorKind.Custom, (uint)TokenErrorCode.InvalidInstruction), result.Error!.Instruction);
        Assert.Equal("Program log: Error: Invalid instruction", result.Logs[1]);
    }
}
