using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class InitializeAccountTests
{
    private readonly TokenLedger _ledger = new();

    private static Instruction Begin(int version, Pubkey account, Pubkey mint) => version switch
    {
        1 => new TokenInstruction.InitializeAccount().ToInstruction(account, mint, Alice),
        2 => new TokenInstruction.InitializeAccount2(Alice).ToInstruction(account, mint),
        _ => new TokenInstruction.InitializeAccount3(Alice).ToInstruction(account, mint),
    };

    [Theory]
    [InlineData(1, 4)]
    [InlineData(2, 3)]
    [InlineData(3, 2)]
    public void An_account_begins_empty_and_only_once(int version, int accounts)
    {
        var account = _ledger.Empty(TokenAccount.SizeBytes);
        _ledger.NeedsAllAccounts(Begin(version, account, _ledger.Mint), accounts);

        _ledger.MustSend(Begin(version, account, _ledger.Mint));

        Assert.Equal(
            new TokenAccount { Mint = _ledger.Mint, Owner = Alice, Amount = 0, State = TokenAccountState.Initialized }, _ledger.Account(account));
        _ledger.Refuses(TokenErrorCode.AlreadyInUse, Begin(version, account, _ledger.Mint));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    public void The_rent_account_is_the_sysvar(int version, int index) => _ledger.Refuses(
        InstructionErrorKind.InvalidArgument, Begin(version, _ledger.Empty(TokenAccount.SizeBytes), _ledger.Mint).With(index, ProgramIds.Clock));

    [Fact]
    public void The_mint_is_a_mint_in_use()
    {
        var account = _ledger.Empty(TokenAccount.SizeBytes);
        _ledger.Refuses(InstructionErrorKind.IncorrectProgramId, Begin(3, account, Stranger));
        _ledger.Refuses(TokenErrorCode.InvalidMint, Begin(3, account, _ledger.OfAlice));
        _ledger.Refuses(TokenErrorCode.InvalidMint, Begin(3, account, _ledger.Empty(Mint.SizeBytes)));
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Begin(3, _ledger.Empty(Mint.SizeBytes), _ledger.Mint));
    }

    [Fact]
    public void Lamports_above_the_rent_are_wrapped_ones()
    {
        var account = _ledger.NewAccount(ProgramIds.NativeMint, Alice, extra: 77);
        Assert.Equal(77ul, _ledger.Account(account).Amount);
        Assert.Equal(Rent.MinimumFor(TokenAccount.SizeBytes).Value, _ledger.Account(account).NativeReserve);
    }

    [Fact]
    public void A_poor_account_is_refused_within_its_transaction()
    {
        var key = _ledger.NewKey();
        var result = _ledger.Send(
            Create(key, Rent.MinimumFor(TokenAccount.SizeBytes) - new Lamports(1), TokenAccount.SizeBytes), Begin(3, key, _ledger.Mint));
        Assert.Equal((uint)TokenErrorCode.NotRentExempt, result.Error!.Instruction!.Custom);
    }

    [Fact]
    public void A_wish_for_an_owner_for_ever_is_heard_before_the_account_is_in_use_only()
    {
        var call = new TokenInstruction.InitializeImmutableOwner();
        var result = _ledger.MustSend(call.ToInstruction(_ledger.Empty(TokenAccount.SizeBytes)));
        Assert.Contains("Program log: Please upgrade to SPL Token 2022 for immutable owner support", result.Logs);
        _ledger.Refuses(TokenErrorCode.AlreadyInUse, call.ToInstruction(_ledger.OfAlice));
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, call.ToInstruction(_ledger.Mint));
        _ledger.NeedsAllAccounts(call.ToInstruction(_ledger.OfAlice), 1);
    }
}
