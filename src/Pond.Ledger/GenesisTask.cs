using Pond.Primitives.Instructions;

namespace Pond.Ledger;

/// <summary>A KOII task that exists before the first transaction, as if its creator had made it in slot 0. Its bounty lies in its pot.</summary>
public sealed record GenesisTask
{
    /// <summary>The task's account.</summary>
    public required Pubkey Address { get; init; }

    /// <summary>Where its bounty and its stakes lie; an address that <see cref="ProgramAddress.FindStakePot"/> can give.</summary>
    public required Pubkey StakePot { get; init; }

    /// <summary>Who may update, start and stop it.</summary>
    public required Pubkey Manager { get; init; }

    /// <summary>What it is.</summary>
    public required TaskInstruction.CreateTask Settings { get; init; }

    /// <summary>The size of its account, which rent is paid for.</summary>
    public required ulong SpaceBytes { get; init; }

    /// <summary>Whether nodes may work for it from the start.</summary>
    public bool IsActive { get; init; } = true;

    /// <summary>Whether the network's managers vouch for it.</summary>
    public bool IsAllowlisted { get; init; } = true;
}
