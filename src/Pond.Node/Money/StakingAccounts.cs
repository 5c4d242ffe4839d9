using Pond.Primitives;

namespace Pond.Node.Money;

/// <summary>How a staking key's account is made, as in the original node.</summary>
public static class StakingAccounts
{
    /// <summary>With how many bytes it begins.</summary>
    public const ulong InitialBytes = 100;

    /// <summary>How many bytes its rent covers: it grows when the node writes a distribution list.</summary>
    public const ulong RentedBytes = 1_000;

    /// <summary>What is added to the rent.</summary>
    public static readonly Lamports Margin = new(10_000);
}
