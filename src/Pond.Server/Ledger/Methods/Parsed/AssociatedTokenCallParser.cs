using Pond.Primitives.Tokens;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes calls of the Associated Token program apart.</summary>
internal static class AssociatedTokenCallParser
{
    /// <summary>Takes a call apart; null if it is none, or has too few accounts.</summary>
    internal static ParsedInfo? Parse(InstructionView call)
    {
        if (!AssociatedTokenInstruction.TryParse(call.Data.AsSpan(), out var instruction))
        {
            return null;
        }

        return instruction switch
        {
            AssociatedTokenInstruction.Create when call.HasAccounts(6) => Create("create", call),
            AssociatedTokenInstruction.CreateIdempotent when call.HasAccounts(6) => Create("createIdempotent", call),
            AssociatedTokenInstruction.RecoverNested when call.HasAccounts(7) => new("recoverNested", new
            {
                nestedSource = call.Accounts[0],
                nestedMint = call.Accounts[1],
                destination = call.Accounts[2],
                nestedOwner = call.Accounts[3],
                ownerMint = call.Accounts[4],
                wallet = call.Accounts[5],
                tokenProgram = call.Accounts[6],
            }),
            _ => null,
        };
    }

    private static ParsedInfo Create(string type, InstructionView call) => new(type, new
    {
        source = call.Accounts[0],
        account = call.Accounts[1],
        wallet = call.Accounts[2],
        mint = call.Accounts[3],
        systemProgram = call.Accounts[4],
        tokenProgram = call.Accounts[5],
    });
}
