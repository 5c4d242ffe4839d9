using System.Diagnostics;
using System.Net;

namespace Pond.Server.Tasks.Sandbox;

/// <summary>The way of one box to the internet: a network namespace with a tunnel to <c>slirp4netns</c>, and routes that lead only to public addresses.</summary>
/// <remarks>
/// <para>The namespace belongs to a user namespace around bubblewrap's, so that nothing in the box can change a route. The routes are there before the task's
/// program is: its start waits for them, and ends if one can't be set.</para>
/// <para>slirp4netns keeps a task from the machine's loopback by an option of its own, but not from its other addresses and its network: the routes do. Its name
/// service is off, because it passes every port on to the machine's resolver, which often is the machine. It runs as the task's user, in a sandbox
/// of its own.</para>
/// </remarks>
internal sealed class BoxNetwork : IAsyncDisposable
{
    private const string Inside =
        """
        echo 1 >"$1"; read -r ready <"$2"; [ "$ready" = 1 ] || exit 126; "$4" -batch "$3" || exit 126
        for name in tap0 default; do [ ! -e /proc/sys/net/ipv6/conf/$name/disable_ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/$name/disable_ipv6 || exit 126; done
        shift 4; exec "$@"
        """;

    private const string Connect = """read -r entered <"$1" && exec 3>"$2" && shift 2 && exec "$@" >/dev/null 2>&1""";

    // Private, link-local and carrier ranges, and what else is nobody's on the internet: the same as PublicAddresses.
    private static readonly string[] Closed =
    [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4",
    ];

    private readonly string[] _programs;
    private readonly IPNetwork _tunnel;
    private Process? _slirp;
    private bool _isEnding;

    private BoxNetwork(string[] programs, IPNetwork tunnel) => (_programs, _tunnel) = (programs, tunnel);

    /// <summary>Why this machine can't give a box a network, and what to do; null if it can, as far as can be seen without trying.</summary>
    internal static string? WhyNot() =>
        Missing() is { Length: > 0 } missing ? $"{string.Join(" and ", missing)} missing; install with 'apt-get install slirp4netns iproute2 util-linux'"
        : !File.Exists("/dev/net/tun") ? "the machine has no /dev/net/tun; load the module with 'modprobe tun', or give the container that device"
        : null;

    /// <summary>Writes down what is to be done inside.</summary>
    /// <param name="folder">A folder for it that the task's user can read.</param>
    /// <param name="internet">What may be reached.</param>
    internal static BoxNetwork Prepare(string folder, BoxInternet internet)
    {
        var gateway = new IPAddress([.. internet.Tunnel.BaseAddress.GetAddressBytes()[..3], 2]);
        string[] routes =
        [
            "route flush dev tap0",
            $"route add {gateway}/32 dev tap0",
            .. Closed.Concat(internet.Hosts.Where(host => !IPAddress.IsLoopback(host)).Select(host => $"{host}/32"))
                .Distinct(StringComparer.Ordinal).Select(range => $"route replace blackhole {range}"),
            $"route add default via {gateway} dev tap0 onlink",
        ];
        File.WriteAllLines(Path.Combine(folder, "routes"), routes);
        foreach (var pipe in (string[])["entered", "ready"])
        {
            if (!Posix.TryMakePipe(Path.Combine(folder, pipe)))
            {
                throw new IOException($"No pipe can be made in {folder}: {System.Runtime.InteropServices.Marshal.GetLastPInvokeErrorMessage()}");
            }
        }

        return new([SystemPrograms.Find("unshare")!, SystemPrograms.Find("ip")!, SystemPrograms.Find("slirp4netns")!], internet.Tunnel);
    }

    /// <summary>The command that goes before bubblewrap's.</summary>
    /// <param name="folder">The folder of <see cref="Prepare"/>, as the task's user sees it.</param>
    internal IEnumerable<string> Enter(string folder) =>
    [
        _programs[0], "--user", "--map-root-user", "--net", "--",
        "/bin/sh", "-c", Inside, "pond-net", $"{folder}/entered", $"{folder}/ready", $"{folder}/routes", _programs[1],
    ];

    /// <summary>Connects the box; its program starts when that is done, or not at all.</summary>
    /// <param name="box">The process that enters the network; it is ended if the tunnel ends.</param>
    /// <param name="folder">The folder of <see cref="Prepare"/>, as the task's user sees it.</param>
    /// <param name="asUser">The command that becomes the task's user.</param>
    internal async Task ConnectAsync(Process box, string folder, string[] asUser)
    {
        string[] dies = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"];
        string[] command =
        [
            .. asUser, .. dies, "/bin/sh", "-c", Connect, "pond-net", $"{folder}/entered", $"{folder}/ready",
            _programs[2], "--configure", "--mtu=65520", $"--cidr={_tunnel}", "--disable-host-loopback", "--disable-dns",
            "--enable-sandbox", "--enable-seccomp", "--ready-fd=3", $"{box.Id}", "tap0",
        ];
        var start = new ProcessStartInfo(command[0]) { UseShellExecute = false, WorkingDirectory = "/" };
        start.Environment.Clear();
        foreach (var argument in command[1..])
        {
            start.ArgumentList.Add(argument);
        }

        _slirp = await ChildProcess.StartAsync(start);
        _ = EndWithTunnelAsync(_slirp, box);
    }

    public async ValueTask DisposeAsync()
    {
        _isEnding = true;
        if (_slirp is not null)
        {
            _slirp.Kill(entireProcessTree: true);
            await _slirp.WaitForExitAsync(CancellationToken.None);
            _slirp.Dispose();
        }
    }

    private static string[] Missing() => [.. ((string[])["slirp4netns", "ip", "unshare"]).Where(program => SystemPrograms.Find(program) is null)];

    private async Task EndWithTunnelAsync(Process slirp, Process box)
    {
        await slirp.WaitForExitAsync(CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_isEnding)
        {
            try
            {
                box.Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It has ended as well.
            }
        }
    }
}
