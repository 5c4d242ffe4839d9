using System.Security.Cryptography;
using System.Text;
using Pond.Primitives;
using Pond.Primitives.Cryptography;

namespace Pond.Server.Nodes;

/// <summary>An operator's staking keys: one for each task, so that no task can touch another's stake, and none needs a backup of its own.</summary>
public static class StakingKeys
{
    /// <summary>
    /// The staking key of an operator for a task. Its seed is the SHA-256 of the operator's signature of <c>pond staking key ID</c>, which only he
    /// can make, and which is always the same.
    /// </summary>
    public static Keypair Of(Keypair operatorKey, Pubkey task) =>
        Keypair.FromSeed(SHA256.HashData(operatorKey.Sign(Encoding.ASCII.GetBytes($"pond staking key {task}")).ToArray()));
}
