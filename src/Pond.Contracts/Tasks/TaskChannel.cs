namespace Pond.Contracts.Tasks;

/// <summary>How a node and a task that runs as its child process find each other and what they call things.</summary>
/// <remarks>
/// The node writes <see cref="PhaseMessage"/>s as lines of JSON to the task's standard input; its end asks the task to exit. The
/// task calls the node by HTTP over a Unix domain socket: the namespace methods at <see cref="NamespacePath"/>, content by
/// CID under <c>/ipfs/</c>.
/// </remarks>
public static class TaskChannel
{
    /// <summary>The environment variable with the path of the node's socket.</summary>
    public const string SocketVariable = "POND_SOCKET";

    /// <summary>The environment variable with the secret that each namespace call carries; new for each start.</summary>
    public const string SecretVariable = "POND_SECRET";

    /// <summary>The environment variable with the task's id.</summary>
    public const string TaskVariable = "POND_TASK";

    /// <summary>The environment variable with the node's staking key for the task, the public one.</summary>
    public const string StakingKeyVariable = "POND_STAKING_KEY";

    /// <summary>The environment variable with the task's folder, the only one in which it may write.</summary>
    public const string FolderVariable = "POND_FOLDER";

    /// <summary>
    /// The file name, in the task's folder, of the socket at which the task listens for its routes. The node connects to it for requests to
    /// <c>/task/{id}/...</c> of its public port.
    /// </summary>
    public const string RoutesSocket = ".routes";

    /// <summary>Below this path of the node's socket, <c>/{staking key}/...</c> asks the same task on another node.</summary>
    public const string PeersPath = "/peers";

    /// <summary>This path of the node's socket, with <c>?url=</c>, asks the web, where the operator allows it.</summary>
    public const string WebPath = "/web";

    /// <summary>Where the namespace methods are posted.</summary>
    public const string NamespacePath = "/namespace-wrapper";

    /// <summary>The header of a content answer that is an error, with the error's code.</summary>
    public const string ErrorCodeHeader = "X-Pond-Error";

    /// <summary>
    /// The code of a 404 that is proven: the directory was read and checked, and has no such name. A task may accuse a submitter by
    /// it, so a block that is only not to be had at the moment must never be answered with it.
    /// </summary>
    public const string PathNotFound = "path-not-found";

    /// <summary>The longest text of a submission in bytes of UTF-8: the size of the field on the ledger.</summary>
    public const int MaxSubmissionBytes = 512;
}
