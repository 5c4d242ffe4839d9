using System.Text;
using Pond.Ledger.Programs.Token;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

/// <summary>The instructions that only hand something back. The memo that makes each transaction unique comes after and hands back nothing.</summary>
public sealed class QueryTests
{
    private readonly TokenLedger _ledger = new();

    private byte[] Ask(Instruction instruction)
    {
        var transaction = Transaction.Sign(TestLedger.Faucet, _ledger.Bank.LatestBlock.Hash, [instruction]);
        var result = _ledger.Bank.Simulate(transaction, replaceBlockhash: false);
        Assert.Null(result.Error);
        Assert.Equal(ProgramIds.Token, result.ReturnData!.Program);
        Assert.Contains($"Program return: {ProgramIds.Token} {Convert.ToBase64String(result.ReturnData.Data.AsSpan())}", result.Logs);
        return [.. result.ReturnData.Data];
    }

    [Fact]
    public void An_account_has_165_bytes() =>
        Assert.Equal(BitConverter.GetBytes(165ul), Ask(new TokenInstruction.GetAccountDataSize().ToInstruction(_ledger.Mint)));

    [Fact]
    public void Amounts_become_texts_and_texts_amounts()
    {
        Assert.Equal("1.5", Encoding.UTF8.GetString(Ask(new TokenInstruction.AmountToUiAmount(1_500_000).ToInstruction(_ledger.Mint))));
        Assert.Equal(BitConverter.GetBytes(1_500_000ul), Ask(new TokenInstruction.UiAmountToAmount("1.5").ToInstruction(_ledger.Mint)));
        _ledger.Refuses(InstructionErrorKind.InvalidArgument, new TokenInstruction.UiAmountToAmount("1.5.").ToInstruction(_ledger.Mint));
    }

    [Fact]
    public void The_mint_is_a_mint_of_the_program()
    {
        Instruction[] calls =
        [
            new TokenInstruction.GetAccountDataSize().ToInstruction(_ledger.Mint),
            new TokenInstruction.AmountToUiAmount(1).ToInstruction(_ledger.Mint),
            new TokenInstruction.UiAmountToAmount("x").ToInstruction(_ledger.Mint),
        ];
        foreach (var call in calls)
        {
            _ledger.NeedsAllAccounts(call, 1);
            _ledger.Refuses(InstructionErrorKind.IncorrectProgramId, call.With(0, Stranger));
            _ledger.Refuses(TokenErrorCode.InvalidMint, call.With(0, _ledger.OfAlice));
        }
    }
}
