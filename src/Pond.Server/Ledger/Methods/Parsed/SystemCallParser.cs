using Pond.Primitives.Instructions;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes calls of the System program apart.</summary>
internal static class SystemCallParser
{
    /// <summary>Takes a call apart; null if it is none, or has too few accounts.</summary>
    internal static ParsedInfo? Parse(InstructionView call)
    {
        if (!SystemInstruction.TryParse(call.Data.AsSpan(), out var instruction))
        {
            return null;
        }

        var accounts = call.Accounts;
        return instruction switch
        {
            SystemInstruction.CreateAccount create when call.HasAccounts(2) => new("createAccount", new
            {
                source = accounts[0],
                newAccount = accounts[1],
                lamports = create.Lamports,
                space = create.SpaceBytes,
                owner = create.Owner,
            }),
            SystemInstruction.Assign assign when call.HasAccounts(1) => new("assign", new { account = accounts[0], owner = assign.Owner }),
            SystemInstruction.Transfer transfer when call.HasAccounts(2) =>
                new("transfer", new { source = accounts[0], destination = accounts[1], lamports = transfer.Lamports }),
            SystemInstruction.CreateAccountWithSeed create when call.HasAccounts(2) => new("createAccountWithSeed", new
            {
                source = accounts[0],
                newAccount = accounts[1],
                @base = create.Base,
                seed = create.Seed,
                lamports = create.Lamports,
                space = create.SpaceBytes,
                owner = create.Owner,
            }),
            SystemInstruction.AdvanceNonceAccount when call.HasAccounts(3) => new("advanceNonce", new
            {
                nonceAccount = accounts[0],
                recentBlockhashesSysvar = accounts[1],
                nonceAuthority = accounts[2],
            }),
            SystemInstruction.WithdrawNonceAccount withdraw when call.HasAccounts(5) => new("withdrawFromNonce", new
            {
                nonceAccount = accounts[0],
                destination = accounts[1],
                recentBlockhashesSysvar = accounts[2],
                rentSysvar = accounts[3],
                nonceAuthority = accounts[4],
                lamports = withdraw.Lamports,
            }),
            SystemInstruction.InitializeNonceAccount initialize when call.HasAccounts(3) => new("initializeNonce", new
            {
                nonceAccount = accounts[0],
                recentBlockhashesSysvar = accounts[1],
                rentSysvar = accounts[2],
                nonceAuthority = initialize.Authority,
            }),
            SystemInstruction.AuthorizeNonceAccount authorize when call.HasAccounts(2) => new("authorizeNonce", new
            {
                nonceAccount = accounts[0],
                nonceAuthority = accounts[1],
                newAuthorized = authorize.Authority,
            }),
            SystemInstruction.Allocate allocate when call.HasAccounts(1) =>
                new("allocate", new { account = accounts[0], space = allocate.SpaceBytes }),
            SystemInstruction.AllocateWithSeed allocate when call.HasAccounts(2) => new("allocateWithSeed", new
            {
                account = accounts[0],
                @base = allocate.Base,
                seed = allocate.Seed,
                space = allocate.SpaceBytes,
                owner = allocate.Owner,
            }),
            SystemInstruction.AssignWithSeed assign when call.HasAccounts(2) => new("assignWithSeed", new
            {
                account = accounts[0],
                @base = assign.Base,
                seed = assign.Seed,
                owner = assign.Owner,
            }),
            SystemInstruction.TransferWithSeed transfer when call.HasAccounts(3) => new("transferWithSeed", new
            {
                source = accounts[0],
                sourceBase = accounts[1],
                destination = accounts[2],
                lamports = transfer.Lamports,
                sourceSeed = transfer.Seed,
                sourceOwner = transfer.Owner,
            }),
            SystemInstruction.UpgradeNonceAccount when call.HasAccounts(1) => new("upgradeNonce", new { nonceAccount = accounts[0] }),
            _ => null,
        };
    }
}
