using System.Collections.Immutable;
using Pond.Server.Tasks.JavaScript;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Tasks;

/// <summary>How a task's bundle is run as a child process.</summary>
public sealed record TaskProcessOptions
{
    /// <summary>The folder with the published program; only read. The caller has checked it against its CID.</summary>
    public required string Bundle { get; init; }

    /// <summary>The task's own folder: its home, where it works, and where <c>task.log</c> is kept. Made if it is missing.</summary>
    public required string Folder { get; init; }

    /// <summary>Beside the folder, out of the task's reach: copies of what is just being added to the content store.</summary>
    internal string Staging => $"{Path.TrimEndingDirectorySeparator(Folder)}.staging";

    /// <summary>What the node does for the task; an <see cref="JavaScript.IJavaScriptServices"/> if its bundle is JavaScript.</summary>
    public required ITaskServices Services { get; init; }

    /// <summary>Maps the node's content gateway, <c>GET /ipfs/...</c>, for this task.</summary>
    /// <remarks>
    /// A name that a directory is proven not to have is a 404 with the header <c>X-Pond-Error: path-not-found</c>. Every other error means to
    /// the task that the content can't be had just now.
    /// </remarks>
    public required Action<IEndpointRouteBuilder> MapContent { get; init; }

    /// <summary>The box to run in. Null runs the bundle with the node's own rights: only for bundles that the operator trusts.</summary>
    public required TaskSandbox? Sandbox { get; init; }

    /// <summary>Times the log's lines and the grace periods.</summary>
    public required TimeProvider TimeProvider { get; init; }

    /// <summary>Gets each line that the task writes, and its notices; called by one thread at a time and must not block for long.</summary>
    public Action<TaskOutput> OnOutput { get; init; } = _ => { };

    /// <summary>Further environment variables: those that the operator has paired with this task.</summary>
    public ImmutableDictionary<string, string> Variables { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>What a boxed task may take of the machine.</summary>
    public TaskLimits Limits { get; init; } = new();

    /// <summary>What of the internet a boxed task gets to; null for nothing. Default nothing.</summary>
    public BoxInternet? Internet { get; init; }

    /// <summary>The addresses by which a boxed JavaScript task knows other nodes; null for those that they have registered. Default null.</summary>
    public PeerAddresses? Peers { get; init; }

    /// <summary>Is told when a boxed task was ended because it had too much in its folder, so that room is made.</summary>
    public Action OnFolderFull { get; init; } = () => { };

    /// <summary>
    /// How much managed memory the task may use, in bytes; null for three quarters of what its box may have, or without a box what the runtime
    /// finds right. At least 20 MiB.
    /// </summary>
    public long? HeapHardLimitBytes { get; init; }

    /// <summary>What the runtime is told.</summary>
    internal long? HeapBytes => HeapHardLimitBytes ?? (Sandbox is null ? null : Limits.HeapBytes);

    /// <summary>The path of the Node.js that runs JavaScript bundles; null for the one that the system has installed.</summary>
    public string? NodeJs { get; init; }

    /// <summary>How long a task gets to exit after its input has ended, and again after SIGTERM. Default 3 s.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a task gets to let go of a call that is given up; after it, it hangs. Default 5 s.</summary>
    public TimeSpan LetGoPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How large <c>task.log</c> may grow; then its older half goes. Default 5 MB, as in the original node.</summary>
    public int MaxLogBytes { get; init; } = 5_000_000;

    /// <summary>How much one call may add to the content store. Default 1 GiB.</summary>
    public long MaxContentBytes { get; init; } = 1L << 30;
}
