using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class InitializeMintTests
{
    private readonly TokenLedger _ledger = new();

    private static Instruction Begin(Pubkey mint, bool isSecond) => isSecond
        ? new TokenInstruction.InitializeMint2(3, Minter, null).ToInstruction(mint)
        : new TokenInstruction.InitializeMint(3, Minter, Freezer).ToInstruction(mint);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_mint_begins_without_supply_and_only_once(bool isSecond)
    {
        var mint = _ledger.Empty(Mint.SizeBytes);
        _ledger.MustSend(Begin(mint, isSecond));

        Assert.Equal(
            new Mint { MintAuthority = Minter, FreezeAuthority = isSecond ? null : Freezer, Supply = 0, Decimals = 3, IsInitialized = true },
            _ledger.MintState(mint));
        _ledger.Refuses(TokenErrorCode.AlreadyInUse, Begin(mint, isSecond));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void The_account_must_have_the_size_and_be_there(bool isSecond, int accounts)
    {
        _ledger.NeedsAllAccounts(Begin(_ledger.Empty(Mint.SizeBytes), isSecond), accounts);
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Begin(_ledger.Empty(Mint.SizeBytes + 1), isSecond));
    }

    [Fact]
    public void The_rent_account_is_the_sysvar() =>
        _ledger.Refuses(InstructionErrorKind.InvalidArgument, Begin(_ledger.Empty(Mint.SizeBytes), isSecond: false).With(1, ProgramIds.Clock));

    [Fact]
    public void Another_programs_account_is_not_written()
    {
        var key = _ledger.NewKey();
        _ledger.MustSend(Create(key, Rent.MinimumFor(Mint.SizeBytes), Mint.SizeBytes, Stranger));
        _ledger.Refuses(InstructionErrorKind.ExternalAccountDataModified, Begin(key, isSecond: true));
    }

    [Fact]
    public void A_poor_account_is_refused_within_its_transaction()
    {
        var key = _ledger.NewKey();
        var result = _ledger.Send(Create(key, Rent.MinimumFor(Mint.SizeBytes) - new Lamports(1), Mint.SizeBytes), Begin(key, isSecond: true));
        Assert.Equal(new(TransactionErrorKind.InstructionError, 1, new(InstructionErrorKind.Custom, (uint)TokenErrorCode.NotRentExempt)), result.Error);
    }
}
