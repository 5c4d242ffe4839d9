using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Pond.Contracts.Tasks;
using Pond.Server.Tasks.Namespace;
using Pond.Server.Tasks.Sandbox;

namespace Pond.Server.Tasks.JavaScript;

/// <summary>An unmodified Koii bundle: a <c>main.js</c> on Node.js.</summary>
/// <remarks>
/// The order of its arguments is the original node's, and bundles read them by position. Without a box the door is a loopback port of its
/// own; in a box it is a Unix socket, to which servers on the box's loopback lead that a module opens which is loaded before the bundle. The same module brings
/// the task's port to the socket at which nodes look for routes.
/// </remarks>
internal sealed class JavaScriptProgram(TaskProcessOptions options, string nodeJs) : TaskProgram
{
    /// <summary>The ports that bundles have for the node in a box, where all ports are free: the original's.</summary>
    private const int DoorPort = PeerAddresses.Port;
    private const int RoutesPort = 10000;

    /// <summary>The fixed port of bundles from before 2023-05-11, which ignore the argument.</summary>
    private const int OldDoorPort = 8080;

    /// <summary>Where a boxed bundle finds the ledger.</summary>
    private const int LedgerPort = 8899;

    private const int PortAttempts = 10;
    private const string Preload = "channel.cjs";
    private const string Settings = "channel.json";

    private readonly IJavaScriptServices _services = options.Services as IJavaScriptServices
        ?? throw new InvalidOperationException("A JavaScript task needs services of its kind.");

    private int _doorPort = DoorPort;
    private int _routesPort = RoutesPort;

    internal override BundleKind Kind => BundleKind.JavaScript;

    internal override string Executable => nodeJs;

    private string LedgerSeen => IsBoxed ? $"http://127.0.0.1:{LedgerPort}" : _services.Ledger.ToString().TrimEnd('/');

    private bool IsBoxed => options.Sandbox is not null;

    internal override async Task<TaskEndpoint> OpenAsync(
        string channel, string secret, TaskEvents events, CancellationToken cancellationToken)
    {
        var folderInside = IsBoxed ? TaskSandbox.FolderInside : Path.GetFullPath(options.Folder);
        var methods = new JavaScriptMethods(
            _services, new TaskFiles(options.Folder, folderInside, IsBoxed ? BoxUser.Of(options.Folder) : null), folderInside, LedgerSeen, IsBoxed ? options.Peers : null, events);
        TaskEndpoint endpoint;
        if (IsBoxed)
        {
            endpoint = (await TaskEndpoint.StartAsync(Path.Combine(channel, "node"), secret, options, methods, cancellationToken))
                .With(await LedgerDoor.StartAsync(
                    Path.Combine(channel, "ledger"),
                    _services.Ledger,
                    method => methods.OnRefused($"the task called '{method}' of the ledger"),
                    options.TimeProvider,
                    cancellationToken));
        }
        else
        {
            endpoint = await ListenOnLoopbackAsync(secret, methods, cancellationToken);
            _routesPort = FindFreePort();
        }

        await WritePreloadAsync(channel, cancellationToken);
        return endpoint;
    }

    internal override IEnumerable<string> Arguments(TaskPlaces places, string secret)
    {
        if (options.HeapBytes is { } limit)
        {
            yield return $"--max-old-space-size={Math.Max(1, limit >> 20).ToString(CultureInfo.InvariantCulture)}";
        }

        yield return "--require";
        yield return Path.Combine(places.Channel, Preload);
        yield return Path.Combine(places.Bundle, BundleProgram.JavaScriptEntry);
        // What the task finds at process.argv[2] to [11].
        yield return _services.TaskName;
        yield return _services.Task.ToString();
        yield return _routesPort.ToString(CultureInfo.InvariantCulture);
        yield return _services.Mode;
        yield return _services.MainKey.ToString();
        yield return secret;
        yield return LedgerSeen;
        yield return _services.ServiceAddress.ToString().TrimEnd('/');
        yield return _services.Stake.Value.ToString(CultureInfo.InvariantCulture);
        yield return _doorPort.ToString(CultureInfo.InvariantCulture);
    }

    internal override void SetEnvironment(IDictionary<string, string?> environment, TaskPlaces places, string secret)
    {
        // Variables, PATH and HOME: a bundle sees nothing of how it is run.
    }

    // Both families: Node.js asks for "localhost" and takes the first address that it gets.
    private async Task<TaskEndpoint> ListenOnLoopbackAsync(string secret, JavaScriptMethods methods, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            _doorPort = FindFreePort();
            try
            {
                return await TaskEndpoint.StartAsync(Listen, secret, options, methods, cancellationToken);
            }
            catch (IOException exception) when (exception.InnerException is AddressInUseException && attempt < PortAttempts)
            {
                // Somebody was faster.
            }
        }

        void Listen(KestrelServerOptions kestrel)
        {
            kestrel.Listen(IPAddress.Loopback, _doorPort);
            if (Socket.OSSupportsIPv6 && HasLoopbackV6.Value)
            {
                kestrel.Listen(IPAddress.IPv6Loopback, _doorPort);
            }
        }
    }

    private static Lazy<bool> HasLoopbackV6 { get; } = new(() =>
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            probe.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    });

    private static int FindFreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }

    private async Task WritePreloadAsync(string channel, CancellationToken cancellationToken)
    {
        await using (var text = Assembly.GetExecutingAssembly().GetManifestResourceStream(Preload)!)
        await using (var file = File.Create(Path.Combine(channel, Preload)))
        {
            await text.CopyToAsync(file, cancellationToken);
        }

        object door = IsBoxed
            ? new { path = $"{TaskSandbox.ChannelInside}/node" }
            : new { port = _doorPort, host = IPAddress.Loopback.ToString() };
        var doors = new Dictionary<int, object> { [_doorPort] = door, [OldDoorPort] = door };
        if (IsBoxed)
        {
            // The node's public port, for bundles that ask their own node's registry and routes by its address.
            doors[_services.ServiceAddress.Port] = door;
            doors[LedgerPort] = new { path = $"{TaskSandbox.ChannelInside}/ledger" };
        }

        var settings = new
        {
            door,
            doors,
            isBoxed = IsBoxed,
            isOffline = IsBoxed && options.Internet is null,
            service = _services.ServiceAddress.Host,
            // By its name alone: a socket's path may not be long, and the task begins in its folder.
            routes = TaskChannel.RoutesSocket,
            routesPort = _routesPort,
        };
        await File.WriteAllTextAsync(Path.Combine(channel, Settings), JsonSerializer.Serialize(settings), cancellationToken);
    }
}
