using System.CommandLine;
using System.Net;
using Pond.Cli.Terminal;
using Pond.Primitives;
using Pond.Server.Content;

namespace Pond.Cli.Store;

/// <summary><c>pond store serve</c></summary>
internal static class StoreServeCommand
{
    private static readonly TimeSpan ExpiryCheck = TimeSpan.FromMinutes(1);

    internal static Command Create(Terminals terminals, TimeProvider timeProvider)
    {
        var defaults = new StoreHostOptions();
        var home = StoreCommand.HomeOption();
        var json = StoreCommand.JsonOption();
        var gateway = new Option<int>("--gateway-port")
        {
            Description = "The gateway's port on loopback; 0 for any free one.",
            DefaultValueFactory = _ => defaults.GatewayPort,
        };
        var rpc = new Option<int>("--rpc-port")
        {
            Description = "The port on loopback of the RPC that IPFS clients speak; 0 for any free one.",
            DefaultValueFactory = _ => defaults.RpcPort,
        };
        var origins = new Option<string[]>("--allow-origin") { Description = "A web page that may call the RPC, such as http://localhost:3000." };
        var max = new Option<long?>("--max-bytes") { Description = "How many bytes of blocks are kept at most." };
        var address = new Option<string>("--address")
        {
            Description = "Where gateway and pinning service listen; 0.0.0.0 for everywhere.",
            DefaultValueFactory = _ => "127.0.0.1",
        };
        var publicGateway = StoreCommand.AddressOption("--public-gateway", "Under which address others reach the gateway, if not where it listens.");
        var pinned = new Option<bool>("--only-pinned") { Description = "Serve what is pinned, and nothing else." };
        var rate = new Option<double?>("--requests-per-second") { Description = "How often each address may ask the gateway, on average." };
        var sources = StoreCommand.AddressesOption("--source", "A gateway that is asked for what is not here.");
        var kubo = StoreCommand.AddressOption("--kubo", "The RPC of a Kubo node that is asked last for what is not here.");
        var fetch = new Option<bool>("--fetch") { Description = "Let readers of the gateway have what is not here, from the sources." };
        var local = new Option<bool>("--local-network") { Description = "Allow sources and origins with private and loopback addresses." };
        var pinning = new Option<int>("--pinning-port") { Description = "The pinning service's port; 0 for any free one.", DefaultValueFactory = _ => defaults.PinningPort };
        var users = new Option<FileInfo?>("--pinning-users") { Description = "A JSON file with those for whom content is kept: names, tokens, quotas." };
        var uploads = StoreCommand.AddressOption("--uploads-ledger", "Take files of the staking wallets of this ledger.");
        var command = new Command("serve", "Serve the store: a gateway to read from, and an RPC to work with it.")
        {
            home, json, gateway, rpc, origins, max, address, publicGateway, pinned, rate, sources, kubo, fetch, local, pinning, users, uploads,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            if (!IPAddress.TryParse(parsed.GetValue(address), out var listen))
            {
                throw new PondException("option-invalid", $"'{parsed.GetValue(address)}' is no address of this machine.", "Give one such as 127.0.0.1 or 0.0.0.0.");
            }

            var (pinningUsers, quotas) = ServeSettings.ReadPinningUsers(parsed.GetValue(users));
            using var http = new HttpClient();
            var perSecond = parsed.GetValue(rate);
            return await RunAsync(
                terminals,
                timeProvider,
                parsed.GetValue(home),
                new ContentStoreOptions { Blocks = new() { MaxBytes = parsed.GetValue(max) }, MaxBytesByOwner = quotas },
                new StoreHostOptions
                {
                    Address = listen,
                    GatewayPort = parsed.GetValue(gateway),
                    RpcPort = parsed.GetValue(rpc),
                    AllowedOrigins = parsed.GetValue(origins) ?? [],
                    PublicGateway = parsed.GetValue(publicGateway),
                    ServesOnlyPinned = parsed.GetValue(pinned),
                    Gateway = new() { Budget = perSecond is > 0 and var often ? new(often, (int)Math.Ceiling(often * 10), timeProvider) : null },
                    Sources = parsed.GetValue(sources) ?? [],
                    Kubo = parsed.GetValue(kubo),
                    FetchesForReaders = parsed.GetValue(fetch),
                    Fetching = new() { AllowsPrivateAddresses = parsed.GetValue(local) },
                    PinningUsers = pinningUsers,
                    PinningPort = parsed.GetValue(pinning),
                    Uploads = ServeSettings.UploadsOf(parsed.GetValue(uploads), http, timeProvider),
                },
                parsed.GetValue(json),
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        Terminals terminals,
        TimeProvider timeProvider,
        string? home,
        ContentStoreOptions storeOptions,
        StoreHostOptions options,
        bool json,
        CancellationToken cancellationToken)
    {
        using var store = StoreCommand.OpenFolder(home, storeOptions);
        await using var host = await StoreHost.StartAsync(store, options, timeProvider, cancellationToken);
        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, gateway = host.GatewayEndpoint, rpc = host.RpcEndpoint, pinning = host.PinningEndpoint });
        }
        else
        {
            StoreOutput.Line(terminals, $"gateway  {host.GatewayEndpoint}ipfs/CID");
            StoreOutput.Line(terminals, $"rpc      {host.RpcEndpoint}api/v0");
            if (host.PinningEndpoint is { } service)
            {
                StoreOutput.Line(terminals, $"pinning  {service}");
            }
        }

        using var timer = new PeriodicTimer(ExpiryCheck, timeProvider);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                store.ReleaseExpired(timeProvider.GetUtcNow());
            }
        }
        catch (OperationCanceledException)
        {
            // Being stopped is how serving ends well.
        }

        return ExitCode.Ok;
    }
}
