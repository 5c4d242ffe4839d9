using System.Collections.Immutable;
using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Pond.Cli.Ledger;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.LocalNetworks;
using Pond.Server.Nodes;

namespace Pond.Cli.LocalNetworks;

/// <summary><c>pond up</c></summary>
internal static class UpCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var home = HomeOption();
        var nodes = Number("--nodes", "How many nodes there are. Default 5, or as many as before.");
        var slot = Number("--slot-ms", "What a slot of a new network lasts, in milliseconds. Default 400.");
        slot.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < 1)
            {
                result.AddError("--slot-ms is at least 1.");
            }
        });
        var rpc = Number("--rpc", "The port of the ledger's RPC; 0 for any free one. Default 8899. Subscriptions are one above it.");
        var gateway = Number("--gateway", "The port of the store's gateway; 0 for any free one. Default 8080.");
        var storeRpc = Number("--store-rpc", "The port of the store's RPC; 0 for any free one. Default 5001.");
        var nodePort = Number("--node-port", "The first node's port, each further one's is ten above; 0 for any free ones. Default 30017.");
        var timers = new Option<bool?>("--timers") { Description = "Whether the nodes call tasks' phases by themselves; with false, 'pond task call' does. Default true, or as before." };
        var variables = new Option<string[]>("--env", "-e")
        {
            Description = "A variable for every task: NAME=VALUE, or NAME for the value that it has here; NAME= takes it away. The network remembers it.",
            HelpName = "NAME=VALUE",
        };
        var foreground = new Option<bool>("--foreground") { Description = "Stay, and stop the network on Ctrl-C." };
        var json = LedgerCommand.JsonOption();
        var command = new Command("up", "Start a network on this machine: a ledger, a store, and nodes that run what you deploy. Started again, it goes on.")
        {
            nodes, slot, home, rpc, gateway, storeRpc, nodePort, timers, variables, foreground, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var network = new LocalNetworkHome(FolderOf(parsed.GetValue(home)));
            var before = network.ReadSettings();
            var settings = before with
            {
                Nodes = parsed.GetValue(nodes) ?? before.Nodes,
                RpcPort = parsed.GetValue(rpc) ?? before.RpcPort,
                GatewayPort = parsed.GetValue(gateway) ?? before.GatewayPort,
                StoreRpcPort = parsed.GetValue(storeRpc) ?? before.StoreRpcPort,
                NodePort = parsed.GetValue(nodePort) ?? before.NodePort,
                HasTimers = parsed.GetValue(timers) ?? before.HasTimers,
            };
            var given = TaskVariables.Change(network.ReadVariables(), parsed.GetValue(variables) ?? [], Environment.GetEnvironmentVariable);
            return parsed.GetValue(foreground)
                ? RunAsync(terminals, timeProvider, network, settings, given, parsed.GetValue(slot), parsed.GetValue(json), cancellationToken)
                : StartAsync(terminals, timeProvider, network, before, settings, given, parsed.GetValue(slot), parsed.GetValue(json), cancellationToken);
        });
        return command;
    }

    internal static Option<string?> HomeOption() =>
        new("--home") { Description = $"The network's folder. Default: ${PondHome.Variable}, or Pond's own folder.", HelpName = "DIR" };

    internal static string FolderOf(string? home) => home is { Length: > 0 } ? Path.GetFullPath(home) : PondHome.Path;

    private static async Task<int> StartAsync(
        Terminals terminals,
        TimeProvider timeProvider,
        LocalNetworkHome home,
        LocalNetworkSettings before,
        LocalNetworkSettings settings,
        ImmutableSortedDictionary<string, string> variables,
        int? slotMs,
        bool json,
        CancellationToken cancellationToken)
    {
        if (home.FindRunning() is { } running)
        {
            if (settings != before || !variables.SequenceEqual(home.ReadVariables()) || (slotMs is { } wanted && wanted != running.SlotMs))
            {
                throw new PondException(
                    "network-running",
                    $"A local network runs in {home.Folder} already, with other settings.",
                    "Stop it with 'pond down' and say this again; or start another one with --home DIR.");
            }

            NetworkView.Write(terminals, running, startedIn: null, json);
            return ExitCode.Ok;
        }

        home.WriteVariables(variables);
        var state = await LocalNetworkDaemon.StartAsync(home, ForegroundCommand(home, settings, slotMs), timeProvider, cancellationToken);
        NetworkView.Write(terminals, state, Elapsed(timeProvider), json);
        return ExitCode.Ok;
    }

    private static async Task<int> RunAsync(
        Terminals terminals,
        TimeProvider timeProvider,
        LocalNetworkHome home,
        LocalNetworkSettings settings,
        ImmutableSortedDictionary<string, string> variables,
        int? slotMs,
        bool json,
        CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging
            .AddProvider(new LineLoggerProvider(terminals, timeProvider, json))
            // A line for each step of each round would be gigabytes in a week; it is in the nodes' journals.
            .AddFilter(typeof(NodeHost).FullName, LogLevel.Warning));
        LocalNetworkHost network;
        try
        {
            if (!home.IsRunning())
            {
                home.WriteVariables(variables);
            }

            TimeSpan? slot = slotMs is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
            network = await LocalNetworkHost.StartAsync(home, settings, slot, timeProvider, loggers, cancellationToken);
        }
        catch (PondException failure)
        {
            LocalNetworkDaemon.Report(failure);
            throw;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Ok;
        }

        await using (network)
        {
            LocalNetworkDaemon.Report(failure: null);
            NetworkView.Write(terminals, network.State, Elapsed(timeProvider), json);
            // Ends by itself only if it has failed, and then says so by throwing.
            await network.Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
            {
                await network.Completion;
            }
        }

        return ExitCode.Ok;
    }

    // From the user's point of view: the runtime's own start is part of it.
    private static TimeSpan Elapsed(TimeProvider timeProvider)
    {
        using var self = Process.GetCurrentProcess();
        return timeProvider.GetUtcNow() - new DateTimeOffset(self.StartTime);
    }

    private static List<string> ForegroundCommand(LocalNetworkHome home, LocalNetworkSettings settings, int? slotMs)
    {
        var program = Environment.ProcessPath!;
        List<string> command = [program];
        if (Path.GetFileNameWithoutExtension(program) is "dotnet")
        {
            command.Add(Path.Combine(AppContext.BaseDirectory, "pond.dll"));
        }

        command.AddRange(["up", "--foreground", "--home", home.Folder, "--timers", settings.HasTimers ? "true" : "false"]);
        foreach (var (option, value) in new (string, int?)[]
        {
            ("--nodes", settings.Nodes), ("--rpc", settings.RpcPort), ("--gateway", settings.GatewayPort),
            ("--store-rpc", settings.StoreRpcPort), ("--node-port", settings.NodePort), ("--slot-ms", slotMs),
        })
        {
            if (value is { } number)
            {
                command.AddRange([option, number.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            }
        }

        return command;
    }

    private static Option<int?> Number(string name, string description) => new(name) { Description = description };
}
