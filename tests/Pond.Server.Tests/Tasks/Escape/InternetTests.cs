using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Pond.Contracts.Json;
using Pond.Primitives.Tasks;
using Pond.Server.Tasks.Sandbox;
using Pond.Server.Tests.Content;
using Pond.Server.Tests.Tasks.JavaScript;

namespace Pond.Server.Tests.Tasks.Escape;

/// <summary>A box that gets to the internet, and what it must not get to. The internet is a namespace that the test makes; only root can.</summary>
public sealed class InternetTests
{
    private const string Probe =
        """
        const net = require('net');
        const dns = require('dns');
        // A name service that first answers with a public address and then with a private one is no better than the private address itself.
        const rebound = (host, options, done) => done(null, options.all ? [{ address: '10.9.8.7', family: 4 }] : '10.9.8.7', 4);
        const targets = JSON.parse(process.env.TARGETS);
        const connect = (target) => new Promise((done) => {
          const socket = net.connect({ ...target, lookup: target.name ? rebound : undefined, host: target.name ?? target.host, timeout: 3000 });
          socket.on('data', (data) => { done(`yes ${data}`); socket.destroy(); });
          socket.on('error', (error) => done(`no ${error.code}`));
          socket.on('timeout', () => { done('no answer'); socket.destroy(); });
        });
        process.on('message', async () => {
          for (const target of targets) console.log(`${target.what}: ${await connect(target)}`);
          console.log('over');
        });
        """;

    [Fact]
    public async Task A_box_with_internet_reaches_public_addresses_and_nothing_of_the_host_or_its_networks()
    {
        var box = (await TaskSandbox.ProbeAsync(TimeProvider.System, CancellationToken.None)).Sandbox;
        if (box is null || !Environment.IsPrivilegedProcess || BoxNetwork.WhyNot() is not null)
        {
            return;
        }

        // A neighbour on a public network, and the same neighbour by a private address; both really answer.
        await using var neighbour = await Neighbour.StartAsync();
        using var service = new TcpListener(IPAddress.Any, 0);
        service.Start();
        _ = ServeAsync(service);
        var port = ((IPEndPoint)service.LocalEndpoint).Port;
        var internet = BoxInternet.OfThisMachine();
        object[] targets =
        [
            new { what = "public", host = Neighbour.PublicAddress, port = Neighbour.Port },
            new { what = "private", host = Neighbour.PrivateAddress, port = Neighbour.Port },
            new { what = "rebound", name = "rebound.example", port = Neighbour.Port },
            new { what = "host on that network", host = Neighbour.OwnAddress, port },
            .. internet.Hosts.Select(host => new { what = $"host {host}", host = host.ToString(), port }),
            new { what = "gateway", host = Gateway(internet), port },
            new { what = "gateway's name service", host = Gateway(internet)[..^1] + "3", port },
            new { what = "metadata", host = "169.254.169.254", port = 80 },
            new { what = "carrier", host = "100.64.0.1", port = 80 },
            new { what = "broadcast", host = "255.255.255.255", port },
        ];
        using var bundle = new TemporaryFolder();
        await File.WriteAllTextAsync(bundle.At("main.js"), Probe);

        await using var run = await TaskRun.StartAsync(
            bundle: bundle.Root,
            services: new FakeJavaScriptServices(),
            sandbox: box,
            internet: internet,
            variables: [("TARGETS", JsonSerializer.Serialize(targets, PondJson.Options))]);
        await run.CallAsync(TaskPhase.Execute, 1);
        await run.LineAsync("over").WaitAsync(TimeSpan.FromMinutes(1), TimeProvider.System);

        Assert.Contains($"public: yes {Neighbour.Greeting}", run.Lines, StringComparer.Ordinal);
        var answers = run.Lines.Where(line => line.Contains(": yes", StringComparison.Ordinal) || line.Contains(": no", StringComparison.Ordinal)).ToList();
        Assert.Equal(targets.Length, answers.Count);
        Assert.Single(answers, line => line.Contains(": yes", StringComparison.Ordinal));
    }

    private static string Gateway(BoxInternet internet) => new IPAddress([.. internet.Tunnel.BaseAddress.GetAddressBytes()[..3], 2]).ToString();

    private static async Task ServeAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().WriteAsync("host"u8.ToArray());
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }

    /// <summary>Another machine: a network namespace with a public and a private address, and a server that greets.</summary>
    private sealed class Neighbour : IAsyncDisposable
    {
        internal const string PublicAddress = "198.51.100.1";
        internal const string PrivateAddress = "10.9.8.7";
        internal const string OwnAddress = "198.51.100.2";
        internal const string Greeting = "hello";
        internal const int Port = 7777;

        private readonly Process _machine;
        private readonly string _card;

        private Neighbour(Process machine, string card) => (_machine, _card) = (machine, card);

        internal static async Task<Neighbour> StartAsync()
        {
            var machine = Process.Start(new ProcessStartInfo("/usr/bin/unshare")
            {
                ArgumentList =
                {
                    "--net", "--", "node", "-e",
                    $"console.log('up'); require('net').createServer((socket) => socket.end('{Greeting}')).listen({Port}, '0.0.0.0'); process.stdin.on('end', () => process.exit()).resume();",
                },
                RedirectStandardOutput = true,
                RedirectStandardInput = true,
            })!;
            Assert.Equal("up", await machine.StandardOutput.ReadLineAsync());
            var card = $"pd{machine.Id}";
            var neighbour = new Neighbour(machine, card);
            try
            {
                await RunAsync("ip", "link", "add", card, "type", "veth", "peer", "name", $"{card}p", "netns", $"{machine.Id}");
                await RunAsync("ip", "addr", "add", $"{OwnAddress}/24", "dev", card);
                await RunAsync("ip", "link", "set", card, "up");
                await RunAsync("ip", "route", "add", $"{PrivateAddress}/32", "dev", card);
                string[] there = ["nsenter", "--net", "--target", $"{machine.Id}", "ip"];
                await RunAsync([.. there, "addr", "add", $"{PublicAddress}/24", "dev", $"{card}p"]);
                await RunAsync([.. there, "addr", "add", $"{PrivateAddress}/32", "dev", $"{card}p"]);
                await RunAsync([.. there, "link", "set", $"{card}p", "up"]);
                return neighbour;
            }
            catch
            {
                await neighbour.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            _machine.StandardInput.Close();
            _machine.Kill();
            await _machine.WaitForExitAsync();
            _machine.Dispose();
            // With the namespace its card has gone, and ours is its other end; this is for a start that broke off.
            using var removal = Process.Start(new ProcessStartInfo("ip") { ArgumentList = { "link", "delete", _card }, RedirectStandardError = true })!;
            await removal.WaitForExitAsync();
        }

        private static async Task RunAsync(params string[] command)
        {
            var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true };
            using var process = Process.Start(start)!;
            var error = await process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"{string.Join(' ', command)}: {error}");
        }
    }
}
