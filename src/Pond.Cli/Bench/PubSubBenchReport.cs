namespace Pond.Cli.Bench;

/// <summary>What a run of <c>pond bench pubsub</c> measured.</summary>
/// <param name="Schema">The version of this report's form.</param>
/// <param name="Subscribers">How many sockets.</param>
/// <param name="Slots">How many slots, or broadcasts.</param>
/// <param name="SlotMs">How long a slot lasts.</param>
/// <param name="Pond">The ledger.</param>
/// <param name="Bare">Sockets without a ledger.</param>
/// <param name="IsReached">Whether every notification came within its slot.</param>
internal sealed record PubSubBenchReport(
    int Schema, int Subscribers, int Slots, double SlotMs, PubSubBenchSide Pond, PubSubBenchSide Bare, bool IsReached);

/// <summary>One side.</summary>
/// <param name="Received">How many messages came.</param>
/// <param name="Expected">How many should have.</param>
/// <param name="MedianMs">Half of them came within this time after the slot's begin, or the broadcast's.</param>
/// <param name="P99Ms">All but a hundredth.</param>
/// <param name="WorstMs">All.</param>
/// <param name="ConnectedKib">How much memory each socket took when all were open.</param>
/// <param name="EndKib">And at the end of the run.</param>
internal sealed record PubSubBenchSide(
    long Received, long Expected, double MedianMs, double P99Ms, double WorstMs, double ConnectedKib, double EndKib);
