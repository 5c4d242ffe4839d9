using System.Collections.Immutable;
using Pond.Ledger.Accounts;

namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>How slots make up epochs.</summary>
    public EpochSchedule Epochs { get; }

    /// <summary>Who may make the block of a slot: the one producer.</summary>
    public Pubkey LeaderOf(Slot slot) => Genesis.Producer;

    /// <summary>How many blocks the slots from <paramref name="first"/> to <paramref name="last"/> have, both included.</summary>
    public int CountBlocks(Slot first, Slot last) => _beacons.SlotsFrom(first).TakeWhile(slot => slot <= last).Count();

    private ImmutableArray<byte> RenderContent(Pubkey key, AccountContent content) => content switch
    {
        Tasks.TaskState task => RenderTask(key, task),
        ChainSysvarContent { Sysvar: ChainSysvar.SlotHashes } => Sysvars.SlotHashes(_recentBlocks.NewestFirst),
        ChainSysvarContent { Sysvar: ChainSysvar.RecentBlockhashes } => Sysvars.RecentBlockhashes(_recentBlocks.NewestFirst),
        ChainSysvarContent { Sysvar: ChainSysvar.SlotHistory } => Sysvars.SlotHistory(LatestBlock.Slot, _beacons.SlotsFrom),
        _ => content.Render(Slot),
    };
}
