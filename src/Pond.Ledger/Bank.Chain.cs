using System.Collections.Immutable;
using Pond.Ledger.Accounts;

namespace Pond.Ledger;

public sealed partial class Bank
{
    /// <summary>How slots make up epochs.</summary>
    public EpochSchedule Epochs { get; }

    /// <summary>Who may make the block of a slot: the one producer.</summary>
    public Pubkey LeaderOf(Slot slot) => Genesis.Producer;

    private ImmutableArray<byte> RenderContent(Pubkey key, AccountContent content) => content switch
    {
        Tasks.TaskState task => RenderTask(key, task),
        ChainSysvarContent { Sysvar: ChainSysvar.SlotHashes } => Sysvars.SlotHashes(_recentBlocks.NewestFirst),
        ChainSysvarContent { Sysvar: ChainSysvar.RecentBlockhashes } => Sysvars.RecentBlockhashes(_recentBlocks.NewestFirst),
        ChainSysvarContent { Sysvar: ChainSysvar.SlotHistory } => Sysvars.SlotHistory(LatestBlock.Slot, _recentBlocks.Skipped),
        _ => content.Render(Slot),
    };
}
