namespace Pond.Primitives.Tasks;

/// <summary>Where a task's executable lies, as its account says it (<c>task_executable_network</c>).</summary>
public static class ExecutableNetworks
{
    /// <summary>In content stores, under its CID.</summary>
    public const string Ipfs = "IPFS";

    /// <summary>On Arweave, under the id of a transaction.</summary>
    public const string Arweave = "ARWEAVE";

    /// <summary>On the node's own disk, under a name: for developing a task.</summary>
    public const string Development = "DEVELOPMENT";
}
