using System.Diagnostics.CodeAnalysis;

namespace Pond.Ledger.Programs;

/// <summary>The accounts of one instruction, taken one after the other.</summary>
internal sealed class BorrowedAccounts
{
    private readonly InstructionContext _context;
    private readonly BorrowedAccount[] _accounts;
    private int _taken;

    internal BorrowedAccounts(InstructionContext context)
    {
        _context = context;
        _accounts = new BorrowedAccount[context.Accounts.Length];
        for (var index = 0; index < _accounts.Length; index++)
        {
            var meta = context.Accounts[index];
            // An account that is named twice is one account.
            _accounts[index] = Array.Find(_accounts[..index], account => account.Key == meta.Key)
                ?? new(meta, context.Overlay.Get(meta.Key));
        }
    }

    /// <summary>What has not been taken yet.</summary>
    internal ReadOnlySpan<BorrowedAccount> Rest => _accounts.AsSpan(_taken);

    internal bool TryTake([NotNullWhen(true)] out BorrowedAccount? account)
    {
        account = _taken < _accounts.Length ? _accounts[_taken++] : null;
        return account is not null;
    }

    /// <summary>Hands all accounts back, in their order.</summary>
    internal InstructionError? Return()
    {
        foreach (var account in _accounts.Distinct())
        {
            if (account.Return(_context.Overlay, _context.Program) is { } error)
            {
                return error;
            }
        }

        return null;
    }
}
