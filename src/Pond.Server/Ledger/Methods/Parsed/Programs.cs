using Pond.Primitives;

namespace Pond.Server.Ledger.Methods.Parsed;

/// <summary>Programs whose accounts and calls are taken apart.</summary>
internal static class Programs
{
    internal static readonly Pubkey Token = Pubkey.Parse("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    internal static readonly Pubkey AssociatedToken = Pubkey.Parse("ATokenGPvbdGVxr1b2hvZbsiqW5xWH25efTNsLJA8knL");
}
