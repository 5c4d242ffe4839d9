using System.Collections.Immutable;
using Pond.Ledger.Accounts;
using Pond.Primitives.Instructions;
using Pond.Primitives.Tokens;

namespace Pond.Ledger;

public sealed partial class Bank
{
    // Only for transactions that name the token program: no other one changes tokens, and most have none.
    private ImmutableArray<TokenBalance> TokenBalances(Overlay overlay, ImmutableArray<Pubkey> keys)
    {
        if (!keys.Contains(ProgramIds.Token))
        {
            return [];
        }

        var balances = ImmutableArray.CreateBuilder<TokenBalance>();
        for (var index = 0; index < keys.Length; index++)
        {
            var account = overlay.Get(keys[index]);
            if (account.Owner == ProgramIds.Token
                && TokenAccount.TryParse(account.Content.Render(Slot).AsSpan(), out var token)
                && token.State is not TokenAccountState.Uninitialized
                && Mint.TryParse(overlay.Get(token.Mint).Content.Render(Slot).AsSpan(), out var mint))
            {
                balances.Add(new(index, token.Mint, token.Owner, token.Amount, mint.Decimals));
            }
        }

        return balances.ToImmutable();
    }
}
