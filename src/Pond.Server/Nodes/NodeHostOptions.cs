using System.Collections.Immutable;
using System.Net;
using Pond.Primitives;
using Pond.Primitives.Cryptography;
using Pond.Server.Nodes.Operator;
using Pond.Server.Nodes.Routes;
using Pond.Server.Tasks.Sandbox;
using Pond.Store.Retention;

namespace Pond.Server.Nodes;

/// <summary>What a <see cref="NodeHost"/> is started with.</summary>
public sealed record NodeHostOptions
{
    /// <summary>The node's own folder: blocks, executables, journals, the tasks' files. Made if it is missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The ledger's JSON-RPC address.</summary>
    public required Uri Ledger { get; init; }

    /// <summary>Further RPC addresses of the same ledger, asked while the first one does not answer or is behind. Default none.</summary>
    public ImmutableArray<Uri> FurtherLedgers { get; init; } = [];

    /// <summary>The operator's main key: it pays fees and stake, and gets what is claimed. It never leaves the node.</summary>
    public required Keypair Operator { get; init; }

    /// <summary>The box to run tasks in. Null runs them with the node's own rights: only for bundles that the operator trusts.</summary>
    public required TaskSandbox? Sandbox { get; init; }

    /// <summary>
    /// Why this machine can't box tasks: then without a <see cref="Sandbox"/> only those tasks are run that are to have none
    /// (<see cref="NodeTaskOptions.IsUnboxed"/>). Null where all tasks are trusted. Default null.
    /// </summary>
    public string? SandboxProblem { get; init; }

    /// <summary>What each boxed task may take of the machine, but for its folder: <see cref="MaxFolderBytes"/>.</summary>
    public TaskLimits Limits { get; init; } = new();

    /// <summary>Where the public gateway listens. Default loopback.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The public gateway's port; 0 for any free one. Default 0.</summary>
    public int Port { get; init; }

    /// <summary>
    /// The operator's port, on loopback alone and with tokens of the data folder's <c>operator.json</c>; 0 for any free one, null for none. Default none.
    /// </summary>
    public int? OperatorPort { get; init; }

    /// <summary>Maps what else the operator may ask at his port. Default nothing.</summary>
    public Action<OperatorRoutes>? MapOperator { get; init; }

    /// <summary>How others reach the gateway, at most 64 characters; null for the address that it listens on.</summary>
    public Uri? PublicAddress { get; init; }

    /// <summary>Gateways that are asked for content besides those of the tasks' other nodes.</summary>
    public ImmutableArray<Uri> ContentSources { get; init; } = [];

    /// <summary>The RPC of an IPFS node that is asked last for content, such as <c>http://127.0.0.1:5001</c>. Default none.</summary>
    public Uri? Kubo { get; init; }

    /// <summary>
    /// How often each address may ask the public gateway, on average; ten times that at once. Null for as often as it likes.
    /// Default 100 a second: a proof of a thousand blocks without a wait.
    /// </summary>
    public double? RequestsPerSecond { get; init; } = 100;

    /// <summary>Whether the public gateway serves what a pin keeps, and not what was only fetched for an audit. Default false.</summary>
    public bool ServesOnlyPinned { get; init; }

    /// <summary>How many bytes the node's content store has at most, in all; null for as many as the disk has. Default null.</summary>
    public long? MaxStoreBytes { get; init; }

    /// <summary>How many bytes of its own each task keeps in the store at most; null for no limit. Default 10 GiB.</summary>
    public long? MaxTaskBytes { get; init; } = 10L << 30;

    /// <summary>
    /// How many bytes each task may have in its own folder. One that has more is ended, its <c>runtime</c> emptied, and it is started again.
    /// Null for no limit. Default 10 GiB.
    /// </summary>
    public long? MaxFolderBytes { get; init; } = 10L << 30;

    /// <summary>How long what a task adds is kept. Default: three rounds past the payout of the round in which it was added.</summary>
    public RoundRetention Retention { get; init; } = new();

    /// <summary>The pinning services to which the node has access, each with its token. A task may want its proofs in one of them. Default none.</summary>
    public ImmutableDictionary<Uri, string> PinningServices { get; init; } = ImmutableDictionary<Uri, string>.Empty;

    /// <summary>
    /// Whether other nodes may have loopback and private addresses: true only on networks whose genesis is local. Default false.
    /// </summary>
    public bool AllowsPrivateAddresses { get; init; }

    /// <summary>What the routes of tasks may take of the node.</summary>
    public TaskRoutesOptions Routes { get; init; } = new();

    /// <summary>
    /// Where the programs of tasks lie that are being developed, <c>NAME.js</c> or a folder <c>NAME</c>: on local networks only, because nothing
    /// verifies them. Null runs no such task. Default null.
    /// </summary>
    public string? DevelopmentFolder { get; init; }

    /// <summary>How often the ledger is asked for its slot. Default 200 ms: half a slot of a public network.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Whether tasks are driven by the slots. Without timers each phase is called by hand, and what a task hands over goes to the ledger at once,
    /// which refuses it outside its window. Default true.
    /// </summary>
    public bool HasTimers { get; init; } = true;

    /// <summary>
    /// The gateway that programs on Arweave are got from, such as <c>https://arweave.net</c>. It is trusted: an id of Arweave proves nothing, so only
    /// what came first is known again. Null runs no such task. Default null.
    /// </summary>
    public Uri? ArweaveGateway { get; init; }

    /// <summary>The path of the Node.js that runs JavaScript tasks; null for the one that the system has installed.</summary>
    public string? NodeJs { get; init; }

    /// <summary>What tasks are told of how their node is run, in the third of their arguments. Default <c>service</c>, as the original's.</summary>
    public string Mode { get; init; } = "service";

    /// <summary>Where the tasks' own folders lie, each by its task's id. Null keeps each in the data folder beside its journal. Default null.</summary>
    public string? NamespaceFolder { get; init; }

    /// <summary>Earnings are claimed as soon as there is at least this much. Default: at once.</summary>
    public Lamports ClaimFrom { get; init; } = new(1);
}
