using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class SyncNativeTests
{
    private readonly TokenLedger _ledger = new();

    private static Instruction Sync(Pubkey account) => new TokenInstruction.SyncNative().ToInstruction(account);

    [Fact]
    public void Lamports_that_came_by_themselves_are_counted()
    {
        var account = _ledger.NewAccount(ProgramIds.NativeMint, Alice, extra: 10);
        _ledger.MustSend(new SystemInstruction.Transfer(new(32)).ToInstruction(TestLedger.Faucet.PublicKey, account));
        Assert.Equal(10ul, _ledger.Account(account).Amount);
        _ledger.MustSend(Sync(account));
        Assert.Equal(42ul, _ledger.Account(account).Amount);
    }

    [Fact]
    public void The_checks_in_their_order()
    {
        _ledger.NeedsAllAccounts(Sync(_ledger.OfAlice), 1);
        _ledger.Refuses(InstructionErrorKind.IncorrectProgramId, Sync(Stranger));
        _ledger.Refuses(InstructionErrorKind.InvalidAccountData, Sync(_ledger.Mint));
        _ledger.Refuses(InstructionErrorKind.UninitializedAccount, Sync(_ledger.Empty(TokenAccount.SizeBytes)));
        _ledger.Refuses(TokenErrorCode.NonNativeNotSupported, Sync(_ledger.OfAlice));
    }
}
