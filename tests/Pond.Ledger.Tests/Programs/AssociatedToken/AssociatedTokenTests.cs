using Pond.Ledger.Tests.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.AssociatedToken;

public sealed class AssociatedTokenTests
{
    private readonly TokenLedger _ledger = new();

    private static Pubkey Payer => TestLedger.Faucet.PublicKey;

    private Instruction Create(Pubkey? wallet = null) => AssociatedTokenInstruction.Create.ToInstruction(Payer, wallet ?? Bob, _ledger.Mint);

    private Pubkey AccountOf(Pubkey wallet) => AssociatedTokenInstruction.Find(wallet, _ledger.Mint).Address;

    [Fact]
    public void An_account_is_made_by_four_calls_that_the_log_and_the_result_show()
    {
        var result = _ledger.MustSend(Create());

        Assert.Equal((_ledger.Mint, Bob), (_ledger.Account(AccountOf(Bob)).Mint, _ledger.Account(AccountOf(Bob)).Owner));
        Assert.Equal(
            [
                $"Program {ProgramIds.AssociatedToken} invoke [1]",
                "Program log: Create",
                $"Program {ProgramIds.Token} invoke [2]",
                "Program log: Instruction: GetAccountDataSize",
                $"Program return: {ProgramIds.Token} pQAAAAAAAAA=",
                $"Program {ProgramIds.Token} success",
                "Program 11111111111111111111111111111111 invoke [2]",
                "Program 11111111111111111111111111111111 success",
                "Program log: Initialize the associated token account",
                $"Program {ProgramIds.Token} invoke [2]",
                "Program log: Instruction: InitializeImmutableOwner",
                "Program log: Please upgrade to SPL Token 2022 for immutable owner support",
                $"Program {ProgramIds.Token} success",
                $"Program {ProgramIds.Token} invoke [2]",
                "Program log: Instruction: InitializeAccount3",
                $"Program {ProgramIds.Token} success",
                $"Program {ProgramIds.AssociatedToken} success",
            ],
            result.Logs.Where(line => !line.Contains(" consumed ", StringComparison.Ordinal)).Take(17),
            StringComparer.Ordinal);
        var inner = Assert.Single(result.InnerInstructions);
        Assert.Equal(0, inner.Index);
        Assert.Equal([2, 2, 2, 2], inner.Instructions.Select(call => call.StackHeight));
        Assert.Equal([21, 7, 0], inner.Instructions[0].Instruction.Data.ToArray());
        Assert.Equal([22], inner.Instructions[2].Instruction.Data.ToArray());
    }

    [Fact]
    public void A_second_creation_fails_unless_it_is_idempotent()
    {
        _ledger.MustSend(Create());
        _ledger.Refuses(InstructionErrorKind.IllegalOwner, Create());
        _ledger.MustSend(AssociatedTokenInstruction.CreateIdempotent.ToInstruction(Payer, Bob, _ledger.Mint));
    }

    [Fact]
    public void An_account_that_changed_hands_is_nobodys_associated_account_any_more()
    {
        _ledger.MustSend(Create());
        _ledger.MustSend(new TokenInstruction.SetAuthority(AuthorityType.AccountOwner, Alice).ToInstruction(AccountOf(Bob), Bob));
        var result = _ledger.Send(AssociatedTokenInstruction.CreateIdempotent.ToInstruction(Payer, Bob, _ledger.Mint));
        Assert.Equal(new InstructionError(InstructionErrorKind.Custom, 0), result.Error!.Instruction);
    }

    [Fact]
    public void Lamports_that_came_before_stop_nothing_and_count()
    {
        _ledger.MustSend(new SystemInstruction.Transfer(Rent.MinimumFor(0)).ToInstruction(Payer, AccountOf(Bob)));
        _ledger.MustSend(Create());
        Assert.Equal(Rent.MinimumFor(TokenAccount.SizeBytes), _ledger.Bank.GetAccount(AccountOf(Bob))!.Lamports);
    }

    [Fact]
    public void The_address_the_payer_and_the_accounts_are_checked()
    {
        _ledger.NeedsAllAccounts(Create(), 6);
        _ledger.Refuses(InstructionErrorKind.InvalidSeeds, Create().With(1, Stranger));
        _ledger.Refuses(InstructionErrorKind.InvalidInstructionData, Create() with { Data = [3] });
        _ledger.Refuses(InstructionErrorKind.InvalidInstructionData, Create() with { Data = [0, 0] });
        _ledger.Refuses(InstructionErrorKind.PrivilegeEscalation, Create().With(0, Stranger).Unsigned(0));
        _ledger.Refuses(InstructionErrorKind.PrivilegeEscalation, Create().ReadOnly(1));
        _ledger.Refuses(InstructionErrorKind.MissingAccount, Create().With(4, Stranger));
    }

    [Fact]
    public void Tokens_in_a_nested_account_come_back_to_the_wallet()
    {
        _ledger.MustSend(Create());
        _ledger.MustSend(Create(AccountOf(Bob)));
        var nested = AccountOf(AccountOf(Bob));
        _ledger.Give(nested, 12);
        var recover = AssociatedTokenInstruction.RecoverNested.ToInstruction(Bob, _ledger.Mint, _ledger.Mint);

        _ledger.NeedsAllAccounts(recover, 7);
        _ledger.Refuses(InstructionErrorKind.MissingRequiredSignature, recover.Unsigned(5));
        foreach (var index in new[] { 0, 2, 3 })
        {
            _ledger.Refuses(InstructionErrorKind.InvalidSeeds, recover.With(index, Stranger));
        }

        _ledger.MustSend(recover);
        Assert.Null(_ledger.Bank.GetAccount(nested));
        Assert.Equal(12ul, _ledger.Account(AccountOf(Bob)).Amount);
    }
}
