namespace Pond.Primitives;

/// <summary>One block: its slot and its hash. Whoever knows the hash has seen the block, so he knows it no earlier than in that slot.</summary>
/// <param name="Slot">The block's slot.</param>
/// <param name="Hash">The block's hash.</param>
public readonly record struct BlockReference(Slot Slot, Hash Hash);
