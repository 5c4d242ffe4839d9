using FsCheck;
using FsCheck.Fluent;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;
using static Pond.Ledger.Tests.Programs.Token.TokenLedger;

namespace Pond.Ledger.Tests.Programs.Token;

public sealed class TokenSupplyTests
{
    [Fact]
    public void No_sequence_of_instructions_makes_or_loses_a_token()
    {
        var moves = Gen.Choose(0, 9).Zip(Gen.Choose(0, 2)).Zip(Gen.Choose(0, 2)).Zip(Gen.Choose(0, 1_000));
        Prop.ForAll(moves.ArrayOf(30).ToArbitrary(), sequence =>
        {
            var ledger = new TokenLedger();
            Pubkey[] accounts = [ledger.OfAlice, ledger.OfBob, ledger.NewAccount(ledger.Mint, Alice)];
            Pubkey[] owners = [Alice, Bob, Alice];
            foreach (var (((kind, from), to), amount) in sequence)
            {
                _ = ledger.Send(Move(ledger, kind, accounts[from], accounts[to], owners[from], (ulong)amount));
                var sum = accounts.Aggregate(0ul, (total, key) => total + (ledger.Bank.GetAccount(key) is null ? 0 : ledger.Account(key).Amount));
                if (sum != ledger.MintState(ledger.Mint).Supply)
                {
                    return false;
                }
            }

            ledger.Bank.VerifyConservation();
            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static Instruction Move(TokenLedger ledger, int kind, Pubkey from, Pubkey to, Pubkey owner, ulong amount) => kind switch
    {
        0 or 1 or 2 => new TokenInstruction.MintTo(amount).ToInstruction(ledger.Mint, to, Minter),
        3 or 4 => new TokenInstruction.Transfer(amount).ToInstruction(from, to, owner),
        5 => new TokenInstruction.TransferChecked(amount, Decimals).ToInstruction(from, ledger.Mint, to, owner),
        6 => new TokenInstruction.Burn(amount).ToInstruction(from, ledger.Mint, owner),
        7 => new TokenInstruction.FreezeAccount().ToInstruction(from, ledger.Mint, Freezer),
        8 => new TokenInstruction.ThawAccount().ToInstruction(from, ledger.Mint, Freezer),
        _ => amount > 900
            ? new TokenInstruction.CloseAccount().ToInstruction(from, Stranger, owner)
            : new TokenInstruction.BurnChecked(amount, Decimals).ToInstruction(from, ledger.Mint, owner),
    };
}
