using System.Net;
using Pond.Primitives;
using Pond.Primitives.Tasks;
using Pond.Server.Content;
using Pond.Server.Nodes.Routes;
using Pond.Server.Tasks;
using Pond.Server.Tasks.JavaScript;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Nodes;

/// <summary>A task's verified program, and how it is started as a child process.</summary>
internal sealed class NodeTaskProgram : IDisposable
{
    private readonly NodeShared _node;
    private readonly NodeTaskOptions _options;
    private readonly string _folder;
    private readonly Func<CancellationToken, string> _export;
    private readonly TaskBroker _broker;
    private readonly PeerAddresses _peers;
    private readonly BoxedFace _boxedFace;
    private readonly bool _asksForInternet;

    private NodeTaskProgram(
        NodeShared node,
        NodeTaskOptions options,
        string folder,
        Func<CancellationToken, string> export,
        DevelopmentBundle? development,
        Func<TaskInfo> readTask,
        bool asksForInternet)
    {
        _node = node;
        _options = options;
        _folder = folder;
        _export = export;
        Development = development;
        _broker = new(options.Task, readTask, options.AllowsWeb, node.Options.AllowsPrivateAddresses, node.Options.Routes, node.Time);
        _peers = new(node.Address);
        _boxedFace = new(node.Face, node.Routes, _broker, _peers);
        _asksForInternet = asksForInternet;
    }

    /// <summary>Where its program is being developed; null if it is not.</summary>
    internal DevelopmentBundle? Development { get; }

    /// <summary>Gets the program.</summary>
    /// <param name="node">What the node's tasks share.</param>
    /// <param name="options">The task.</param>
    /// <param name="task">The task as the ledger has it.</param>
    /// <param name="folder">The task's own folder.</param>
    /// <param name="database">Remembers which bytes came first under an id that proves nothing.</param>
    /// <param name="readTask">The task as it is now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PondException"><c>bundle-unverifiable</c>, <c>bundle-invalid</c>, <c>block-missing</c>.</exception>
    internal static async Task<NodeTaskProgram> PrepareAsync(
        NodeShared node,
        NodeTaskOptions options,
        TaskInfo task,
        string folder,
        NodeDatabase database,
        Func<TaskInfo> readTask,
        CancellationToken cancellationToken)
    {
        var executables = Path.Combine(node.Options.DataFolder, "executables");
        DevelopmentBundle? development = null;
        Func<CancellationToken, string> export;
        switch (task.ExecutableNetwork)
        {
            case var _ when options.ExecutableOverride is { } program:
                export = _ => program;
                break;
            case ExecutableNetworks.Ipfs:
                export = (await NodeBundle.FetchAsync(task.Executable, node.Content, executables, cancellationToken)).Export;
                break;
            case ExecutableNetworks.Development:
                development = DevelopmentBundle.Open(node.Options.DevelopmentFolder, task.Executable, executables);
                export = _ => development.Export();
                break;
            case ExecutableNetworks.Arweave:
                var arweave = await ArweaveBundle.FetchAsync(
                    node.Options.ArweaveGateway, task.Executable, database, executables, node.Time, cancellationToken);
                export = _ => arweave.Export();
                break;
            default:
                throw new PondException(
                    "bundle-unverifiable",
                    $"This node can't verify executables of '{task.ExecutableNetwork}'.",
                    "Ask the task's creator to deploy it with task_executable_network: IPFS.");
        }

        var metadata = options.AllowsWeb ? await TaskMetadata.ReadAsync(task.Metadata, node.Content.Source, cancellationToken) : null;
        return new(node, options, folder, export, development, readTask, metadata is { AsksForInternet: true });
    }

    /// <summary>Looks whether the operator has agreed to what running the program means.</summary>
    /// <exception cref="PondException"><c>consent-missing</c></exception>
    internal void RequireConsent(CancellationToken cancellationToken)
    {
        if (!_options.HandsOverStakingKey && BundleProgram.KindOf(_export(cancellationToken)) is BundleKind.JavaScript)
        {
            throw NodeConsent.Missing(_options.Task, _options.StakingKey.PublicKey);
        }
    }

    /// <summary>Writes the program out, verified once more, and starts it: a <see cref="TaskStarter"/>.</summary>
    internal async Task<ITaskRunner> StartAsync(ITaskServices services, Action<string> onLine, CancellationToken cancellationToken)
    {
        var bundle = _export(cancellationToken);
        var isBoxedScript = !_options.IsUnboxed && _node.Options.Sandbox is not null && BundleProgram.KindOf(bundle) is BundleKind.JavaScript;
        return new ProcessRunner(await TaskProcess.StartAsync(
            new TaskProcessOptions
            {
                Bundle = bundle,
                Folder = _folder,
                Services = services,
                // The task's own gateway fetches from other nodes; what strangers ask for is only looked up.
                MapContent = routes =>
                {
                    routes.MapGateway(_node.Content.Source, new GatewayOptions());
                    _broker.MapTo(routes);
                    if (isBoxedScript)
                    {
                        _boxedFace.MapTo(routes);
                    }
                },
                Peers = _peers,
                Internet = isBoxedScript && _asksForInternet ? BoxInternet.OfThisMachine(OwnAddresses()) : null,
                Sandbox = _options.IsUnboxed ? null : _node.Options.Sandbox,
                Limits = _node.Options.Limits with { FolderBytes = _node.Options.MaxFolderBytes },
                OnFolderFull = () => TaskRuntime.Empty(_folder),
                TimeProvider = _node.Time,
                OnOutput = output => onLine(output.Text),
                Variables = _options.Variables,
                HeapHardLimitBytes = _options.HeapHardLimitBytes,
                NodeJs = _node.Options.NodeJs,
            },
            cancellationToken));
    }

    // Where others reach this machine, if that is an address; its router may have it.
    private IEnumerable<IPAddress> OwnAddresses() => IPAddress.TryParse(_node.Address.Host, out var address) ? [address] : [];

    public void Dispose() => _broker.Dispose();
}
