using Pond.Primitives;
using Pond.Primitives.Tasks;

namespace Pond.Sdk.Stamps;

/// <summary>What a verification of a stamped exchange found.</summary>
/// <param name="Status">Whether it holds.</param>
/// <param name="SlotsTaken">From the question to the answer, as the answering node says; 0 unless it holds.</param>
/// <param name="SlotsAtMost">From the question to the receipt, as the asking node says; 0 unless it holds.</param>
public sealed record StampReport(StampStatus Status, ulong SlotsTaken, ulong SlotsAtMost)
{
    /// <summary>Valid if it holds, Abstain if the ledger could not be asked about it, Invalid if it is proven not to hold.</summary>
    public Verdict Verdict => Status switch
    {
        StampStatus.Valid => Verdict.Valid,
        StampStatus.BlockUnknown or StampStatus.None => Verdict.Abstain,
        _ => Verdict.Invalid,
    };
}

/// <summary>Which exchanges count: asked no earlier than <paramref name="From"/>, received before <paramref name="Until"/>.</summary>
/// <param name="From">The first slot.</param>
/// <param name="Until">The slot after the last.</param>
public readonly record struct StampWindow(Slot From, Slot Until)
{
    /// <summary>All slots.</summary>
    public static StampWindow Any { get; } = new(new(0), new(ulong.MaxValue));

    /// <summary>The slots of a round.</summary>
    public static StampWindow Of(TaskInfo task, Round round) => new(task.StartOf(round), task.StartOf(round + 1));
}
