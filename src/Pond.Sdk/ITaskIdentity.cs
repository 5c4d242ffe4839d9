using Pond.Primitives;

namespace Pond.Sdk;

/// <summary>Which task this is, and as whom this node takes part in it.</summary>
public interface ITaskIdentity
{
    /// <summary>The task's id.</summary>
    Pubkey Task { get; }

    /// <summary>The public staking key under which this node submits and votes. Its secret half never leaves the node.</summary>
    Pubkey StakingKey { get; }
}
