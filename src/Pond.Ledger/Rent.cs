namespace Pond.Ledger;

/// <summary>The price of storage: an account must hold the rent-exempt minimum for its size, and then pays nothing.</summary>
public static class Rent
{
    /// <summary>What every account is charged for besides its data.</summary>
    public const ulong OverheadSizeBytes = 128;

    /// <summary>The price of a byte: two years at 3,480 lamports.</summary>
    public const ulong LamportsPerByte = 2 * 3480;

    /// <summary>The least that an account with so much data must hold.</summary>
    public static Lamports MinimumFor(ulong sizeBytes) => new(checked((OverheadSizeBytes + sizeBytes) * LamportsPerByte));
}
