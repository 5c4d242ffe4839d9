using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Pond.Primitives.Tokens;

namespace Pond.Ledger.Programs.Token;

internal sealed partial class TokenProgram
{
    private static InstructionError? GetAccountDataSize(InstructionContext context, BorrowedAccounts accounts)
    {
        if (!TryTakeMint(accounts, out _, out var error))
        {
            return error;
        }

        context.SetReturnData([.. NumberBytes(TokenAccount.SizeBytes)]);
        return null;
    }

    private static InstructionError? AmountToUiAmount(InstructionContext context, BorrowedAccounts accounts, ulong amount)
    {
        if (!TryTakeMint(accounts, out var mint, out var error))
        {
            return error;
        }

        context.SetReturnData([.. Encoding.UTF8.GetBytes(TokenAmount.ToText(amount, mint.Decimals))]);
        return null;
    }

    private static InstructionError? UiAmountToAmount(InstructionContext context, BorrowedAccounts accounts, string text)
    {
        if (!TryTakeMint(accounts, out var mint, out var error))
        {
            return error;
        }

        if (!TokenAmount.TryParse(text, mint.Decimals, out var amount))
        {
            return new(InstructionErrorKind.InvalidArgument);
        }

        context.SetReturnData([.. NumberBytes(amount)]);
        return null;
    }

    private static bool TryTakeMint(
        BorrowedAccounts accounts, [NotNullWhen(true)] out Mint? mint, [NotNullWhen(false)] out InstructionError? error)
    {
        mint = null;
        error =
            !accounts.TryTake(out var account) ? MissingAccount()
            : FindProgramFault(account) is { } fault ? fault
            : !TryRead(account, out mint, out _) ? Fail(TokenErrorCode.InvalidMint)
            : null;
        return error is null;
    }

    private static byte[] NumberBytes(ulong number)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, number);
        return bytes;
    }
}
