using Pond.Primitives;

namespace Pond.Contracts.Rpc;

/// <summary>The answer of the old method <c>getFees</c>.</summary>
/// <param name="Blockhash">A recent block's hash.</param>
/// <param name="FeeCalculator">What a signature costs.</param>
/// <param name="LastValidSlot">The last slot at which the hash is sure to be taken, if no slot is skipped.</param>
/// <param name="LastValidBlockHeight">The last block height at which it is taken.</param>
public sealed record Fees(Hash Blockhash, FeeCalculator FeeCalculator, Slot LastValidSlot, ulong LastValidBlockHeight);

/// <summary>The value of the old method <c>getFeeCalculatorForBlockhash</c>.</summary>
/// <param name="FeeCalculator">What a signature costs.</param>
public sealed record BlockhashFees(FeeCalculator FeeCalculator);

/// <summary>The value of the old method <c>getFeeRateGovernor</c>.</summary>
/// <param name="FeeRateGovernor">The rules by which the price moves.</param>
public sealed record FeeRates(FeeRateGovernor FeeRateGovernor);

/// <summary>The rules by which the price of a signature moves. Here it is fixed.</summary>
/// <param name="BurnPercent">What of a fee is burnt, in percent.</param>
/// <param name="MaxLamportsPerSignature">The highest price.</param>
/// <param name="MinLamportsPerSignature">The lowest price.</param>
/// <param name="TargetLamportsPerSignature">The price at the target.</param>
/// <param name="TargetSignaturesPerSlot">The target.</param>
public sealed record FeeRateGovernor(
    byte BurnPercent,
    Lamports MaxLamportsPerSignature,
    Lamports MinLamportsPerSignature,
    Lamports TargetLamportsPerSignature,
    ulong TargetSignaturesPerSlot);

/// <summary>One entry of <c>getRecentPrioritizationFees</c>.</summary>
/// <param name="Slot">The block's slot.</param>
/// <param name="PrioritizationFee">The lowest price that landed there, in millionths of a lamport per compute unit.</param>
public sealed record SlotPrioritizationFee(Slot Slot, ulong PrioritizationFee);
