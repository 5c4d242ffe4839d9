using System.CommandLine;
using Pond.Cli.Terminal;
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
        var command = new Command("serve", "Serve the store: a gateway to read from, and an RPC to work with it.") { home, json, gateway, rpc, origins, max };
        command.SetAction((parsed, cancellationToken) => RunAsync(
            terminals,
            timeProvider,
            parsed.GetValue(home),
            parsed.GetValue(max),
            new StoreHostOptions
            {
                GatewayPort = parsed.GetValue(gateway),
                RpcPort = parsed.GetValue(rpc),
                AllowedOrigins = parsed.GetValue(origins) ?? [],
            },
            parsed.GetValue(json),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        Terminals terminals,
        TimeProvider timeProvider,
        string? home,
        long? maxBytes,
        StoreHostOptions options,
        bool json,
        CancellationToken cancellationToken)
    {
        using var store = StoreCommand.Open(home, new ContentStoreOptions { Blocks = new() { MaxBytes = maxBytes } });
        await using var host = await StoreHost.StartAsync(store, options, timeProvider, cancellationToken);
        if (json)
        {
            StoreOutput.Json(terminals, new { schema = 1, gateway = host.GatewayEndpoint, rpc = host.RpcEndpoint });
        }
        else
        {
            StoreOutput.Line(terminals, $"gateway  {host.GatewayEndpoint}ipfs/CID");
            StoreOutput.Line(terminals, $"rpc      {host.RpcEndpoint}api/v0");
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
