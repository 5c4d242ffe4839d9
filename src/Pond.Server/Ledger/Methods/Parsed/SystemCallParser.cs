namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes calls of the System program apart.</summary>
internal static class SystemCallParser
{
    /// <summary>Takes a call apart; null if it is none, or has too few accounts.</summary>
    internal static ParsedInfo? Parse(InstructionView call)
    {
        var accounts = call.Accounts;
        var data = new LayoutReader(call.Data.AsSpan());
        ParsedInfo? parsed = data.UInt32() switch
        {
            0 when call.HasAccounts(2) => new("createAccount", new
            {
                source = accounts[0],
                newAccount = accounts[1],
                lamports = data.UInt64(),
                space = data.UInt64(),
                owner = data.Pubkey(),
            }),
            1 when call.HasAccounts(1) => new("assign", new { account = accounts[0], owner = data.Pubkey() }),
            2 when call.HasAccounts(2) => new("transfer", new { source = accounts[0], destination = accounts[1], lamports = data.UInt64() }),
            3 when call.HasAccounts(2) => new("createAccountWithSeed", new
            {
                source = accounts[0],
                newAccount = accounts[1],
                @base = data.Pubkey(),
                seed = data.Text(),
                lamports = data.UInt64(),
                space = data.UInt64(),
                owner = data.Pubkey(),
            }),
            4 when call.HasAccounts(3) => new("advanceNonce", new
            {
                nonceAccount = accounts[0],
                recentBlockhashesSysvar = accounts[1],
                nonceAuthority = accounts[2],
            }),
            5 when call.HasAccounts(5) => new("withdrawFromNonce", new
            {
                nonceAccount = accounts[0],
                destination = accounts[1],
                recentBlockhashesSysvar = accounts[2],
                rentSysvar = accounts[3],
                nonceAuthority = accounts[4],
                lamports = data.UInt64(),
            }),
            6 when call.HasAccounts(3) => new("initializeNonce", new
            {
                nonceAccount = accounts[0],
                recentBlockhashesSysvar = accounts[1],
                rentSysvar = accounts[2],
                nonceAuthority = data.Pubkey(),
            }),
            7 when call.HasAccounts(2) => new("authorizeNonce", new
            {
                nonceAccount = accounts[0],
                nonceAuthority = accounts[1],
                newAuthorized = data.Pubkey(),
            }),
            8 when call.HasAccounts(1) => new("allocate", new { account = accounts[0], space = data.UInt64() }),
            9 when call.HasAccounts(2) => new("allocateWithSeed", new
            {
                account = accounts[0],
                @base = data.Pubkey(),
                seed = data.Text(),
                space = data.UInt64(),
                owner = data.Pubkey(),
            }),
            10 when call.HasAccounts(2) => new("assignWithSeed", new
            {
                account = accounts[0],
                @base = data.Pubkey(),
                seed = data.Text(),
                owner = data.Pubkey(),
            }),
            11 when call.HasAccounts(3) => new("transferWithSeed", new
            {
                source = accounts[0],
                sourceBase = accounts[1],
                destination = accounts[2],
                lamports = data.UInt64(),
                sourceSeed = data.Text(),
                sourceOwner = data.Pubkey(),
            }),
            12 when call.HasAccounts(1) => new("upgradeNonce", new { nonceAccount = accounts[0] }),
            _ => null,
        };
        return data.IsGood ? parsed : null;
    }
}
