using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class InitializeMultisigTests
{
    private readonly TokenLedger _ledger = new();

    private static Instruction Begin(bool isSecond, Pubkey multisig, byte required, params Pubkey[] signers) => isSecond
        ? new TokenInstruction.InitializeMultisig2(required).ToInstruction(multisig, signers)
        : new TokenInstruction.InitializeMultisig(required).ToInstruction(multisig, signers);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_multisig_begins_once_with_its_signers_in_order(bool isSecond)
    {
        var key = _ledger.Empty(Multisig.SizeBytes);
        _ledger.MustSend(Begin(isSecond, key, 2, Bob, Alice, Bob));

        Assert.True(Multisig.TryParse(_ledger.Bank.GetAccount(key)!.Data.AsSpan(), out var multisig));
        Assert.Equal(new Multisig(2, [Bob, Alice, Bob], IsInitialized: true), multisig);
        _ledger.Refuses(TokenErrorCode.AlreadyInUse, Begin(isSecond, key, 1, Alice));
    }

    [Fact]
    public void One_to_eleven_signers_and_signatures()
    {
        var key = _ledger.Empty(Multisig.SizeBytes);
        var twelve = Enumerable.Repeat(Alice, 12).ToArray();
        _ledger.Refuses(TokenErrorCode.InvalidNumberOfProvidedSigners, Begin(isSecond: true, key, 0));
        _ledger.Refuses(TokenErrorCode.InvalidNumberOfProvidedSigners, Begin(isSecond: true, key, 0, twelve));
        _ledger.Refuses(TokenErrorCode.InvalidNumberOfRequiredSigners, Begin(isSecond: true, key, 0, Alice));
        _ledger.Refuses(TokenErrorCode.InvalidNumberOfRequiredSigners, Begin(isSecond: true, key, 12, Alice));
        _ledger.MustSend(Begin(isSecond: true, key, 11, twelve[..11]));
    }

    [Fact]
    public void The_account_has_the_size_and_the_rent_account_is_the_sysvar()
    {
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Begin(isSecond: true, _ledger.Empty(Mint.SizeBytes), 1, Alice));
        _ledger.Refuses(
            InstructionErrorKind.InvalidArgument, Begin(isSecond: false, _ledger.Empty(Multisig.SizeBytes), 1, Alice).With(1, ProgramIds.Clock));
        _ledger.NeedsAllAccounts(Begin(isSecond: false, _ledger.Empty(Multisig.SizeBytes), 1, Alice), 2);
        _ledger.NeedsAllAccounts(Begin(isSecond: true, _ledger.Empty(Multisig.SizeBytes), 1, Alice), 1);
    }
}
