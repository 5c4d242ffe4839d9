using System.CommandLine;
using System.Net;
using Microsoft.Extensions.Logging;
using Pond.Cli.Store;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Ledger;
using Pond.Server.LocalNetworks;

namespace Pond.Cli.Ledger;

/// <summary><c>pond ledger run</c></summary>
internal static class LedgerRunCommand
{
    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var data = LedgerCommand.DataOption();
        var json = LedgerCommand.JsonOption();
        var rpc = new Option<int>("--rpc") { Description = "The port of the RPC; 0 for any free one.", DefaultValueFactory = _ => 8899 };
        var pubSub = new Option<int?>("--pubsub") { Description = "The port of the subscriptions; 0 for any free one. Default: one above the RPC's." };
        var bind = new Option<string>("--bind")
        {
            Description = "The address to listen on. Others than loopback open the ledger to the network; it has no password.",
            DefaultValueFactory = _ => IPAddress.Loopback.ToString(),
        };
        bind.Validators.Add(result =>
        {
            if (!IPAddress.TryParse(result.GetValueOrDefault<string>(), out _))
            {
                result.AddError("--bind is an IP address, such as 127.0.0.1 or 0.0.0.0.");
            }
        });
        var genesis = new Option<string?>("--genesis") { Description = "A file that says what a new network begins with; docs/operations/ledger.md shows one." };
        var slot = Whole("--slot-ms", "What a slot of a new network lasts, in milliseconds. Default 400.", least: 1);
        var keep = Whole("--keep-blocks", "How many of the latest blocks are kept for queries. Default 216000, a day of 400 ms slots.", least: 1);
        var every = Whole("--snapshot-blocks", "After how many blocks the whole state is written down. Default 5000.", least: 1);
        var otlp = new Option<string?>("--otlp")
        {
            Description = $"Send metrics and traces to this OpenTelemetry collector, such as http://127.0.0.1:4318. Default ${LedgerTelemetry.EndpointVariable}, or nowhere.",
        };
        otlp.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !IsWebAddress(text))
            {
                result.AddError("--otlp is a web address, such as http://127.0.0.1:4318.");
            }
        });
        var command = new Command("run", "Run a ledger with one producer. A new folder becomes a local network, with a faucet and ten funded accounts.")
        {
            data, genesis, rpc, pubSub, bind, slot, keep, every, otlp, json,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var folder = LocalNetworkFolder.Open(
                LedgerCommand.DataFolder(parsed.GetValue(data)),
                parsed.GetValue(slot) is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null,
                timeProvider,
                parsed.GetValue(genesis) is { } path ? GenesisPlan.Read(path) : null);
            var defaults = new LedgerHostOptions { Genesis = folder.Genesis, Producer = folder.Producer };
            return RunAsync(
                terminals,
                timeProvider,
                folder,
                defaults with
                {
                    Faucet = folder.Faucet,
                    DataFolder = folder.Root,
                    Address = IPAddress.Parse(parsed.GetValue(bind)!),
                    Port = parsed.GetValue(rpc),
                    PubSubPort = parsed.GetValue(pubSub),
                    PowersToken = folder.PowersToken,
                    PortOption = rpc.Name,
                    HistoryBlocks = parsed.GetValue(keep) ?? defaults.HistoryBlocks,
                    SnapshotBlocks = parsed.GetValue(every) ?? defaults.SnapshotBlocks,
                },
                Collector(parsed.GetValue(otlp)),
                parsed.GetValue(json),
                cancellationToken);
        });
        return command;
    }

    internal static Uri? Collector(string? option)
    {
        var address = option ?? Environment.GetEnvironmentVariable(LedgerTelemetry.EndpointVariable);
        return string.IsNullOrEmpty(address) ? null
            : IsWebAddress(address) ? new Uri(address)
            : throw new PondException(
                "option-invalid", $"${LedgerTelemetry.EndpointVariable} is '{address}', which is no web address.", "Set it to one such as http://127.0.0.1:4318, or unset it.");
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https";

    private static async Task<int> RunAsync(
        Terminals terminals,
        TimeProvider timeProvider,
        LocalNetworkFolder folder,
        LedgerHostOptions options,
        Uri? collector,
        bool json,
        CancellationToken cancellationToken)
    {
        using var loggers = LoggerFactory.Create(logging => logging.AddProvider(new LineLoggerProvider(terminals, timeProvider, json)));
        using var telemetry = collector is null ? null : LedgerTelemetry.Start(collector, folder.Genesis.ClusterName);
        LedgerHost host;
        try
        {
            host = await LedgerHost.StartAsync(options with { Loggers = loggers }, timeProvider, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Ok;
        }

        await using (host)
        {
            if (json)
            {
                StoreOutput.Json(terminals, new
                {
                    schema = 1,
                    rpc = host.Endpoint,
                    pubSub = host.PubSubEndpoint,
                    genesisHash = folder.Genesis.ComputeHash(),
                    slot = host.LatestBlock.Slot,
                    height = host.LatestBlock.Height,
                    blockhash = host.LatestBlock.Hash,
                    recoveryMs = (long)host.RecoveryTime.TotalMilliseconds,
                    faucet = folder.Faucet?.PublicKey,
                    accounts = folder.Accounts.Select(key => key.PublicKey),
                });
            }
            else
            {
                StoreOutput.Line(terminals, $"rpc       {host.Endpoint}");
                StoreOutput.Line(terminals, $"pubsub    {host.PubSubEndpoint}");
                StoreOutput.Line(terminals, $"data      {folder.Root}");
                StoreOutput.Line(terminals, $"accounts  {folder.Accounts.Length} of the documented seeds, keys in {Path.Combine(folder.Root, "keys")}");
            }

            // Ends by itself only if it has failed, and then says so by throwing.
            await host.Completion.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!cancellationToken.IsCancellationRequested)
            {
                await host.Completion;
            }
        }

        return host.Failure is { } failure ? ExitCode.For(failure) : ExitCode.Ok;
    }

    private static Option<int?> Whole(string name, string description, int least)
    {
        var option = new Option<int?>(name) { Description = description };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int?>() < least)
            {
                result.AddError($"{name} is at least {least}.");
            }
        });
        return option;
    }
}
