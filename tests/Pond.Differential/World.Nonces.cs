using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Transactions;

namespace Pond.Differential;

public sealed partial class World
{
    private IEnumerable<Instruction> NextNonceMove()
    {
        var nonce = Used(_nonces);
        var authority = Pick(_wallets);
        if (Bank.GetAccount(nonce) is { } account && account.Data.Length == NonceState.SizeBytes && _random.Chance(9, 10))
        {
            var stored = new Pubkey(account.Data.AsSpan(8, Pubkey.SizeBytes));
            authority = stored.IsZero ? authority : stored;
        }

        var spare = (Bank.GetAccount(nonce)?.Lamports.Value ?? 0) - Math.Min(Bank.GetAccount(nonce)?.Lamports.Value ?? 0, Rent.MinimumFor(NonceState.SizeBytes).Value);
        return _random.NextBelow(8) switch
        {
            0 or 1 => BeginNonce(),
            2 or 3 => [new SystemInstruction.AdvanceNonceAccount().ToInstruction(nonce, authority)],
            4 => [new SystemInstruction.AuthorizeNonceAccount(Pick(_wallets)).ToInstruction(nonce, authority)],
            5 => [new SystemInstruction.UpgradeNonceAccount().ToInstruction(nonce)],
            6 => [new SystemInstruction.WithdrawNonceAccount(new(Amount(spare))).ToInstruction(nonce, Pick(_wallets), authority)],
            _ => [new SystemInstruction.WithdrawNonceAccount(Bank.GetAccount(nonce)?.Lamports ?? default).ToInstruction(nonce, Pick(_wallets), authority)],
        };
    }

    private IEnumerable<Instruction> BeginNonce()
    {
        var nonce = Fresh(_nonces);
        if (_random.Chance(9, 10))
        {
            yield return new SystemInstruction.CreateAccount(
                Rent.MinimumFor(NonceState.SizeBytes) + new Lamports(_random.NextBelow(1_000_000UL)), NonceState.SizeBytes, default).ToInstruction(_payer, nonce);
        }

        yield return new SystemInstruction.InitializeNonceAccount(Pick(_wallets)).ToInstruction(nonce);
    }
}
