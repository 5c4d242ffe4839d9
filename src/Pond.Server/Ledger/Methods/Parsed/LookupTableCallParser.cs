using Pond.Primitives.Instructions;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Takes calls of the Address Lookup Table program apart.</summary>
internal static class LookupTableCallParser
{
    /// <summary>Takes a call apart; null if it is none, or has too few accounts.</summary>
    internal static ParsedInfo? Parse(InstructionView call)
    {
        if (!call.HasAccounts(2) || !AddressLookupTableInstruction.TryParse(call.Data.AsSpan(), out var instruction))
        {
            return null;
        }

        var (table, authority) = (call.Accounts[0], call.Accounts[1]);
        return instruction switch
        {
            AddressLookupTableInstruction.Create create when call.HasAccounts(4) => new("createLookupTable", new
            {
                lookupTableAccount = table,
                lookupTableAuthority = authority,
                payerAccount = call.Accounts[2],
                systemProgram = call.Accounts[3],
                recentSlot = create.RecentSlot,
                bumpSeed = create.Bump,
            }),
            AddressLookupTableInstruction.Freeze =>
                new("freezeLookupTable", new { lookupTableAccount = table, lookupTableAuthority = authority }),
            AddressLookupTableInstruction.Extend extend when call.HasAccounts(4) => new("extendLookupTable", new
            {
                lookupTableAccount = table,
                lookupTableAuthority = authority,
                newAddresses = extend.Addresses,
                payerAccount = call.Accounts[2],
                systemProgram = call.Accounts[3],
            }),
            AddressLookupTableInstruction.Extend extend => new("extendLookupTable", new
            {
                lookupTableAccount = table,
                lookupTableAuthority = authority,
                newAddresses = extend.Addresses,
            }),
            AddressLookupTableInstruction.Deactivate =>
                new("deactivateLookupTable", new { lookupTableAccount = table, lookupTableAuthority = authority }),
            AddressLookupTableInstruction.Close when call.HasAccounts(3) => new("closeLookupTable", new
            {
                lookupTableAccount = table,
                lookupTableAuthority = authority,
                recipient = call.Accounts[2],
            }),
            _ => null,
        };
    }
}
