using System.Collections.Immutable;
using Pond.Ledger;
using Pond.Primitives;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;
using Pond.Primitives.Transactions;

namespace Pond.Differential;

public sealed partial class World
{
    private static readonly string[] Texts = ["1", "1.5", "0.000000001", ".", "", "+3", "1.2.3", "18446744073709551616", "-1", "7.", ".25"];

    // Creates an account for the token program and begins it, as clients do in one transaction.
    private IEnumerable<Instruction> NextBeginning()
    {
        (Pubkey key, int space) = _random.NextBelow(6) switch
        {
            0 or 1 => (Fresh(_mints), Mint.SizeBytes),
            2 => (Fresh(_multisigs), Multisig.SizeBytes),
            _ => (Fresh(_accounts), TokenAccount.SizeBytes),
        };
        if (_random.Chance(9, 10))
        {
            yield return new SystemInstruction.CreateAccount(
                _random.Chance(9, 10) ? Rent.MinimumFor((ulong)space) : RentOf((ulong)space),
                _random.Chance(19, 20) ? (ulong)space : SomeSize(out _),
                _random.Chance(19, 20) ? ProgramIds.Token : Pick(_wallets)).ToInstruction(_payer, key);
        }

        yield return space switch
        {
            Mint.SizeBytes => BeginMint(key),
            Multisig.SizeBytes => BeginMultisig(key),
            _ => BeginAccount(key),
        };
    }

    private Instruction BeginMint(Pubkey key)
    {
        var decimals = (byte)(_random.Chance(1, 10) ? _random.NextBelow(256) : _random.NextBelow(10));
        Pubkey? freeze = _random.Chance(3, 4) ? Authority() : null;
        return _random.Chance(1, 2)
            ? new TokenInstruction.InitializeMint(decimals, Authority(), freeze).ToInstruction(key)
            : new TokenInstruction.InitializeMint2(decimals, Authority(), freeze).ToInstruction(key);
    }

    private Instruction BeginAccount(Pubkey key)
    {
        var mint = _random.Chance(14, 15) ? Used(_mints) : AnyKey();
        var owner = _random.NextBelow(12) switch
        {
            0 => ProgramIds.Incinerator,
            1 => ProgramIds.System,
            _ => Authority(),
        };
        return _random.NextBelow(4) switch
        {
            0 => new TokenInstruction.InitializeAccount().ToInstruction(key, mint, owner),
            1 => new TokenInstruction.InitializeAccount2(owner).ToInstruction(key, mint),
            2 => new TokenInstruction.InitializeImmutableOwner().ToInstruction(key),
            _ => new TokenInstruction.InitializeAccount3(owner).ToInstruction(key, mint),
        };
    }

    private Instruction BeginMultisig(Pubkey key)
    {
        var signers = new Pubkey[_random.NextBelow(_random.Chance(1, 10) ? 13 : 4)];
        for (var index = 0; index < signers.Length; index++)
        {
            signers[index] = Pick(_wallets);
        }

        var required = (byte)_random.NextBelow(_random.Chance(1, 10) ? 13 : signers.Length + 1);
        return _random.Chance(1, 2)
            ? new TokenInstruction.InitializeMultisig(required).ToInstruction(key, signers)
            : new TokenInstruction.InitializeMultisig2(required).ToInstruction(key, signers);
    }

    private Instruction NextAssociatedMove()
    {
        var (wallet, mint) = (_random.Chance(3, 4) ? Pick(_wallets) : AnyKey(), _random.Chance(9, 10) ? Used(_mints) : AnyKey());
        return _random.NextBelow(5) switch
        {
            0 => AssociatedTokenInstruction.RecoverNested.ToInstruction(wallet, mint, Pick(_mints)),
            1 => AssociatedTokenInstruction.Create.ToInstruction(Pick(_wallets), AssociatedTokenInstruction.Find(wallet, mint).Address, mint),
            2 => AssociatedTokenInstruction.CreateIdempotent.ToInstruction(_payer, wallet, mint),
            _ => AssociatedTokenInstruction.Create.ToInstruction(Pick(_wallets), wallet, mint),
        };
    }

    private Instruction NextTokenMove()
    {
        var source = Used(_accounts);
        var state = TokenAccountAt(source);
        var mint = state is not null && _random.Chance(9, 10) ? state.Mint : Used(_mints);
        var mintState = MintAt(mint);
        var decimals = mintState is not null && _random.Chance(9, 10) ? mintState.Decimals : (byte)_random.NextBelow(10);
        var target = Sibling(mint);
        var amount = Amount(state?.Amount ?? 0);
        var made = _random.Chance(5, 6) ? _random.NextBelow(1_000_000UL) : Amount(ulong.MaxValue);
        var spender = Known(_random.Chance(1, 3) ? state?.Delegate ?? state?.Owner : state?.Owner);
        var owner = Known(state?.Owner);
        var minter = Known(mintState?.MintAuthority);
        var freezer = Known(mintState?.FreezeAuthority);
        var closer = Known(state?.CloseAuthority ?? state?.Owner);
        return _random.NextBelow(24) switch
        {
            0 or 1 => new TokenInstruction.Transfer(amount).ToInstruction(source, target, spender, SignersOf(spender)),
            2 or 3 => new TokenInstruction.TransferChecked(amount, decimals).ToInstruction(source, mint, target, spender, SignersOf(spender)),
            4 => new TokenInstruction.Approve(amount).ToInstruction(source, Authority(), owner, SignersOf(owner)),
            5 => new TokenInstruction.ApproveChecked(amount, decimals).ToInstruction(source, mint, Authority(), owner, SignersOf(owner)),
            6 => new TokenInstruction.Revoke().ToInstruction(source, owner, SignersOf(owner)),
            7 => SetMintAuthority(mint, minter, freezer),
            8 or 9 => SetAccountAuthority(source, owner, closer),
            10 or 11 or 12 => new TokenInstruction.MintTo(made).ToInstruction(mint, source, minter, SignersOf(minter)),
            13 or 14 => new TokenInstruction.MintToChecked(made, decimals).ToInstruction(mint, source, minter, SignersOf(minter)),
            15 => new TokenInstruction.Burn(amount).ToInstruction(source, mint, spender, SignersOf(spender)),
            16 => new TokenInstruction.BurnChecked(amount, decimals).ToInstruction(source, mint, spender, SignersOf(spender)),
            17 => new TokenInstruction.CloseAccount().ToInstruction(source, _random.Chance(1, 4) ? ProgramIds.Incinerator : AnyKey(), closer, SignersOf(closer)),
            18 => new TokenInstruction.FreezeAccount().ToInstruction(source, mint, freezer, SignersOf(freezer)),
            19 or 20 => new TokenInstruction.ThawAccount().ToInstruction(source, mint, freezer, SignersOf(freezer)),
            21 => new TokenInstruction.SyncNative().ToInstruction(source),
            22 => new TokenInstruction.UiAmountToAmount(Texts[_random.NextBelow(Texts.Length)]).ToInstruction(mint),
            _ => _random.Chance(1, 2)
                ? new TokenInstruction.AmountToUiAmount(made).ToInstruction(mint)
                : new TokenInstruction.GetAccountDataSize().ToInstruction(mint),
        };
    }

    private Instruction SetMintAuthority(Pubkey mint, Pubkey minter, Pubkey freezer)
    {
        var type = (AuthorityType)_random.NextBelow(_random.Chance(1, 8) ? 4 : 2);
        var authority = type is AuthorityType.MintTokens ? minter : freezer;
        return new TokenInstruction.SetAuthority(type, NextAuthority()).ToInstruction(mint, authority, SignersOf(authority));
    }

    private Instruction SetAccountAuthority(Pubkey account, Pubkey owner, Pubkey closer)
    {
        var type = _random.Chance(1, 8) ? (AuthorityType)_random.NextBelow(4) : (AuthorityType)(2 + _random.NextBelow(2));
        var authority = type is AuthorityType.AccountOwner ? owner : closer;
        return new TokenInstruction.SetAuthority(type, NextAuthority()).ToInstruction(account, authority, SignersOf(authority));
    }

    private Pubkey? NextAuthority() => _random.Chance(1, 6) ? null : Authority();

    private Pubkey Authority() => _random.Chance(1, 5) ? Pick(_multisigs) : Pick(_wallets);

    // Whoever is asked for, mostly.
    private Pubkey Known(Pubkey? expected) => expected is { } known && _random.Chance(14, 15) ? known : Authority();

    // Another account of the same mint, mostly.
    private Pubkey Sibling(Pubkey mint)
    {
        ImmutableArray<Pubkey> siblings = [.. _accounts.Where(key => TokenAccountAt(key)?.Mint == mint)];
        return siblings.IsEmpty || _random.Chance(1, 10) ? Pick(_accounts) : Pick(siblings);
    }

    private Pubkey[] SignersOf(Pubkey authority) =>
        Bank.GetAccount(authority) is { } account && account.Owner == ProgramIds.Token && Multisig.TryParse(account.Data.AsSpan(), out var multisig)
            ? [.. multisig.Signers.Take(_random.Chance(4, 5) ? multisig.Signers.Length : multisig.Signers.Length - 1)]
            : [];
}
