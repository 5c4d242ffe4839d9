using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

internal sealed partial class TokenProgram
{
    private const ulong UnitsToParse = 500;

    // What the bytecode of SPL Token 3.5 takes on its usual path. Clients set limits by what a simulation consumed, so it need not be
    // exact, but a limit that suffices on K2 should suffice here.
    private static ulong UnitsFor(TokenInstruction instruction) => instruction switch
    {
        TokenInstruction.InitializeMint => 2967,
        TokenInstruction.InitializeAccount => 4527,
        TokenInstruction.InitializeMultisig => 2973,
        TokenInstruction.Transfer => 4645,
        TokenInstruction.Approve => 2904,
        TokenInstruction.Revoke => 2677,
        TokenInstruction.SetAuthority => 3167,
        TokenInstruction.MintTo => 4538,
        TokenInstruction.Burn => 4753,
        TokenInstruction.CloseAccount => 2916,
        TokenInstruction.FreezeAccount => 4265,
        TokenInstruction.ThawAccount => 4267,
        TokenInstruction.TransferChecked => 6200,
        TokenInstruction.ApproveChecked => 4459,
        TokenInstruction.MintToChecked => 4545,
        TokenInstruction.BurnChecked => 4755,
        TokenInstruction.InitializeAccount2 => 4388,
        TokenInstruction.SyncNative => 3045,
        TokenInstruction.InitializeAccount3 => 4240,
        TokenInstruction.InitializeMultisig2 => 2826,
        TokenInstruction.InitializeMint2 => 2827,
        TokenInstruction.GetAccountDataSize => 1595,
        TokenInstruction.InitializeImmutableOwner => 1405,
        TokenInstruction.AmountToUiAmount => 2501,
        TokenInstruction.UiAmountToAmount => 3161,
        _ => throw new System.Diagnostics.UnreachableException($"No price for {instruction}."),
    };
}
